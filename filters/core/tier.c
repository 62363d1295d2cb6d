/* SPDX-License-Identifier: Apache-2.0 */
#include "tier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/observe.h"
#include "core/tier_state.h"

static const char *const unlisted_words[] = {"apply", "off", NULL};
static const char *const unknown_words[] = {"reject", "drop", NULL};
static const char *const mode_words[] = {"enforce", "warn", "observe", NULL};

const struct setting tier_settings[] = {
    SETTING_STRING(struct tier_members, description, NULL, NULL,
	"One line for people: what this tier is for."),
    SETTING_ENUM(struct tier_members, unlisted, unlisted_words, NULL,
	"Whether filters that are not named under \"filters\" apply with "
	"their defaults or are off."),
    SETTING_ENUM(struct tier_members, unknown_fields, unknown_words, NULL,
	"What to do with body members that no known API version has: refuse "
	"the call, or drop them and say so."),
    SETTING_ENUM(struct tier_members, mode, mode_words, NULL,
	"What to do with what the filters say: enforce it; warn: make the call "
	"as it was asked for, record what would have been, and tell whoever "
	"creates a container; observe: the same in silence. A tier that does "
	"not enforce guards nothing but what is another team's (filter owner). "
	"Never inherited."),
    SETTING_END,
};

/* --- making ----------------------------------------------------------- */

static bool
find_unknown_filters(
    json_t *filters, const char *path, setting_problem_fn *problem, void *arg)
{
	const char *names[128] = {NULL};
	char key_path[512], text[200], hint[160];
	const char *key;
	json_t *value;
	bool sound = true;

	for (size_t i = 0; filter_list[i] != NULL && i < 127; i++)
		names[i] = filter_list[i]->name;
	json_object_foreach(filters, key, value)
	{
		if (filter_by_name(key) != NULL)
			continue;
		nearest_hint(key, names, hint, sizeof(hint));
		(void)snprintf(
		    key_path, sizeof(key_path), "%s.filters.%s", path, key);
		(void)snprintf(text, sizeof(text), "unknown filter%s",
		    hint[0] != '\0' ? hint
				    : "; `sockwarden filters` lists them");
		problem(arg, key_path, text);
		sound = false;
	}
	return sound;
}

/* Keys that its rows do not know, but people who write tiers do.  They are
 * taken out. */
static bool
find_misplaced(
    struct tier *tier, const char *path, setting_problem_fn *problem, void *arg)
{
	static const char *const names[] = {"extends", "filters", NULL};
	char key_path[512], text[200];
	const char *key;
	void *next;
	json_t *value;
	bool sound = true;

	json_object_foreach_safe(tier->conf, next, key, value)
	{
		const char *near = nearest_name(key, names);

		if (filter_by_name(key) != NULL)
			(void)snprintf(text, sizeof(text),
			    "a filter belongs below \"filters\": {filters: "
			    "{%s: ...}}",
			    key);
		else if (near != NULL && strcmp(near, key) != 0)
			(void)snprintf(text, sizeof(text),
			    "unknown key; did you mean \"%s\"?", near);
		else
			continue;
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		problem(arg, key_path, text);
		(void)json_object_del(tier->conf, key);
		sound = false;
	}
	return sound;
}

/* Read the members of the tier object itself: all but "filters". */
static bool
read_members(
    struct tier *tier, const char *path, setting_problem_fn *problem, void *arg)
{
	json_t *filters = json_object_get(tier->conf, "filters");
	bool sound = find_misplaced(tier, path, problem, arg);

	json_incref(filters);
	(void)json_object_del(tier->conf, "filters");
	sound &= settings_read(
	    tier_settings, tier->conf, &tier->members, path, problem, arg);
	if (filters == NULL)
		filters = json_object();
	if (json_object_set_new(tier->conf, "filters", filters) != 0) {
		problem(arg, path, "out of memory");
		return false;
	}
	return sound;
}

/* What a tier needs besides that does not enforce. */
static bool
make_companions(
    struct tier *tier, const char *path, setting_problem_fn *problem, void *arg)
{
	if (tier->members.mode == TIER_ENFORCE)
		return true;
	tier->held = observe_held(tier->conf, path, problem, arg);
	tier->asking = observe_asking(path, problem, arg);
	return tier->held != NULL && tier->asking != NULL;
}

struct tier *
tier_new(const char *name, json_t *conf, const char *path,
    setting_problem_fn *problem, void *arg)
{
	struct tier *tier = calloc(1, sizeof(*tier));
	json_t *filters;
	char filters_path[512];
	bool sound;

	if (tier == NULL || !json_is_object(conf)) {
		problem(
		    arg, path, tier == NULL ? "out of memory" : "want a map");
		json_decref(conf);
		free(tier);
		return NULL;
	}
	tier->conf = conf;
	tier->name = strdup(name);
	if (tier->name == NULL) {
		problem(arg, path, "out of memory");
		goto fail;
	}
	sound = read_members(tier, path, problem, arg);
	filters = json_object_get(tier->conf, "filters");
	if (filters == NULL || !json_is_object(filters)) {
		(void)snprintf(
		    filters_path, sizeof(filters_path), "%s.filters", path);
		problem(arg, filters_path,
		    "want a map from filters to their settings, such as "
		    "{ports: {publish: true}}");
		goto fail;
	}
	if (!find_unknown_filters(filters, path, problem, arg))
		sound = false;
	if (!tier_bind(tier, filters, path, problem, arg) || !sound ||
	    !make_companions(tier, path, problem, arg))
		goto fail;
	return tier;

fail:
	tier_free(tier);
	return NULL;
}

void
tier_free(struct tier *tier)
{
	if (tier == NULL)
		return;
	tier_unbind(tier);
	tier_free(tier->held);
	tier_free(tier->asking);
	free(tier->name);
	json_decref(tier->conf);
	free(tier);
}

/* --- asking ----------------------------------------------------------- */

const char *
tier_name(const struct tier *tier)
{
	return tier->name;
}

const char *
tier_description(const struct tier *tier)
{
	return tier->members.description == NULL ? ""
						 : tier->members.description;
}

const json_t *
tier_conf(const struct tier *tier)
{
	return tier->conf;
}

enum unknown_members
tier_unknown_members(const struct tier *tier)
{
	return (enum unknown_members)tier->members.unknown_fields;
}

enum tier_mode
tier_mode(const struct tier *tier)
{
	return (enum tier_mode)tier->members.mode;
}

const char *
tier_mode_name(enum tier_mode mode)
{
	return mode_words[mode];
}
