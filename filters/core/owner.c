/* SPDX-License-Identifier: Apache-2.0 */
#include "core/owner.h"

#include <stdio.h>
#include <string.h>

#include "core/reference.h"

bool
owner_is_builtin(const char *network)
{
	static const char *const names[] = {
	    "", "default", "bridge", "host", "none", NULL};
	size_t i = 0;

	while (names[i] != NULL && strcmp(names[i], network) != 0)
		i++;
	return names[i] != NULL;
}

bool
owner_want(const char *kind, const char *ref, json_t *wanted)
{
	if (!reference_valid(ref))
		return true;
	return json_array_append_new(
		   wanted, json_sprintf("%s:%s", kind, ref)) == 0;
}

static const char *
member(const json_t *fact, const char *name)
{
	return json_string_value(json_object_get(fact, name));
}

/* The thing of this kind whose full id is ref.  The daemon looks for full ids
 * first, so no name can mean something else (daemon/container.go, GetContainer;
 * daemon/network.go, FindNetwork). */
static const json_t *
find_by_id(const struct request *req, const char *kind, const char *ref)
{
	size_t len = strlen(kind);
	const char *name;
	json_t *fact;

	json_object_foreach(req == NULL ? NULL : req->facts, name, fact)
	{
		const char *id = member(fact, "Id");

		if (strncmp(name, kind, len) == 0 && name[len] == ':' &&
		    id != NULL && strcmp(id, ref) == 0)
			return fact;
	}
	return NULL;
}

const json_t *
owner_fact(const struct request *req, const char *kind, const char *ref)
{
	char name[OWNER_REF_LEN + 16];
	const json_t *fact = find_by_id(req, kind, ref);

	if (fact != NULL || strlen(ref) >= OWNER_REF_LEN)
		return fact;
	(void)snprintf(name, sizeof(name), "%s:%s", kind, ref);
	return json_object_get(req->facts, name);
}

enum owned
owner_look(const struct owner_rules *rules, const struct request *req,
    const char *kind, const char *ref)
{
	const json_t *fact = owner_fact(req, kind, ref), *labels;
	const char *text = json_string_value(fact), *team;

	if (text != NULL && strcmp(text, "absent") == 0)
		return OWNED_ABSENT;
	/* Nobody was asked (owner_want): nobody's, but no name to make either. */
	if (fact == NULL && !reference_valid(ref))
		return OWNED_FOREIGN;
	labels = json_object_get(fact, "Labels");
	if (!json_is_object(labels) || req->team == NULL)
		return OWNED_UNKNOWN;
	if (json_object_get(labels, rules->label) == NULL)
		return rules->unlabelled ? OWNED_OURS : OWNED_FOREIGN;
	team = member(labels, rules->label);
	return team != NULL && strcmp(team, req->team) == 0 ? OWNED_OURS
							    : OWNED_FOREIGN;
}

const char *
owner_name(const struct request *req, const char *kind, const char *ref)
{
	const char *name = member(find_by_id(req, kind, ref), "Name");

	if (name == NULL)
		return ref;
	return *name == '/' ? name + 1 : name;
}

const char *
owner_mode(const struct request *req, const char *kind, const char *mode,
    char text[OWNER_MODE_LEN])
{
	const char *name;

	if (strncmp(mode, "container:", 10) != 0)
		return kind == NULL ? mode : owner_name(req, kind, mode);
	name = owner_name(req, "container", mode + 10);
	if (strlen(name) >= OWNER_REF_LEN)
		return mode;
	(void)snprintf(text, OWNER_MODE_LEN, "container:%s", name);
	return text;
}

const char *
owner_id(const struct request *req, const char *kind, const char *ref)
{
	const char *id = member(owner_fact(req, kind, ref), "Id");

	return id == NULL ? ref : id;
}

/* --- judging ----------------------------------------------------------------- */

enum verdict
owner_fail(
    struct report *report, const char *field, const char *kind, const char *ref)
{
	return report_fail(report, field,
	    "the engine did not say whose %s \"%.100s\" is", kind, ref);
}

enum verdict
owner_hide(
    struct report *report, const char *field, const char *kind, const char *ref)
{
	if (strcmp(kind, "volume") == 0)
		return report_hide(
		    report, field, "get %.200s: no such volume", ref);
	if (strcmp(kind, "exec") == 0)
		return report_hide(
		    report, field, "No such exec instance: %.200s", ref);
	if (strcmp(kind, "container") != 0)
		return report_hide(
		    report, field, "%s %.200s not found", kind, ref);
	return report_hide(report, field, "No such container: %.200s", ref);
}

enum verdict
owner_judge_thing(const struct owner_rules *rules, const struct request *req,
    struct report *report, const char *field, const char *kind, const char *ref)
{
	/* The engine is not asked for what cannot be a name. */
	if (!reference_valid(ref))
		return owner_hide(report, field, kind, ref);
	switch (owner_look(rules, req, kind, ref)) {
	case OWNED_OURS:
		return VERDICT_PASS;
	case OWNED_UNKNOWN:
		return owner_fail(report, field, kind, ref);
	case OWNED_ABSENT:
	case OWNED_FOREIGN:
		break;
	}
	return owner_hide(report, field, kind, ref);
}
