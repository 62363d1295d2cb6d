/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, prunes and events: they show, and remove, what is the team's only.
 */
#include <string.h>

#include "core/owner.h"
#include "core/pointer.h"

static const char *const lists[] = {"container.list", "network.list",
    "volume.list", "system.events", "service.list", "task.list", "secret.list",
    "config.list", NULL};
static const char *const prunes[] = {
    "container.prune", "network.prune", "volume.prune", NULL};

/* Of labels with one name swarm takes only one, whichever (moby,
 * daemon/cluster/filters.go); the others want all. */
static const char *const swarms[] = {
    "service.list", "task.list", "secret.list", "config.list", NULL};

static bool
has_name(const json_t *label, const char *name)
{
	const char *text = json_string_value(label);
	size_t len = strcspn(text, "=");

	return strlen(name) == len && strncmp(text, name, len) == 0;
}

/* Those of the labels that may stay beside wish, and wish; NULL if out of
 * memory. */
static json_t *
narrow_labels(const struct owner_rules *rules, const struct request *req,
    const json_t *asked, json_t *wish)
{
	bool one = call_matches_any(req->call, swarms), there = false;
	json_auto_t *labels = json_array();
	size_t i;
	json_t *label;

	json_array_foreach(asked, i, label)
	{
		bool same = json_equal(label, wish);

		if (one && !same && has_name(label, rules->label))
			continue;
		there = there || same;
		if (json_array_append(labels, label) != 0)
			return NULL;
	}
	return there || json_array_append(labels, wish) == 0
	    ? json_incref(labels)
	    : NULL;
}

static enum verdict
narrow(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	json_auto_t *wish = json_sprintf("%s=%s", rules->label, req->team);
	const json_t *asked = json_object_get(req->query, "filters");
	json_auto_t *filters = asked == NULL ? json_object()
					     : json_deep_copy(asked);
	json_t *labels = narrow_labels(
	    rules, req, json_object_get(filters, "label"), wish);

	if (json_object_set_new(filters, "label", labels) != 0)
		return report_fail(report, "?filters", "out of memory");
	return rewrite_query(
	    req, report, "filters", json_incref(filters), "what is the team's");
}

/* What a list may name, which tells whether it is there: containers before or
 * after which it begins, the services of tasks. */
static const struct neighbour {
	const char *call, *field, *kind;
} neighbours[] = {
    {"container.list", "filters.before", "container"},
    {"container.list", "filters.since", "container"},
    {"container.list", "before", "container"},
    {"container.list", "since", "container"},
    {"task.list", "filters.service", "service"},
};

#define NNEIGHBOURS (sizeof(neighbours) / sizeof(neighbours[0]))

/* The texts, new, of one such member; NULL if out of memory. */
static json_t *
refs_of(const struct request *req, const struct neighbour *row)
{
	json_t *given = strcmp(req->call->name, row->call) == 0
	    ? pointer_get(req->query, row->field)
	    : NULL;

	if (given == NULL)
		return json_array();
	return json_is_array(given) ? json_incref(given)
				    : json_pack("[O]", given);
}

static enum verdict
judge_neighbour(const struct owner_rules *rules, const struct request *req,
    struct report *report, const struct neighbour *row)
{
	json_auto_t *refs = refs_of(req, row);
	enum verdict verdict = VERDICT_PASS;
	size_t i;
	json_t *ref;

	if (refs == NULL)
		return report_fail(report, "?filters", "out of memory");
	json_array_foreach(refs, i, ref)
	{
		const char *text = json_string_value(ref);

		if (verdict == VERDICT_PASS && *text != '\0')
			verdict = owner_judge_thing(
			    rules, req, report, "?filters", row->kind, text);
	}
	return verdict;
}

static enum verdict
judge_neighbours(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; i < NNEIGHBOURS && verdict == VERDICT_PASS; i++)
		verdict = judge_neighbour(rules, req, report, &neighbours[i]);
	return verdict;
}

static bool
want_neighbour(
    const struct request *req, const struct neighbour *row, json_t *wanted)
{
	json_auto_t *refs = refs_of(req, row);
	size_t i;
	json_t *ref;

	json_array_foreach(refs, i, ref)
	{
		if (!owner_want(row->kind, json_string_value(ref), wanted))
			return false;
	}
	return refs != NULL;
}

bool
owner_want_lists(
    const struct owner_rules *rules, const struct request *req, json_t *wanted)
{
	for (size_t i = 0; rules->lists && i < NNEIGHBOURS; i++) {
		if (!want_neighbour(req, &neighbours[i], wanted))
			return false;
	}
	return true;
}

enum verdict
owner_judge_lists(const void *arg, struct request *req, struct report *report)
{
	const struct owner_rules *rules = arg;
	enum verdict verdict;

	if (!call_matches_any(req->call, prunes) &&
	    !(rules->lists && call_matches_any(req->call, lists)))
		return VERDICT_PASS;
	verdict = judge_neighbours(rules, req, report);
	return verdict == VERDICT_PASS ? narrow(rules, req, report) : verdict;
}
