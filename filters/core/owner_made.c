/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call makes: it gets the label of the team, under a name that is not
 * another's.  What is put in place of what a service, secret or config was keeps
 * the label, and gets none if that had none (and anyone may use it).
 */
#include <string.h>

#include "core/owner.h"

static const char *const makes[] = {"container.create", "volume.create",
    "network.create", "service.create", "secret.create", "config.create", NULL};

static const struct {
	const char *call, *kind;
} updates[] = {
    {"service.update", "service"},
    {"secret.update", "secret"},
    {"config.update", "config"},
};

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

/* What an update is about, or NULL if the call is none. */
static const json_t *
updated(const struct request *req)
{
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
		if (strcmp(updates[i].call, req->call->name) == 0)
			return owner_fact(req, updates[i].kind,
			    request_var(req, updates[i].kind));
	}
	return NULL;
}

/* The labels with that of the team, or without if what is updated had none; new,
 * NULL if out of memory.  (json_copy() would lose some then, and not say so.) */
static json_t *
make_labels(
    const struct owner_rules *rules, const struct request *req, json_t *old)
{
	json_auto_t *labels = json_object();
	const json_t *before = updated(req);

	if (old != NULL && json_object_update(labels, old) != 0)
		return NULL;
	if (before != NULL &&
	    json_object_get(json_object_get(before, "Labels"), rules->label) ==
		NULL)
		(void)json_object_del(labels, rules->label);
	else if (json_object_set_new(
		     labels, rules->label, json_string(req->team)) != 0)
		return NULL;
	return json_incref(labels);
}

/* A caller's own idea of the label is an attempt, or a mistake. */
static enum verdict
stamp(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	static const char why[] = "whose it is, is not the caller's to say";
	json_t *old = request_body_get(req, "Labels");
	json_t *labels = make_labels(rules, req, old);
	bool given = json_object_get(old, rules->label) != NULL;

	if (labels == NULL)
		return report_fail(report, "Labels", "out of memory");
	if (old == NULL && json_object_size(labels) == 0) {
		json_decref(labels);
		return VERDICT_PASS;
	}
	if (given && !json_equal(old, labels))
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

	if (updated(req) == NULL && !call_matches_any(req->call, makes))
		return VERDICT_PASS;
	verdict = judge_name(rules, req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, stamp(rules, req, report));
}
