/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call makes: it gets the label of the team, under a name that is not
 * another's.
 */
#include <string.h>

#include "core/owner.h"

static const char *const makes[] = {
    "container.create", "volume.create", "network.create", NULL};

/* "volume" or "network" where the call makes one by a name that may be taken:
 * the daemon answers with what is there. */
static const char *
made_kind(const struct request *req)
{
	if (strcmp(req->call->name, "volume.create") == 0)
		return "volume";
	return strcmp(req->call->name, "network.create") == 0 ? "network"
							      : NULL;
}

static const char *
made_name(const struct request *req)
{
	const char *name = json_string_value(request_body_get(req, "Name"));

	return made_kind(req) == NULL || name == NULL ? "" : name;
}

static enum verdict
judge_name(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	const char *kind = made_kind(req), *name = made_name(req);
	enum owned owned;

	if (*name == '\0')
		return VERDICT_PASS;
	owned = owner_look(rules, req, kind, name);
	if (owned == OWNED_UNKNOWN)
		return owner_fail(report, "Name", kind, name);
	if (owned == OWNED_FOREIGN)
		return report_deny(report, "Name",
		    "the name \"%.100s\" is taken; choose another", name);
	return VERDICT_PASS;
}

/* A caller's own idea of the label is an attempt, or a mistake. */
static enum verdict
stamp(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	static const char why[] = "whose it is, is not the caller's to say";
	json_t *old = request_body_get(req, "Labels");
	json_t *labels = old == NULL ? json_object() : json_deep_copy(old);
	json_t *given = json_object_get(old, rules->label);

	if (json_object_set_new(labels, rules->label, json_string(req->team)) !=
	    0) {
		json_decref(labels);
		return report_fail(report, "Labels", "out of memory");
	}
	if (given != NULL && !json_equal(old, labels))
		return enforce_body(req, report, "Labels", labels, why);
	return rewrite_body(
	    req, report, "Labels", labels, "the label of the team");
}

bool
owner_want_made(const struct request *req, json_t *wanted)
{
	const char *name = made_name(req);

	return *name == '\0' || owner_want(made_kind(req), name, wanted);
}

enum verdict
owner_judge_made(const void *rules, struct request *req, struct report *report)
{
	enum verdict verdict;

	if (!call_matches_any(req->call, makes))
		return VERDICT_PASS;
	verdict = judge_name(rules, req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, stamp(rules, req, report));
}
