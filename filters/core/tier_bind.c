/* SPDX-License-Identifier: Apache-2.0 */
/* The filters of a tier, each with the settings that the tier gives it, and which
 * of them judge which call. */
#include <stdio.h>
#include <stdlib.h>

#include "core/service_view.h"
#include "core/tier_state.h"

static const char *const action_words[] = {"reject", "rewrite", "off", NULL};

struct action_member {
	int action;
};

static const struct setting action_settings[] = {
    SETTING_ENUM(struct action_member, action, action_words, NULL,
	"What to do with what the filter does not accept: refuse the call, "
	"make it acceptable, or do not look."),
    SETTING_END,
};

/* The object of a filter under "filters", made if it is absent. */
static json_t *
filter_object(json_t *filters, const char *name)
{
	json_t *object = json_object_get(filters, name);

	if (object == NULL &&
	    json_object_set_new(filters, name, json_object()) == 0)
		object = json_object_get(filters, name);
	return object;
}

/* Read "action", which every filter has, and take it out of the way of the
 * filter's own rows; bind_filter() puts it back. */
static bool
read_action(struct bound *bound, json_t *object, bool listed,
    const struct tier *tier, const char *path, setting_problem_fn *problem,
    void *arg)
{
	const struct filter *filter = bound->filter;
	json_t *given = json_object_get(object, "action");
	struct action_member member = {(int)filter->action};
	json_auto_t *only = json_object();
	bool sound = true;

	if (given == NULL && !listed && !filter->always &&
	    tier->members.unlisted == UNLISTED_OFF)
		member.action = ACTION_OFF;
	if (given != NULL) {
		if (json_object_set(only, "action", given) != 0) {
			problem(arg, path, "out of memory");
			return false;
		}
		sound = settings_read(
		    action_settings, only, &member, path, problem, arg);
		(void)json_object_del(object, "action");
	}
	bound->action = (enum action)member.action;
	return sound;
}

static size_t
ncalls(void)
{
	const struct call *calls = call_table();
	size_t n = 0;

	while (calls[n].name != NULL)
		n++;
	return n;
}

/* False if out of memory. */
static bool
find_ways(struct bound *bound)
{
	const struct call *calls = call_table();
	const struct filter *filter = bound->filter;
	size_t n = ncalls();

	bound->ways = calloc(n, 1);
	for (size_t i = 0; bound->ways != NULL && i < n; i++) {
		if (service_view_fits(filter, &calls[i]))
			bound->ways[i] = WAY_VIEW;
		else if (call_matches_any(&calls[i], filter->calls))
			bound->ways[i] = WAY_ITSELF;
	}
	return bound->ways != NULL;
}

/* False if out of memory. */
static bool
find_judges(struct tier *tier)
{
	size_t n = ncalls(), width = tier->nbound + 1;

	tier->judges = calloc(n, width);
	for (size_t call = 0; tier->judges != NULL && call < n; call++) {
		unsigned char *judge = tier->judges + call * width;

		for (size_t i = 0; i < tier->nbound; i++) {
			if (tier_way(&tier->bound[i], &call_table()[call]) !=
			    WAY_NOT_AT_ALL)
				*judge++ = (unsigned char)(i + 1);
		}
	}
	return tier->judges != NULL;
}

static bool
bind_filter(struct bound *bound, struct tier *tier, json_t *filters,
    const char *path, setting_problem_fn *problem, void *arg)
{
	static const struct setting none[] = {SETTING_END};
	const struct filter *filter = bound->filter;
	bool listed = json_object_get(filters, filter->name) != NULL;
	json_t *object = filter_object(filters, filter->name);
	struct errmsg err;
	char own_path[512];
	bool sound;

	(void)snprintf(
	    own_path, sizeof(own_path), "%s.filters.%s", path, filter->name);
	bound->conf = calloc(1, filter->conf_size + 1);
	if (object == NULL || bound->conf == NULL || !find_ways(bound)) {
		problem(arg, own_path, "out of memory");
		return false;
	}
	if (!json_is_object(object)) {
		problem(arg, own_path,
		    "want a map of its settings, such as {} or {action: "
		    "\"off\"}");
		return false;
	}
	sound = read_action(
	    bound, object, listed, tier, own_path, problem, arg);
	if (!settings_read(filter->settings == NULL ? none : filter->settings,
		object, bound->conf, own_path, problem, arg) ||
	    !sound)
		return false;
	if (filter->check != NULL && !filter->check(bound->conf, &err)) {
		problem(arg, own_path, err.text);
		return false;
	}
	if (filter->prepare != NULL && !filter->prepare(bound->conf)) {
		problem(arg, own_path, "out of memory");
		return false;
	}
	if (filter->always && bound->action == ACTION_OFF) {
		problem(arg, own_path, "this filter cannot be switched off");
		return false;
	}
	if (json_object_set_new(object, "action",
		json_string(action_words[bound->action])) == 0)
		return true;
	problem(arg, own_path, "out of memory");
	return false;
}

static void
unbind_filter(struct bound *bound)
{
	if (bound->conf != NULL && bound->filter->settings != NULL)
		settings_done(bound->filter->settings, bound->conf);
	if (bound->conf != NULL && bound->filter->done != NULL)
		bound->filter->done(bound->conf);
	free(bound->conf);
	free(bound->ways);
}

bool
tier_bind(struct tier *tier, json_t *filters, const char *path,
    setting_problem_fn *problem, void *arg)
{
	bool sound = true;

	while (filter_list[tier->nbound] != NULL)
		tier->nbound++;
	tier->bound = calloc(tier->nbound, sizeof(*tier->bound));
	if (tier->bound == NULL) {
		problem(arg, path, "out of memory");
		return false;
	}
	for (size_t i = 0; i < tier->nbound; i++) {
		tier->bound[i].filter = filter_list[i];
		if (!bind_filter(
			&tier->bound[i], tier, filters, path, problem, arg))
			sound = false;
	}
	if (!sound || find_judges(tier))
		return sound;
	problem(arg, path, "out of memory");
	return false;
}

void
tier_unbind(struct tier *tier)
{
	for (size_t i = 0; tier->bound != NULL && i < tier->nbound; i++)
		unbind_filter(&tier->bound[i]);
	free(tier->bound);
	free(tier->judges);
}
