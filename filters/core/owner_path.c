/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call is about: the thing in its path, and the container of a commit.
 */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"

/* Of which path variables may name one. */
static const char *const kinds[] = {"container", "volume", "network", NULL};

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

/* The container of the exec, or NULL. */
static const char *
container_of_exec(const struct request *req)
{
	const json_t *fact = owner_fact(req, "exec", request_var(req, "exec"));

	return json_string_value(json_object_get(fact, "ContainerID"));
}

static enum verdict
judge_exec(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	const char *id = request_var(req, "exec"), *container;
	enum owned owned;

	if (id == NULL)
		return VERDICT_PASS;
	container = container_of_exec(req);
	owned = container != NULL
	    ? owner_look(rules, req, "container", container)
	    : owner_look(rules, req, "exec", id);
	if (owned == OWNED_OURS)
		return VERDICT_PASS;
	if (owned == OWNED_UNKNOWN)
		return owner_fail(report, "{exec}", "exec", id);
	return owner_hide(report, "{exec}", "exec", id);
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

bool
owner_want_path(const struct request *req, json_t *wanted)
{
	const char *exec = request_var(req, "exec"), *ref;

	for (size_t i = 0; kinds[i] != NULL; i++) {
		ref = request_var(req, kinds[i]);
		if (ref != NULL && !is_common(req, kinds[i], ref) &&
		    !owner_want(kinds[i], ref, wanted))
			return false;
	}
	if (exec != NULL && !owner_want("exec", exec, wanted))
		return false;
	ref = exec == NULL ? committed(req) : container_of_exec(req);
	return ref == NULL || owner_want("container", ref, wanted);
}

enum verdict
owner_judge_path(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = judge_exec(arg, req, report);

	for (size_t i = 0; kinds[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(
		    verdict, judge_variable(arg, req, report, kinds[i]));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_commit(arg, req, report));
	return verdict;
}
