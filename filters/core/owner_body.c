/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References to other containers and to networks in a body.  Modes and links
 * are looked up by the daemon when the container starts, perhaps long after
 * this: a full id cannot have become somebody else's by then.
 */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"

#define ENDPOINTS "NetworkingConfig.EndpointsConfig"

enum form {
	FORM_MODE = 0, /* "container:REF", or no reference */
	FORM_NETWORK, /* the same, or the name of a network */
	FORM_FROM, /* "REF" or "REF:ro" */
	FORM_LINK, /* "REF" or "REF:alias" */
	FORM_CONTAINER, /* "REF" */
};

static const struct {
	const char *field;
	enum form form;
} spots[] = {
    {"HostConfig.NetworkMode", FORM_NETWORK},
    {"HostConfig.PidMode", FORM_MODE},
    {"HostConfig.IpcMode", FORM_MODE},
    {"HostConfig.Cgroup", FORM_MODE},
    {"HostConfig.VolumesFrom", FORM_FROM},
    {"HostConfig.Links", FORM_LINK},
    {"EndpointConfig.Links", FORM_LINK},
    {"Container", FORM_CONTAINER},
    {"ConfigFrom.Network", FORM_NETWORK},
};

#define NSPOTS (sizeof(spots) / sizeof(spots[0]))

/* A text taken apart: prefix, reference, rest. */
struct parts {
	const char *kind; /* NULL: it refers to nothing */
	const char *prefix;
	char ref[OWNER_REF_LEN];
	const char *rest;
};

/* Too long is cut to nothing, which is no name. */
static void
take_ref(struct parts *parts, const char *kind, const char *text, size_t len)
{
	parts->kind = kind;
	(void)snprintf(parts->ref, sizeof(parts->ref), "%.*s",
	    len < sizeof(parts->ref) ? (int)len : 0, text);
	parts->rest = text + len;
}

static struct parts
take_apart(enum form form, const char *text)
{
	struct parts parts = {.prefix = "", .rest = ""};

	switch (form) {
	case FORM_MODE:
	case FORM_NETWORK:
		if (strncmp(text, "container:", 10) == 0) {
			parts.prefix = "container:";
			take_ref(
			    &parts, "container", text + 10, strlen(text + 10));
		} else if (form == FORM_NETWORK && !owner_is_builtin(text)) {
			take_ref(&parts, "network", text, strlen(text));
		}
		break;
	case FORM_LINK:
		/* The daemon takes "/name" too. */
		text += *text == '/';
		take_ref(&parts, "container", text, strcspn(text, ":"));
		break;
	case FORM_FROM:
		take_ref(&parts, "container", text, strcspn(text, ":"));
		break;
	case FORM_CONTAINER:
		take_ref(&parts, "container", text, strlen(text));
		break;
	}
	return parts;
}

/* --- what to ask for ------------------------------------------------------ */

static bool
want_text(enum form form, const json_t *value, json_t *wanted)
{
	const char *text = json_string_value(value);
	struct parts parts = take_apart(form, text == NULL ? "" : text);

	return text == NULL || parts.kind == NULL ||
	    owner_want(parts.kind, parts.ref, wanted);
}

/* A string, or a list of strings. */
static bool
want_value(enum form form, const json_t *value, json_t *wanted)
{
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	{
		if (!want_text(form, item, wanted))
			return false;
	}
	return want_text(form, value, wanted);
}

bool
owner_want_body(const struct request *req, json_t *wanted)
{
	const char *name;
	json_t *endpoint;

	if (!want_value(FORM_NETWORK,
		json_object_get(req->query, "networkmode"), wanted))
		return false;
	for (size_t i = 0; i < NSPOTS; i++) {
		if (!want_value(spots[i].form,
			request_body_get(req, spots[i].field), wanted))
			return false;
	}
	json_object_foreach(request_body_get(req, ENDPOINTS), name, endpoint)
	{
		if ((!owner_is_builtin(name) &&
			!owner_want("network", name, wanted)) ||
		    !want_value(
			FORM_LINK, json_object_get(endpoint, "Links"), wanted))
			return false;
	}
	return true;
}

/* --- judging -------------------------------------------------------------- */

struct work {
	const struct owner_rules *rules;
	struct request *req;
	struct report *report;
	const char *field;
};

/* May the thing be used?  PASS, or why not. */
static enum verdict
judge_ref(const struct work *work, const char *kind, const char *ref)
{
	switch (owner_look(work->rules, work->req, kind, ref)) {
	case OWNED_OURS:
		return VERDICT_PASS;
	case OWNED_UNKNOWN:
		return owner_fail(work->report, work->field, kind, ref);
	case OWNED_ABSENT:
	case OWNED_FOREIGN:
		break;
	}
	return report_deny(work->report, work->field,
	    "your team has no %s \"%.100s\"", kind, ref);
}

