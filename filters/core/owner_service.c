/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service reads: secrets and configs.  The engine finds them by id, to
 * the letter, whatever the name beside it.
 */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"
#include "core/service_parts.h"
#include "core/text.h"

static const struct list {
	const char *field, *id, *kind;
} lists[] = {
    {SERVICE_SPEC ".Secrets", "SecretID", "secret"},
    {SERVICE_SPEC ".Configs", "ConfigID", "config"},
};

#define NLISTS (sizeof(lists) / sizeof(lists[0]))

bool
owner_want_service(const struct request *req, json_t *wanted)
{
	for (size_t i = 0; i < NLISTS; i++) {
		size_t j;
		json_t *item;

		json_array_foreach(
		    request_body_get(req, lists[i].field), j, item)
		{
			if (!owner_want(lists[i].kind,
				text_at(item, lists[i].id), wanted))
				return false;
		}
	}
	return true;
}

static enum verdict
judge_item(const struct owner_rules *rules, const struct request *req,
    struct report *report, const struct list *list, json_t *item)
{
	const char *ref = text_at(item, list->id);
	enum owned owned = owner_look(rules, req, list->kind, ref);

	if (owned == OWNED_UNKNOWN)
		return owner_fail(report, list->field, list->kind, ref);
	if (owned != OWNED_OURS)
		return report_deny(report, list->field,
		    "your team has no %s \"%.100s\"", list->kind, ref);
	return json_object_set_new(item, list->id,
		   json_string(owner_id(req, list->kind, ref))) == 0
	    ? VERDICT_PASS
	    : report_fail(report, list->field, "out of memory");
}

static enum verdict
judge_list(const struct owner_rules *rules, struct request *req,
    struct report *report, const struct list *list)
{
	json_t *old = request_body_get(req, list->field);
	json_auto_t *made = json_deep_copy(old);
	size_t i;
	json_t *item;

	if (old == NULL)
		return VERDICT_PASS;
	if (made == NULL)
		return report_fail(report, list->field, "out of memory");
	json_array_foreach(made, i, item)
	{
		enum verdict verdict = judge_item(
		    rules, req, report, list, item);

		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return rewrite_body(req, report, list->field, json_incref(made),
	    "the id of what was judged");
}

enum verdict
owner_judge_service(
    const void *rules, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; i < NLISTS && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(
		    verdict, judge_list(rules, req, report, &lists[i]));
	return verdict;
}
