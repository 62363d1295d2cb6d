/* SPDX-License-Identifier: Apache-2.0 */
#include "config/includes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/list_file.h"
#include "config/settings.h"
#include "filter.h"
#include "identity.h"

#define PATH_LEN 512

struct including {
	struct yaml *yaml;
	const char *path; /* of the configuration */
	struct problems *problems;
};

/* A list that is being made, and where each of its items stood. */
struct making {
	json_t *list, *places;
};

static const char *
file_of(const json_t *value)
{
	return json_string_value(json_object_get(value, "file"));
}

/* Is there a file in it?  Of what is odd besides, the tables tell. */
static bool
has_file(const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	{
		if (file_of(item) != NULL)
			return true;
	}
	return file_of(value) != NULL;
}

static bool
add(struct making *making, json_t *item, struct place place)
{
	return json_array_append(making->list, item) == 0 &&
	    json_array_append_new(making->places, yaml_place_json(place)) == 0;
}

/* The lines of the file that value names. */
static bool
add_file(struct including *including, struct making *making,
    const json_t *value, const char *path)
{
	const char *file = file_of(value);
	const char *slash = strrchr(including->path, '/');
	int folder = slash == NULL || *file == '/'
	    ? 0
	    : (int)(slash + 1 - including->path);
	struct list_file list;
	char name[PATH_LEN], key[PATH_LEN];
	size_t i;
	json_t *item;
	bool sound = true;

	(void)snprintf(
	    name, sizeof(name), "%.*s%s", folder, including->path, file);
	(void)snprintf(key, sizeof(key), "%s.file", path);
	if (json_object_size(value) != 1) {
		problems_add(including->problems, path,
		    "beside \"file\" nothing else may stand");
		return true;
	}
	list_file_read(&list, name, key, including->problems);
	json_array_foreach(list.entries, i, item)
	{
		struct place place = {name, list.line[i], 1};

		sound = sound && add(making, item, place);
	}
	list_file_done(&list);
	return sound;
}

/* value, or each of its items, into the list. */
static bool
add_items(struct including *including, struct making *making,
    const json_t *value, const char *path)
{
	char item_path[PATH_LEN];
	size_t i;
	json_t *item;

	if (!json_is_array(value))
		return add_file(including, making, value, path);
	json_array_foreach(value, i, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		if (file_of(item) != NULL
			? !add_file(including, making, item, item_path)
			: !add(making, item,
			      yaml_place(including->yaml, item_path)))
			return false;
	}
	return true;
}

/* The places of the new items, under their new numbers. */
static bool
move_places(
    struct including *including, struct making *making, const char *path)
{
	char item_path[PATH_LEN];
	size_t i;
	json_t *place;

	json_array_foreach(making->places, i, place)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		if (json_object_set(
			including->yaml->places, item_path, place) != 0)
			return false;
	}
	return true;
}

/* What is under key becomes a list without files. */
static void
expand_list(struct including *including, json_t *object, const char *key,
    const char *path)
{
	struct making making = {json_array(), json_array()};

	if (!add_items(
		including, &making, json_object_get(object, key), path) ||
	    !move_places(including, &making, path) ||
	    json_object_set(object, key, making.list) != 0)
		problems_add(including->problems, path, "out of memory");
	json_decref(making.list);
	json_decref(making.places);
}

/* --- where lists may be ---------------------------------------------------- */

static void expand_rows(struct including *including, const struct setting *rows,
    json_t *object, const char *path);

static void
expand_value(struct including *including, const struct setting *row,
    json_t *object, const char *key, const char *path)
{
	json_t *value = json_object_get(object, key), *item;
	char item_path[PATH_LEN];
	size_t i;

	if ((row->type == SETTING_T_STRINGS ||
		row->type == SETTING_T_PATTERNS) &&
	    has_file(value))
		expand_list(including, object, key, path);
	if (row->type == SETTING_T_SECTION)
		expand_rows(including, row->sub, value, path);
	if (row->type != SETTING_T_ROWS)
		return;
	json_array_foreach(value, i, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		expand_rows(including, row->sub, item, item_path);
	}
}

/* Is that the row's name, perhaps with the plus of a list that adds? */
static bool
names(const char *key, const struct setting *row)
{
	size_t len = strlen(row->name);

	return strncmp(key, row->name, len) == 0 &&
	    (key[len] == '\0' || strcmp(key + len, "+") == 0);
}

static void
expand_rows(struct including *including, const struct setting *rows,
    json_t *object, const char *path)
{
	char key_path[PATH_LEN];
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		(void)snprintf(key_path, sizeof(key_path), "%s%s%s", path,
		    *path == '\0' ? "" : ".", key);
		for (const struct setting *row = rows;
		     row != NULL && row->type != SETTING_T_END; row++) {
			if (names(key, row))
				expand_value(
				    including, row, object, key, key_path);
		}
	}
}

static void
expand_tier(struct including *including, json_t *tier, const char *name)
{
	char path[PATH_LEN];

	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const struct filter *filter = filter_list[i];

		(void)snprintf(path, sizeof(path), "tiers.%s.filters.%s", name,
		    filter->name);
		expand_rows(including, filter->settings,
		    json_object_get(
			json_object_get(tier, "filters"), filter->name),
		    path);
	}
}

/* The lines of a file are strings; a user or group is a number. */
static void
make_numbers(json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		if (text != NULL && strlen(text) <= 10 &&
		    strspn(text, "0123456789") == strlen(text))
			(void)json_array_set_new(
			    list, i, json_integer(strtoll(text, NULL, 10)));
	}
}

/* Each member of a match may be a list. */
static void
expand_match(struct including *including, json_t *match, const char *path)
{
	char key_path[PATH_LEN];
	const char *key;
	json_t *value;

	json_object_foreach(match, key, value)
	{
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		if (!has_file(value))
			continue;
		expand_list(including, match, key, key_path);
		if (identity_source(key) == IDENTITY_UNIX)
			make_numbers(json_object_get(match, key));
	}
}

static void
expand_identity(struct including *including, json_t *rule, size_t n)
{
	json_t *match = json_object_get(rule, "match"), *item;
	char path[64];
	size_t i;

	(void)snprintf(path, sizeof(path), "identities[%zu].match", n);
	expand_match(including, match, path);
	json_array_foreach(match, i, item)
	{
		(void)snprintf(
		    path, sizeof(path), "identities[%zu].match[%zu]", n, i);
		expand_match(including, item, path);
	}
}

void
includes_expand(struct yaml *yaml, const char *path, struct problems *problems)
{
	struct including including = {yaml, path, problems};
	const char *name;
	size_t i;
	json_t *item;

	expand_rows(&including, config_settings, yaml->tree, "");
	json_array_foreach(json_object_get(yaml->tree, "identities"), i, item)
	    expand_identity(&including, item, i);
	json_object_foreach(json_object_get(yaml->tree, "tiers"), name, item)
	    expand_tier(&including, item, name);
}