/* The text with a full id in it: *made, new. */
static enum verdict
judge_text(
    const struct work *work, enum form form, const char *text, json_t **made)
{
	struct parts parts = take_apart(form, text);
	enum verdict verdict;

	if (parts.kind == NULL) {
		*made = json_string(text);
		return VERDICT_PASS;
	}
	verdict = judge_ref(work, parts.kind, parts.ref);
	if (verdict <= VERDICT_DENY)
		return verdict;
	*made = json_sprintf("%s%s%s%s%s", parts.prefix,
	    owner_id(work->req, parts.kind, parts.ref), parts.rest,
	    form == FORM_LINK && *parts.rest == '\0' ? ":" : "",
	    form == FORM_LINK && *parts.rest == '\0'
		? owner_name(work->req, parts.kind, parts.ref)
		: "");
	return VERDICT_PASS;
}

/* A string or a list of strings; *made is new, or NULL if out of memory. */
static enum verdict
judge_value(
    const struct work *work, enum form form, json_t *value, json_t **made)
{
	json_auto_t *list = json_array();
	size_t i;
	json_t *item, *text = NULL;

	*made = NULL;
	if (json_is_string(value))
		return judge_text(work, form, json_string_value(value), made);
	json_array_foreach(value, i, item)
	{
		enum verdict verdict = judge_text(
		    work, form, json_string_value(item), &text);

		if (verdict <= VERDICT_DENY)
			return verdict;
		if (json_array_append_new(list, text) != 0)
			return VERDICT_PASS;
	}
	*made = json_incref(list);
	return VERDICT_PASS;
}

static enum verdict
judge_spot(struct work *work, enum form form)
{
	json_t *value = request_body_get(work->req, work->field), *made;
	enum verdict verdict;

	if (value == NULL)
		return VERDICT_PASS;
	verdict = judge_value(work, form, value, &made);
	if (verdict <= VERDICT_DENY)
		return verdict;
	if (made == NULL)
		return report_fail(work->report, work->field, "out of memory");
	return rewrite_body(work->req, work->report, work->field, made,
	    "the id of what was judged");
}

/* One endpoint into made; two names of one network refuse the call. */
static enum verdict
judge_endpoint(const struct work *work, const char *name,
    const json_t *endpoint, json_t *made)
{
	const char *id = owner_is_builtin(name)
	    ? name
	    : owner_id(work->req, "network", name);
	json_t *links = json_object_get(endpoint, "Links"), *ids;
	json_t *copy = json_deep_copy(endpoint);
	enum verdict verdict = VERDICT_PASS;

	if (json_object_set_new(made, id, copy) != 0)
		return report_fail(work->report, work->field, "out of memory");
	/* It would say which network is meant, whatever the name. */
	(void)json_object_del(copy, "NetworkID");
	if (!owner_is_builtin(name))
		verdict = judge_ref(work, "network", name);
	if (verdict <= VERDICT_DENY || links == NULL)
		return verdict;
	verdict = judge_value(work, FORM_LINK, links, &ids);
	if (verdict > VERDICT_DENY &&
	    json_object_set_new(copy, "Links", ids) != 0)
		return report_fail(work->report, work->field, "out of memory");
	return verdict;
}

static enum verdict
judge_endpoints(struct work *work)
{
	json_t *endpoints = request_body_get(work->req, ENDPOINTS), *endpoint;
	json_auto_t *made = json_object();
	const char *name;

	work->field = ENDPOINTS;
	if (made == NULL)
		return report_fail(work->report, ENDPOINTS, "out of memory");
	json_object_foreach(endpoints, name, endpoint)
	{
		enum verdict verdict = judge_endpoint(
		    work, name, endpoint, made);

		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	if (json_object_size(made) < json_object_size(endpoints))
		return report_deny(
		    work->report, work->field, "two names of the same network");
	if (endpoints == NULL)
		return VERDICT_PASS;
	return rewrite_body(work->req, work->report, work->field,
	    json_incref(made), "the id of what was judged");
}

/* The network of a build's containers. */
static enum verdict
judge_build(struct work *work)
{
	const char *mode = request_query(work->req, "networkmode");
	enum verdict verdict;
	json_t *made;

	if (mode == NULL)
		return VERDICT_PASS;
	work->field = "?networkmode";
	verdict = judge_text(work, FORM_NETWORK, mode, &made);
	if (verdict <= VERDICT_DENY)
		return verdict;
	if (made == NULL)
		return report_fail(work->report, work->field, "out of memory");
	return rewrite_query(work->req, work->report, "networkmode", made,
	    "the id of what was judged");
}

enum verdict
owner_judge_body(const void *rules, struct request *req, struct report *report)
{
	struct work work = {.rules = rules, .req = req, .report = report};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; i < NSPOTS && verdict > VERDICT_DENY; i++) {
		work.field = spots[i].field;
		verdict = verdict_and(
		    verdict, judge_spot(&work, spots[i].form));
	}
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_endpoints(&work));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_build(&work));
	return verdict;
}
