/* SPDX-License-Identifier: Apache-2.0 */
#include "config/tiers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/merge.h"
#include "config/presets.h"

#define EXTENDS_MAX 8

/* A tier that is being resolved, and what led to it: the one that extends it,
 * the one that extends that. */
struct link {
	const char *name;
	const struct link *from;
	bool preset; /* ours, not the file's of the same name */
};

/* --- names ---------------------------------------------------------------- */

static const struct preset *
find_preset(const char *name)
{
	const struct preset *preset = presets;

	while (preset->name != NULL && strcmp(preset->name, name) != 0)
		preset++;
	return preset->name == NULL ? NULL : preset;
}

bool
tiers_exist(const json_t *tiers, const char *name)
{
	return json_object_get(tiers, name) != NULL ||
	    find_preset(name) != NULL;
}

void
tiers_missing(const json_t *tiers, const char *name, char *text, size_t size)
{
	json_auto_t *listed = json_deep_copy(tiers); /* iterable */
	const char **names, *key;
	char hint[160] = "";
	size_t n = 0;
	json_t *value;

	while (presets[n].name != NULL)
		n++;
	names = calloc(n + json_object_size(listed) + 1, sizeof(*names));
	if (names != NULL) {
		for (n = 0; presets[n].name != NULL; n++)
			names[n] = presets[n].name;
		json_object_foreach(listed, key, value) names[n++] = key;
		nearest_hint(name, names, hint, sizeof(hint));
	}
	if (hint[0] == '\0') {
		(void)snprintf(hint, sizeof(hint), "; there are ");
		tiers_ours(hint + strlen(hint), sizeof(hint) - strlen(hint));
		json_object_foreach(listed, key, value)(void)
		    snprintf(hint + strlen(hint), sizeof(hint) - strlen(hint),
			", %s", key);
	}
	(void)snprintf(text, size, "there is no tier \"%.60s\"%s", name, hint);
	free(names);
}

void
tiers_ours(char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; presets[i].name != NULL && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    i == 0 ? "" : ", ", presets[i].name);
}

/* --- ours -------------------------------------------------------------- */

static json_t *
preset_tree(const struct preset *preset, struct problems *problems)
{
	struct yaml yaml;
	struct place place;
	struct errmsg err;
	json_t *tree;

	if (!yaml_read(
		preset->yaml, strlen(preset->yaml), &yaml, &place, &err)) {
		problems_add(problems, preset->name, err.text);
		return NULL;
	}
	tree = json_incref(yaml.tree);
	yaml_done(&yaml);
	return tree;
}

/* --- extending ------------------------------------------------------------ */

static json_t *resolve(
    const json_t *tiers, const struct link *link, struct problems *problems);

static void
complain(struct problems *problems, const struct link *link, const char *text)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "tiers.%.100s.extends", link->name);
	problems_add(problems, path, text);
}

/* Does a tier of this chain extend a tier that led to it?  Says which. */
static bool
is_ring(const struct link *link, const char *parent, char *text, size_t size)
{
	const struct link *at = link;
	char names[256] = "", rest[256];

	for (; at != NULL; at = at->from) {
		(void)snprintf(rest, sizeof(rest), "%s%s", at->name, names);
		(void)snprintf(names, sizeof(names), ", %.250s", rest);
		if (!at->preset && strcmp(at->name, parent) == 0)
			break;
	}
	if (at == NULL)
		return false;
	(void)snprintf(text, size, "tiers extend each other in a ring: %s, %s",
	    names + strlen(", "), parent);
	return true;
}

/* May the tier extend one of that name?  If not, the text says why. */
static bool
may_extend(const json_t *tiers, const struct link *link,
    const struct link *parent, char *text, size_t size)
{
	size_t depth = 0;

	for (const struct link *at = link; at != NULL; at = at->from)
		depth++;
	if (parent->preset && find_preset(parent->name) == NULL)
		(void)snprintf(text, size, "a tier cannot extend itself");
	else if (!tiers_exist(tiers, parent->name))
		tiers_missing(tiers, parent->name, text, size);
	else if (depth > EXTENDS_MAX)
		(void)snprintf(text, size,
		    "more than %d tiers extend each other", EXTENDS_MAX);
	else
		return parent->preset ||
		    !is_ring(link, parent->name, text, size);
	return false;
}

/* What the tier begins with: nothing, if it cannot be what it says, so that
 * the rest of it is looked at all the same. */
static json_t *
inherited(const json_t *tiers, const struct link *link, const json_t *extends,
    struct problems *problems)
{
	const char *name = json_string_value(extends);
	struct link parent = {name, link, false};
	char text[400];

	if (extends == NULL)
		return json_object();
	if (name == NULL) {
		complain(problems, link, "want a tier's name");
		return json_object();
	}
	parent.preset = link->preset || strcmp(name, link->name) == 0;
	if (may_extend(tiers, link, &parent, text, sizeof(text)))
		return resolve(tiers, &parent, problems);
	complain(problems, link, text);
	return json_object();
}

/* The tier's own members over those of the one that it extends. */
static json_t *
resolve(const json_t *tiers, const struct link *link, struct problems *problems)
{
	json_t *listed = link->preset ? NULL
				      : json_object_get(tiers, link->name);
	json_auto_t *own = listed != NULL
	    ? json_deep_copy(listed)
	    : preset_tree(find_preset(link->name), problems);
	struct link self = {link->name, link->from, listed == NULL};
	char path[128];
	json_t *base, *whole;

	(void)snprintf(path, sizeof(path), "tiers.%.100s", link->name);
	if (!json_is_object(own)) {
		problems_add(problems, path,
		    "want a map, such as {extends: ci, filters: {...}}");
		return NULL;
	}
	base = inherited(
	    tiers, &self, json_object_get(own, "extends"), problems);
	/* A tier guards unless it says itself that it does not. */
	(void)json_object_del(base, "mode");
	if (base == NULL)
		return NULL;
	whole = merge_tiers(base, own);
	if (whole == NULL)
		problems_add(problems, path, "out of memory");
	json_decref(base);
	(void)json_object_del(whole, "extends");
	return whole;
}

json_t *
tiers_resolve(const json_t *tiers, const char *name, struct problems *problems)
{
	struct link link = {name, NULL, false};
	char text[400];

	if (tiers_exist(tiers, name))
		return resolve(tiers, &link, problems);
	tiers_missing(tiers, name, text, sizeof(text));
	problems_add(problems, "", text);
	return NULL;
}

const char *
tiers_parent(const json_t *tiers, const char *name, bool *preset)
{
	const char *parent = json_string_value(
	    json_object_get(json_object_get(tiers, name), "extends"));

	*preset = parent != NULL &&
	    (strcmp(parent, name) == 0 ||
		json_object_get(tiers, parent) == NULL);
	return parent;
}
