/* SPDX-License-Identifier: Apache-2.0 */
#include "core/observe.h"

#include "json_read.h"

/* The settings of filter in the tier, with those over them that hold. */
static json_t *
held_settings(const struct filter *filter, const json_t *filters)
{
	json_auto_t *over = json_read_own(filter->held);
	json_t *settings = json_deep_copy(
	    json_object_get(filters, filter->name));

	if (json_object_update(settings, over) == 0)
		return settings;
	json_decref(settings);
	return NULL;
}

struct tier *
observe_held(const json_t *conf, const char *path, setting_problem_fn *problem,
    void *arg)
{
	json_t *held = json_pack("{s:s, s:{s:{s:[s]}}}", "unlisted", "off",
	    "filters", "calls", "allow", "*");
	json_t *filters = json_object_get(held, "filters");

	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const struct filter *filter = filter_list[i];

		if (filter->held != NULL &&
		    json_object_set_new(filters, filter->name,
			held_settings(
			    filter, json_object_get(conf, "filters"))) != 0) {
			json_decref(held);
			problem(arg, path, "out of memory");
			return NULL;
		}
	}
	return tier_new("held", held, path, problem, arg);
}

struct tier *
observe_asking(const char *path, setting_problem_fn *problem, void *arg)
{
	return tier_new("asking",
	    json_pack("{s:{s:{s:[s]}, s:{s:[{s:s}], s:s}}}", "filters", "calls",
		"allow", "*", "mounts", "allow", "source", "/", "docker_socket",
		"replace"),
	    path, problem, arg);
}
