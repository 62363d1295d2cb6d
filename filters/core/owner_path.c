/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call is about: the thing in its path, and the container of a commit.
 */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"

/* Of which path variables may name one. */
static const char *const kinds[] = {
    "container", "volume", "network", "service", "secret", "config", NULL};

/* What belongs to whoever has what it is a part of. */
static const struct part {
	const char *kind, *member, *whole;
} parts[] = {
    {"exec", "ContainerID", "container"},
    {"task", "ServiceID", "service"},
};

#define NPARTS (sizeof(parts) / sizeof(parts[0]))

/* Anyone may be put into one of the daemon's own networks, where the filter
 * network lets them; nobody may look into it or remove it. */
static bool
is_common(const struct request *req, const char *kind, const char *ref)
{
	static const char *const joining[] = {
	    "network.connect", "network.disconnect", NULL};

	return strcmp(kind, "network") == 0 && owner_is_builtin(ref) &&
	    call_matches_any(req->call, joining);
}

static enum verdict
judge_variable(const struct owner_rules *rules, struct request *req,
    struct report *report, const char *kind)
{
	const char *ref = request_var(req, kind);
	enum verdict verdict;
	char field[32];

	if (ref == NULL || is_common(req, kind, ref))
		return VERDICT_PASS;
	(void)snprintf(field, sizeof(field), "{%s}", kind);
	verdict = owner_judge_thing(rules, req, report, field, kind, ref);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return rewrite_var(req, report, kind,
	    json_string(owner_id(req, kind, ref)), "the id of what was judged");
}

/* What the part in the path is a part of, or NULL if it is not known. */
static const char *
whole_of(const struct request *req, const struct part *part)
{
	const json_t *fact = owner_fact(
	    req, part->kind, request_var(req, part->kind));

	return json_string_value(json_object_get(fact, part->member));
}

static enum owned
look_at_part(const struct owner_rules *rules, const struct request *req,
    const struct part *part)
{
	const char *ref = request_var(req, part->kind);
	const char *whole = whole_of(req, part);

	if (whole != NULL)
		return owner_look(rules, req, part->whole, whole);
	/* A task that is no service's. */
	return json_is_object(owner_fact(req, part->kind, ref))
	    ? OWNED_FOREIGN
	    : owner_look(rules, req, part->kind, ref);
}

static enum verdict
judge_part(const struct owner_rules *rules, struct request *req,
    struct report *report, const struct part *part)
{
	const char *ref = request_var(req, part->kind);
	char field[32];

	if (ref == NULL)
		return VERDICT_PASS;
	(void)snprintf(field, sizeof(field), "{%s}", part->kind);
	switch (look_at_part(rules, req, part)) {
	case OWNED_OURS:
		break;
	case OWNED_UNKNOWN:
		return owner_fail(report, field, part->kind, ref);
	case OWNED_ABSENT:
	case OWNED_FOREIGN:
		return owner_hide(report, field, part->kind, ref);
	}
	return rewrite_var(req, report, part->kind,
	    json_string(owner_id(req, part->kind, ref)),
	    "the id of what was judged");
}

/* The container of a commit, or NULL. */
static const char *
committed(const struct request *req)
{
	return strcmp(req->call->name, "container.commit") == 0
	    ? request_query(req, "container")
	    : NULL;
}

static enum verdict
judge_commit(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	const char *ref = committed(req);
	enum verdict verdict;

	if (strcmp(req->call->name, "container.commit") != 0)
		return VERDICT_PASS;
	if (ref == NULL)
		return report_deny(report, "?container", "want a container");
	verdict = owner_judge_thing(
	    rules, req, report, "?container", "container", ref);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return rewrite_query(req, report, "container",
	    json_string(owner_id(req, "container", ref)),
	    "the id of what was judged");
}

static bool
want_part(const struct request *req, const struct part *part, json_t *wanted)
{
	const char *ref = request_var(req, part->kind), *whole;

	if (ref == NULL)
		return true;
	whole = whole_of(req, part);
	return owner_want(part->kind, ref, wanted) &&
	    (whole == NULL || owner_want(part->whole, whole, wanted));
}

bool
owner_want_path(const struct request *req, json_t *wanted)
{
	const char *ref;

	for (size_t i = 0; kinds[i] != NULL; i++) {
		ref = request_var(req, kinds[i]);
		if (ref != NULL && !is_common(req, kinds[i], ref) &&
		    !owner_want(kinds[i], ref, wanted))
			return false;
	}
	for (size_t i = 0; i < NPARTS; i++) {
		if (!want_part(req, &parts[i], wanted))
			return false;
	}
	ref = committed(req);
	return ref == NULL || owner_want("container", ref, wanted);
}

enum verdict
owner_judge_path(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; i < NPARTS && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(
		    verdict, judge_part(arg, req, report, &parts[i]));
	for (size_t i = 0; kinds[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(
		    verdict, judge_variable(arg, req, report, kinds[i]));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_commit(arg, req, report));
	return verdict;
}
