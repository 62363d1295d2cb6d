/* SPDX-License-Identifier: Apache-2.0 */
#include "config/tiers.h"

#include <stdio.h>
#include <string.h>

#include "config/presets.h"

#define EXTENDS_MAX 8

static const struct preset *
find_preset(const char *name)
{
	const struct preset *preset = presets;

	while (preset->name != NULL && strcmp(preset->name, name) != 0)
		preset++;
	return preset->name == NULL ? NULL : preset;
}

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

static bool merge(json_t *into, json_t *own);

/* "allow+": append to what was inherited. */
static bool
append(json_t *into, const char *key, json_t *value)
{
	char name[64];
	json_t *list;

	(void)snprintf(name, sizeof(name), "%.*s", (int)strlen(key) - 1, key);
	list = json_object_get(into, name);
	if (!json_is_array(list) || !json_is_array(value))
		return json_object_set(into, name, value) == 0;
	return json_array_extend(list, value) == 0;
}

static bool
merge_member(json_t *into, const char *key, json_t *value)
{
	json_t *inherited = json_object_get(into, key);
	size_t len = strlen(key);

	if (len > 1 && key[len - 1] == '+')
		return append(into, key, value);
	if (json_is_object(inherited) && json_is_object(value))
		return merge(inherited, value);
	return json_object_set(into, key, value) == 0;
}

/* Maps merge; all else replaces. */
static bool
merge(json_t *into, json_t *own)
{
	const char *key;
	json_t *value;

	json_object_foreach(own, key, value)
	{
		if (!merge_member(into, key, value))
			return false;
	}
	return true;
}

static json_t *resolve(const json_t *tiers, const char *name, bool preset_only,
    int depth, struct problems *problems, const char *path);

/* Put the tier's own members over those of the one that it extends. */
static json_t *
extend(const json_t *tiers, const char *name, json_t *own, int depth,
    struct problems *problems, const char *path)
{
	const char *parent = json_string_value(json_object_get(own, "extends"));
	json_t *base;

	if (parent == NULL && json_object_get(own, "extends") != NULL) {
		problems_add(problems, path, "extends: want a tier's name");
		return NULL;
	}
	base = parent == NULL
	    ? json_object()
	    : resolve(tiers, parent, strcmp(parent, name) == 0, depth + 1,
		  problems, path);
	if (base != NULL && !merge(base, own)) {
		problems_add(problems, path, "out of memory");
		json_decref(base);
		return NULL;
	}
	(void)json_object_del(base, "extends");
	return base;
}

/* preset_only: the file's tier of that name is the one that asks. */
static json_t *
resolve(const json_t *tiers, const char *name, bool preset_only, int depth,
    struct problems *problems, const char *path)
{
	json_t *listed = preset_only ? NULL : json_object_get(tiers, name);
	const struct preset *preset = find_preset(name);
	json_auto_t *own = NULL;
	char text[160];

	if (depth > EXTENDS_MAX) {
		problems_add(
		    problems, path, "tiers extend each other in a ring");
		return NULL;
	}
	if (listed == NULL && preset == NULL) {
		(void)snprintf(
		    text, sizeof(text), "there is no tier \"%.60s\"", name);
		problems_add(problems, path, text);
		return NULL;
	}
	own = listed != NULL ? json_deep_copy(listed)
			     : preset_tree(preset, problems);
	if (!json_is_object(own)) {
		problems_add(problems, path, "want a map");
		return NULL;
	}
	return extend(
	    tiers, listed != NULL ? name : "", own, depth, problems, path);
}

json_t *
tiers_resolve(const json_t *tiers, const char *name, struct problems *problems)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "tiers.%.100s", name);
	return resolve(tiers, name, false, 0, problems, path);
}
