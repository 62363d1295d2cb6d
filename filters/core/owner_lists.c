/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, prunes and events: they show, and remove, what is the team's only.
 */
#include <string.h>

#include "core/owner.h"
#include "core/pointer.h"

static const char *const lists[] = {
    "container.list", "network.list", "volume.list", "system.events", NULL};
static const char *const prunes[] = {
    "container.prune", "network.prune", "volume.prune", NULL};

static enum verdict
narrow(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	json_auto_t *wish = json_sprintf("%s=%s", rules->label, req->team);
	const json_t *asked = json_object_get(req->query, "filters");
	json_auto_t *filters = asked == NULL ? json_object()
					     : json_deep_copy(asked);
	json_t *labels, *label;
	size_t i;

	labels = json_object_get(filters, "label");
	json_array_foreach(labels, i, label)
	{
		if (json_equal(label, wish))
			return VERDICT_PASS;
	}
	if (labels == NULL &&
	    json_object_set_new(filters, "label", json_array()) == 0)
		labels = json_object_get(filters, "label");
	if (json_array_append(labels, wish) != 0)
		return report_fail(report, "?filters", "out of memory");
	return rewrite_query(
	    req, report, "filters", json_incref(filters), "what is the team's");
}

/* The containers, new, before or after which a list begins: it tells whether
 * they are there.  NULL if out of memory. */
static json_t *
neighbours(const struct request *req)
{
	static const char *const fields[] = {
	    "filters.before", "filters.since", "before", "since", NULL};
	json_auto_t *refs = json_array();

	if (strcmp(req->call->name, "container.list") != 0)
		return json_incref(refs);
	for (size_t i = 0; fields[i] != NULL; i++) {
		json_t *given = pointer_get(req->query, fields[i]);

		if (json_is_array(given)
			? json_array_extend(refs, given) != 0
			: given != NULL && json_array_append(refs, given) != 0)
			return NULL;
	}
	return json_incref(refs);
}

static enum verdict
judge_neighbours(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	json_auto_t *refs = neighbours(req);
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
			    rules, req, report, "?filters", "container", text);
	}
	return verdict;
}

bool
owner_want_lists(
    const struct owner_rules *rules, const struct request *req, json_t *wanted)
{
	json_auto_t *refs = neighbours(req);
	size_t i;
	json_t *ref;

	if (!rules->lists)
		return true;
	json_array_foreach(refs, i, ref)
	{
		if (!owner_want("container", json_string_value(ref), wanted))
			return false;
	}
	return refs != NULL;
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
