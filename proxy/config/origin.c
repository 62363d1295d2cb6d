/* SPDX-License-Identifier: Apache-2.0 */
#include "config/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/tiers.h"

#define DEPTH_MAX 16

/* What is looked for in one tier after the other. */
struct search {
	size_t added; /* to the list, by tiers that were looked at */
	char *where;
	size_t size;
};

static void
say(struct search *search, const char *text, size_t len)
{
	size_t at = strlen(search->where);

	(void)snprintf(
	    search->where + at, search->size - at, "%.*s", (int)len, text);
}

/* Is key, but for a plus at its end, what the path begins with?  Keys may have
 * dots in them. */
static bool
begins(const char *path, const char *key, size_t len)
{
	return strncmp(path, key, len) == 0 &&
	    (path[len] == '\0' || path[len] == '.' || path[len] == '[');
}

/* "[40]..." in the list that this tier adds to: the last of the merged list
 * are its own, but for what other tiers added behind them. */
static bool
find_added(struct search *search, const json_t *own, const json_t *merged,
    const char *path)
{
	size_t mine = json_array_size(own), all = json_array_size(merged);
	char *rest, text[32];
	size_t i;

	if (*path != '[' || !json_is_array(own)) {
		say(search, path, strlen(path));
		return true;
	}
	if (all < mine + search->added)
		return false;
	i = strtoul(path + 1, &rest, 10);
	all -= search->added;
	if (i < all - mine) {
		search->added += mine;
		return false;
	}
	(void)snprintf(text, sizeof(text), "[%zu", i - (all - mine));
	say(search, text, strlen(text));
	say(search, rest, strlen(rest));
	return true;
}

static bool find(
    struct search *search, json_t *own, const json_t *merged, const char *path);

/* The member key of own, which path begins with. */
static bool
find_member(struct search *search, const char *key, json_t *value,
    const json_t *merged, const char *path)
{
	size_t len = strlen(key), at = strlen(search->where);
	bool plus = len > 1 && key[len - 1] == '+';
	size_t name_len = plus ? len - 1 : len;
	char name[128];
	const json_t *below;

	if (name_len >= sizeof(name) || !begins(path, key, name_len))
		return false;
	(void)snprintf(name, sizeof(name), "%.*s", (int)name_len, key);
	below = json_object_get(merged, name);
	path += name_len;
	say(search, ".", 1);
	say(search, key, len);
	if (plus ? find_added(search, value, below, path)
		 : find(search, value, below, path))
		return true;
	search->where[at] = '\0';
	return false;
}

static bool
find(struct search *search, json_t *own, const json_t *merged, const char *path)
{
	const char *key;
	json_t *value;

	if (*path == '\0' || *path == '[') {
		say(search, path, strlen(path));
		return true;
	}
	path += *path == '.';
	json_object_foreach(own, key, value)
	{
		if (find_member(search, key, value, merged, path))
			return true;
	}
	return false;
}

bool
origin_find(const json_t *tiers, const char *name, const json_t *merged,
    const char *path, char *where, size_t size)
{
	struct search search = {0, where, size};
	bool preset = false;

	for (int i = 0; i < DEPTH_MAX && name != NULL && !preset; i++) {
		(void)snprintf(where, size, "tiers.%.100s", name);
		if (find(&search, json_object_get(tiers, name), merged, path))
			return true;
		name = tiers_parent(tiers, name, &preset);
	}
	return false;
}
