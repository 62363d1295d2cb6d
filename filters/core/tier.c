/* SPDX-License-Identifier: Apache-2.0 */
#include "tier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/observe.h"
#include "core/service_view.h"

/* How often filters may change what others have made.  Two do: what mounts
 * leaves out, read_only_root has to make room for. */
#define ROUNDS 3

/* How a filter judges a call. */
enum way {
	WAY_NOT_AT_ALL = 0,
	WAY_ITSELF,
	WAY_VIEW, /* what it makes (core/service_view.h) */
};

/* A filter with the settings that this tier gives it. */
struct bound {
	const struct filter *filter;
	enum action action;
	void *conf;
	unsigned char *ways; /* enum way, of each call of the table */
};

/* The members of a tier object itself. */
struct tier_members {
	const char *description;
	int unlisted;
	int unknown_fields;
	int mode;
};

enum unlisted {
	UNLISTED_APPLY = 0,
	UNLISTED_OFF,
};

struct tier {
	char *name;
	json_t *conf;
	struct tier_members members;
	struct bound *bound; /* in the order of filter_list */
	size_t nbound;
	/* For each call of the table, the filters that judge it: their places in
	 * bound, from 1 on, and 0 behind the last. */
	unsigned char *judges;
	/* NULL where it enforces: by what it judges all the same, and what it
	 * asks for the record. */
	struct tier *held, *asking;
};

static const char *const unlisted_words[] = {"apply", "off", NULL};
static const char *const unknown_words[] = {"reject", "drop", NULL};
static const char *const mode_words[] = {"enforce", "warn", "observe", NULL};
static const char *const action_words[] = {"reject", "rewrite", "off", NULL};

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

struct action_member {
	int action;
};

static const struct setting action_settings[] = {
    SETTING_ENUM(struct action_member, action, action_words, NULL,
	"What to do with what the filter does not accept: refuse the call, "
	"make it acceptable, or do not look."),
    SETTING_END,
};

/* --- making ----------------------------------------------------------- */

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

static enum way
way_of(const struct bound *bound, const struct call *call)
{
	return bound->action == ACTION_OFF
	    ? WAY_NOT_AT_ALL
	    : (enum way)bound->ways[call - call_table()];
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
			if (way_of(&tier->bound[i], &call_table()[call]) !=
			    WAY_NOT_AT_ALL)
				*judge++ = (unsigned char)(i + 1);
		}
	}
	return tier->judges != NULL;
}

static const unsigned char *
judges_of(const struct tier *tier, const struct call *call)
{
	return tier->judges +
	    (size_t)(call - call_table()) * (tier->nbound + 1);
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

static bool
bind_filters(struct tier *tier, json_t *filters, const char *path,
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
	if (!bind_filters(tier, filters, path, problem, arg) || !sound ||
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
	for (size_t i = 0; tier->bound != NULL && i < tier->nbound; i++)
		unbind_filter(&tier->bound[i]);
	free(tier->bound);
	free(tier->judges);
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

/* --- judging ---------------------------------------------------------- */

bool
tier_applies(const struct tier *tier, const struct filter *filter,
    const struct call *call)
{
	for (size_t i = 0; i < tier->nbound; i++) {
		if (tier->bound[i].filter == filter)
			return way_of(&tier->bound[i], call) != WAY_NOT_AT_ALL;
	}
	return false;
}

static enum verdict
apply(const struct bound *bound, struct request *req, struct report *report)
{
	report->filter = bound->filter->name;
	report->action = bound->action;
	if (way_of(bound, req->call) == WAY_VIEW)
		return service_view_judge(
		    bound->filter, bound->conf, req, report);
	return bound->filter->apply(bound->conf, req, report);
}

/* The verdict and who gave it, as the report shall say it. */
static enum verdict
conclude(struct report *report, enum verdict verdict)
{
	report->verdict = verdict;
	if (verdict > VERDICT_DENY)
		report->filter = NULL;
	if (verdict == VERDICT_FAIL && report->reason.text[0] == '\0')
		(void)report_fail(
		    report, report->field, "could not judge the request");
	return verdict;
}

enum verdict
tier_admit(const struct tier *tier, struct request *req, struct report *report)
{
	for (size_t i = 0; i < tier->nbound; i++) {
		if (tier->bound[i].filter->always)
			return conclude(
			    report, apply(&tier->bound[i], req, report));
	}
	return conclude(report, VERDICT_FAIL);
}

static bool
wants(const struct bound *bound, const struct request *req, json_t *wanted)
{
	if (way_of(bound, req->call) == WAY_VIEW)
		return service_view_wants(
		    bound->filter, bound->conf, req, wanted);
	return bound->filter->wants == NULL ||
	    bound->filter->wants(bound->conf, req, wanted);
}

static bool
all_want(const struct tier *tier, const struct request *req, json_t *wanted)
{
	const unsigned char *judge = judges_of(tier, req->call);

	for (; *judge != 0; judge++) {
		if (!wants(&tier->bound[*judge - 1], req, wanted))
			return false;
	}
	return tier->asking == NULL || all_want(tier->asking, req, wanted);
}

json_t *
tier_wants(const struct tier *tier, const struct request *req)
{
	json_t *wanted = json_array();

	if (wanted != NULL && all_want(tier, req, wanted))
		return wanted;
	json_decref(wanted);
	return NULL;
}

/* Every filter in turn; the first DENY or FAIL ends it. */
static enum verdict
judge_once(const struct tier *tier, struct request *req, struct report *report)
{
	const unsigned char *judge = judges_of(tier, req->call);
	enum verdict verdict = VERDICT_PASS;

	/* The body is judged by what the request has become. */
	json_decref(report->stream_rules);
	report->stream_rules = NULL;
	for (; *judge != 0 && verdict > VERDICT_DENY; judge++)
		verdict = verdict_and(
		    verdict, apply(&tier->bound[*judge - 1], req, report));
	return verdict;
}

/* What a filter changed, those before it have not seen: judge until nothing is
 * changed any more.  FAIL if they never agree, or refuse what they made. */
static enum verdict
settle(const struct tier *tier, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_REWRITE;
	struct report last;

	for (int i = 0; i < ROUNDS && verdict == VERDICT_REWRITE; i++)
		verdict = judge_once(tier, req, report);
	if (verdict == VERDICT_PASS)
		return VERDICT_REWRITE;
	last = *report;
	return report_fail(report, last.field,
	    "the rewritten request does not pass filter \"%s\"%s%s",
	    last.filter, last.reason.text[0] == '\0' ? "" : ": ",
	    last.reason.text);
}

enum verdict
tier_judge(const struct tier *tier, struct request *req, struct report *report)
{
	enum verdict verdict = judge_once(tier, req, report);

	if (verdict == VERDICT_REWRITE)
		verdict = settle(tier, req, report);
	return conclude(report, verdict);
}

enum verdict
tier_observe(const struct tier *tier, struct request *req, struct report *would,
    struct report *report)
{
	struct request copy;
	bool copied = request_copy(&copy, req);

	would->foreseen = true;
	if (copied)
		(void)tier_judge(tier, &copy, would);
	request_done(&copy);
	if (!copied)
		return conclude(report, VERDICT_FAIL);
	return tier_judge(tier->held, req, report);
}
