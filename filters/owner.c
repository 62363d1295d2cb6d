/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner -- containers, execs, volumes and networks belong to teams.
 *
 * Docker itself knows no owners: whoever may stop one container may stop all.
 * So what a team makes gets a label, which no caller can choose, and every call
 * about a thing is for things of the caller's own team.  What is another's, and
 * what is not there, get the same answer.  The engine is asked whose a thing is
 * for every call anew, and the call that is sent on names it by the full id
 * that was judged: a name may be another thing's a moment later.
 *
 * Volumes and networks are known to a container by name, and networks are
 * joined, others' namespaces entered, when it starts: so what a container has
 * is looked at once more then, and before its files are read or written, which
 * mounts its volumes (daemon/archive.go).
 *
 * Lists and prunes get a filter for the label.  Images, services and what /info
 * and /system/df say are not owned, and of a build only the network that it
 * joins; calls for them are allowed by a tier, or not.  Anonymous volumes that
 * an image asks for have no label; they go with their container.
 */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"
#include "core/reference.h"
#include "filter.h"

static const struct setting settings[] = {
    SETTING_STRING(struct owner_rules, label, "\"sockwarden.team\"", NULL,
	"The label that says which team a thing belongs to."),
    SETTING_BOOL(struct owner_rules, unlabelled, "false",
	"What has no such label may be used by every team."),
    SETTING_BOOL(struct owner_rules, lists, "true",
	"Lists and events show what is the caller's team's only."),
    SETTING_END,
};

static bool
check(const void *arg, struct errmsg *err)
{
	const struct owner_rules *rules = arg;

	return (*rules->label != '\0' && strpbrk(rules->label, "= ") == NULL) ||
	    errmsg_set(err, "label: want a name without spaces and \"=\"");
}

static bool
is_call(const struct request *req, const char *const *patterns)
{
	while (*patterns != NULL && !call_matches(req->call, *patterns))
		patterns++;
	return *patterns != NULL;
}

/* --- what stands in the path ---------------------------------------------- */

static const char *const kinds[] = {"container", "volume", "network", NULL};

static const char *
variable(const struct request *req, const char *name)
{
	return json_string_value(json_object_get(req->vars, name));
}

/* Say, in the daemon's words, that there is none. */
static enum verdict
hide(
    struct report *report, const char *field, const char *kind, const char *ref)
{
	if (strcmp(kind, "volume") == 0)
		return report_hide(
		    report, field, "get %.200s: no such volume", ref);
	if (strcmp(kind, "network") == 0)
		return report_hide(
		    report, field, "network %.200s not found", ref);
	if (strcmp(kind, "exec") == 0)
		return report_hide(
		    report, field, "No such exec instance: %.200s", ref);
	return report_hide(report, field, "No such container: %.200s", ref);
}

/* Is the thing the team's?  PASS, or the answer to the caller. */
static enum verdict
judge_thing(const struct owner_rules *rules, const struct request *req,
    struct report *report, const char *field, const char *kind, const char *ref)
{
	/* The engine is not asked for what cannot be a name. */
	if (!reference_valid(ref))
		return hide(report, field, kind, ref);
	switch (owner_look(rules, req, kind, ref)) {
	case OWNED_OURS:
		return VERDICT_PASS;
	case OWNED_UNKNOWN:
		return report_fail(report, field,
		    "the engine did not say whose %s \"%.100s\" is", kind, ref);
	case OWNED_ABSENT:
	case OWNED_FOREIGN:
		break;
	}
	return hide(report, field, kind, ref);
}

/* Anyone may be put into one of the daemon's own networks, where the filter
 * network lets them; nobody may look into it or remove it. */
static bool
is_common(const struct request *req, const char *kind, const char *ref)
{
	static const char *const joining[] = {
	    "network.connect", "network.disconnect", NULL};

	return strcmp(kind, "network") == 0 && owner_is_builtin(ref) &&
	    is_call(req, joining);
}

