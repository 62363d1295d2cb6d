/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container that is there has: when it starts, and before its files are
 * read or written, it enters networks, namespaces and volumes that may have
 * become another's since it was made.
 */
#include <string.h>

#include "core/container_fact.h"
#include "core/owner.h"

static const char *const users[] = {"container.start", "container.restart",
    "container.archive.get", "container.archive.stat", "container.archive.put",
    NULL};

static const char *const modes[] = {"NetworkMode", "PidMode", "IpcMode", NULL};

/* The container whose namespace is entered, or NULL. */
static const char *
joined(const json_t *fact, const char *mode)
{
	const char *text = json_string_value(json_object_get(fact, mode));

	return text == NULL || strncmp(text, "container:", 10) != 0 ? NULL
								    : text + 10;
}

/* One of the names of a fact; what is no name at all is that of nothing. */
static const char *
name_of(const json_t *name)
{
	const char *text = json_string_value(name);

	return text == NULL ? "?" : text;
}

/* The fact about the container, or NULL if the call makes use of none. */
static const json_t *
container_in_use(const struct request *req)
{
	return call_matches_any(req->call, users) ? container_fact(req) : NULL;
}

bool
owner_want_uses(const struct request *req, json_t *wanted)
{
	const json_t *fact = container_in_use(req);
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(fact, "Networks"), i, name)
	{
		const char *text = name_of(name);

		if (!owner_is_builtin(text) &&
		    !owner_want("network", text, wanted))
			return false;
	}
	json_array_foreach(json_object_get(fact, "Volumes"), i, name)
	{
		if (!owner_want("volume", name_of(name), wanted))
			return false;
	}
	for (i = 0; modes[i] != NULL; i++) {
		const char *other = joined(fact, modes[i]);

		if (other != NULL && !owner_want("container", other, wanted))
			return false;
	}
	return true;
}

/* Does a volume have the label of another team?  Anonymous ones have none. */
static bool
is_anothers(const struct owner_rules *rules, const struct request *req,
    const char *volume)
{
	const json_t *fact = owner_fact(req, "volume", volume);
	const json_t *team = json_object_get(
	    json_object_get(fact, "Labels"), rules->label);

	return team != NULL &&
	    owner_look(rules, req, "volume", volume) != OWNED_OURS;
}

static enum verdict
judge_volumes(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	size_t i;
	json_t *name;

	json_array_foreach(
	    json_object_get(container_in_use(req), "Volumes"), i, name)
	{
		const char *text = name_of(name);

		if (owner_fact(req, "volume", text) == NULL)
			return owner_fail(
			    report, "{container}", "volume", text);
		if (is_anothers(rules, req, text))
			return report_deny(report, "{container}",
			    "the volume \"%.100s\" in it is another team's",
			    text);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_tie(const struct owner_rules *rules, const struct request *req,
    struct report *report, const char *kind, const char *ref)
{
	enum owned owned = owner_look(rules, req, kind, ref);

	if (owned == OWNED_OURS)
		return VERDICT_PASS;
	if (owned == OWNED_UNKNOWN)
		return owner_fail(report, "{container}", kind, ref);
	return report_deny(report, "{container}",
	    "it would join the %s \"%.100s\", which your team does not have",
	    kind, ref);
}

enum verdict
owner_judge_uses(const void *rules, struct request *req, struct report *report)
{
	const json_t *fact = container_in_use(req);
	enum verdict verdict = judge_volumes(rules, req, report);
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(fact, "Networks"), i, name)
	{
		const char *text = name_of(name);

		if (verdict == VERDICT_PASS && !owner_is_builtin(text))
			verdict = judge_tie(
			    rules, req, report, "network", text);
	}
	for (i = 0; modes[i] != NULL && verdict == VERDICT_PASS; i++) {
		const char *other = joined(fact, modes[i]);

		if (other != NULL)
			verdict = judge_tie(
			    rules, req, report, "container", other);
	}
	return verdict;
}