static enum verdict
judge_variable(const struct owner_rules *rules, struct request *req,
    struct report *report, const char *kind)
{
	const char *ref = variable(req, kind);
	enum verdict verdict;
	char field[32];

	if (ref == NULL || is_common(req, kind, ref))
		return VERDICT_PASS;
	(void)snprintf(field, sizeof(field), "{%s}", kind);
	verdict = judge_thing(rules, req, report, field, kind, ref);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return rewrite_var(req, report, kind,
	    json_string(owner_id(req, kind, ref)), "the id of what was judged");
}

/* The container of the exec, or NULL. */
static const char *
container_of_exec(const struct request *req)
{
	const json_t *fact = owner_fact(req, "exec", variable(req, "exec"));

	return json_string_value(json_object_get(fact, "ContainerID"));
}

static enum verdict
judge_exec(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	const char *id = variable(req, "exec"), *container;
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
		return report_fail(report, "{exec}",
		    "the engine did not say whose exec \"%.100s\" is", id);
	return hide(report, "{exec}", "exec", id);
}

static bool
want_variables(const struct request *req, json_t *wanted)
{
	const char *exec = variable(req, "exec"), *ref;

	for (size_t i = 0; kinds[i] != NULL; i++) {
		ref = variable(req, kinds[i]);
		if (ref != NULL && !is_common(req, kinds[i], ref) &&
		    !owner_want(kinds[i], ref, wanted))
			return false;
	}
	if (exec == NULL)
		return true;
	ref = container_of_exec(req);
	return owner_want("exec", exec, wanted) &&
	    (ref == NULL || owner_want("container", ref, wanted));
}

/* --- what a container has ------------------------------------------------- */

static const char *const using[] = {"container.start", "container.restart",
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

static const json_t *
used(const struct request *req)
{
	const char *ref = variable(req, "container");

	return ref == NULL || !is_call(req, using)
	    ? NULL
	    : owner_fact(req, "container", ref);
}

static bool
want_used(const struct request *req, json_t *wanted)
{
	const json_t *fact = used(req);
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(fact, "Networks"), i, name)
	{
		const char *text = json_string_value(name);

		if (!owner_is_builtin(text) &&
		    !owner_want("network", text, wanted))
			return false;
	}
	json_array_foreach(json_object_get(fact, "Volumes"), i, name)
	{
		if (!owner_want("volume", json_string_value(name), wanted))
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
judge_used_volumes(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(used(req), "Volumes"), i, name)
	{
		const char *text = json_string_value(name);

		if (owner_fact(req, "volume", text) == NULL)
			return report_fail(report, "{container}",
			    "the engine did not say whose volume \"%.100s\" is",
			    text);
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
		return report_fail(report, "{container}",
		    "the engine did not say whose %s \"%.100s\" is", kind, ref);
	return report_deny(report, "{container}",
	    "it would join the %s \"%.100s\", which your team does not have",
	    kind, ref);
}

static enum verdict
judge_used(const struct owner_rules *rules, const struct request *req,
    struct report *report)
{
	const json_t *fact = used(req);
	enum verdict verdict = judge_used_volumes(rules, req, report);
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(fact, "Networks"), i, name)
	{
		const char *text = json_string_value(name);

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

/* --- what is in the query ------------------------------------------------- */

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

/* A list that begins before or after a container tells whether there is one. */
static const json_t *
marks(const struct request *req, size_t i)
{
	static const char *const names[] = {"before", "since"};
	const json_t *filters = json_object_get(req->query, "filters");

	if (strcmp(req->call->name, "container.list") != 0)
		return NULL;
	return i < 2 ? json_object_get(filters, names[i])
		     : json_object_get(req->query, names[i - 2]);
}

#define NMARKS 4

static enum verdict
judge_mark(const struct owner_rules *rules, const struct request *req,
    struct report *report, const json_t *mark)
{
	const char *text = json_string_value(mark);

	return text == NULL || *text == '\0'
	    ? VERDICT_PASS
	    : judge_thing(rules, req, report, "?filters", "container", text);
}

static enum verdict
judge_lists(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;
	size_t i, k;
	json_t *mark;

	if (!is_call(req, prunes) && !(rules->lists && is_call(req, lists)))
		return VERDICT_PASS;
	for (i = 0; i < NMARKS && verdict == VERDICT_PASS; i++) {
		json_array_foreach(marks(req, i), k, mark)
		{
			verdict = verdict_and(
			    verdict, judge_mark(rules, req, report, mark));
		}
		if (verdict == VERDICT_PASS)
			verdict = judge_mark(rules, req, report, marks(req, i));
	}
	return verdict == VERDICT_PASS ? narrow(rules, req, report) : verdict;
}

static bool
want_lists(
    const struct owner_rules *rules, const struct request *req, json_t *wanted)
{
	size_t i, k;
	json_t *mark;

	for (i = 0; rules->lists && i < NMARKS; i++) {
		const char *text = json_string_value(marks(req, i));

		json_array_foreach(marks(req, i), k, mark)
		{
			if (!owner_want(
				"container", json_string_value(mark), wanted))
				return false;
		}
		if (text != NULL && !owner_want("container", text, wanted))
			return false;
	}
	return true;
}

/* The container of a commit. */
static enum verdict
judge_commit(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	const char *ref = request_query(req, "container");
	enum verdict verdict;

	if (strcmp(req->call->name, "container.commit") != 0)
		return VERDICT_PASS;
	if (ref == NULL)
		return report_deny(report, "?container", "want a container");
	verdict = judge_thing(
	    rules, req, report, "?container", "container", ref);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return rewrite_query(req, report, "container",
	    json_string(owner_id(req, "container", ref)),
	    "the id of what was judged");
}

/* --- what is made --------------------------------------------------------- */

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
		return report_fail(report, "Name",
		    "the engine did not say whose %s \"%.100s\" is", kind,
		    name);
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

static enum verdict
judge_made(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	enum verdict verdict;

	if (!is_call(req, makes))
		return VERDICT_PASS;
	verdict = judge_name(rules, req, report);
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, stamp(rules, req, report));
	return verdict;
}

/* --- calls ---------------------------------------------------------------- */

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	const char *commit = request_query(req, "container");

	return want_variables(req, wanted) && want_used(req, wanted) &&
	    want_lists(arg, req, wanted) &&
	    (commit == NULL || owner_want("container", commit, wanted)) &&
	    (*made_name(req) == '\0' ||
		owner_want(made_kind(req), made_name(req), wanted)) &&
	    owner_want_body(req, wanted) && owner_want_volumes(req, wanted);
}

typedef enum verdict judge_fn(
    const struct owner_rules *, struct request *, struct report *);

static enum verdict
judge_variables(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	enum verdict verdict = judge_exec(rules, req, report);

	for (size_t i = 0; kinds[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(
		    verdict, judge_variable(rules, req, report, kinds[i]));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_used(rules, req, report));
	return verdict;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_variables, judge_lists,
	    judge_commit, judge_made, owner_judge_body, owner_judge_volumes,
	    NULL};
	enum verdict verdict = VERDICT_PASS;

	if (req->team == NULL)
		return report_fail(report, "", "the caller has no team");
	for (size_t i = 0; judges[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = verdict_and(verdict, judges[i](arg, req, report));
	return verdict;
}

static const char *const calls[] = {"container.*", "checkpoint.*", "exec.*",
    "volume.*", "network.*", "system.events", "build", NULL};

const struct filter owner_filter = {
    .name = "owner",
    .summary = "Containers, volumes and networks are their team's alone.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct owner_rules),
    .quiet = true,
    .action = ACTION_REWRITE,
    .check = check,
    .wants = wants,
    .apply = apply,
};
