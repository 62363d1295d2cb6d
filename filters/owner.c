/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner -- containers, execs, volumes, networks, services with their tasks,
 * secrets and configs belong to teams.
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
 * Lists and prunes get a filter for the label.  A service is judged twice: as
 * the container that it makes (core/service_view.h), which has a label of its
 * own, and as the service.
 *
 * Images, nodes and what /info and /system/df say are not owned, and of a build
 * only the network that it joins; calls for them are allowed by a tier, or not.
 * The containers of a classic build's steps have the labels of the image that it
 * is made from: one made elsewhere may say there whose they are.
 * Anonymous volumes that an image asks for have no label; they go with their
 * container.
 */
#include <string.h>

#include "core/judges.h"
#include "core/owner.h"
#include "core/service_view.h"
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

static bool wants(const void *arg, const struct request *req, json_t *wanted);
static enum verdict apply(
    const void *arg, struct request *req, struct report *report);

/* This filter, for what a service makes. */
static const struct filter of_containers = {.wants = wants, .apply = apply};

static bool
makes_containers(const struct request *req)
{
	static const char *const makes[] = {
	    "service.create", "service.update", NULL};

	return call_matches_any(req->call, makes);
}

static enum verdict
judge_containers(const void *arg, struct request *req, struct report *report)
{
	return makes_containers(req)
	    ? service_view_judge(&of_containers, arg, req, report)
	    : VERDICT_PASS;
}

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	return owner_want_path(req, wanted) && owner_want_uses(req, wanted) &&
	    owner_want_lists(arg, req, wanted) &&
	    owner_want_made(req, wanted) && owner_want_body(req, wanted) &&
	    owner_want_volumes(req, wanted) &&
	    owner_want_service(req, wanted) &&
	    (!makes_containers(req) ||
		service_view_wants(&of_containers, arg, req, wanted));
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {owner_judge_path, owner_judge_uses,
	    owner_judge_lists, owner_judge_made, owner_judge_body,
	    owner_judge_volumes, owner_judge_service, judge_containers, NULL};

	if (req->team == NULL)
		return report_fail(report, "", "the caller has no team");
	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.*", "checkpoint.*", "exec.*",
    "volume.*", "network.*", "service.*", "task.*", "secret.*", "config.*",
    "system.events", "build", NULL};

const struct filter owner_filter = {
    .name = "owner",
    .summary =
	"Containers, volumes, networks, services, secrets and configs are "
	"their team's alone.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct owner_rules),
    .quiet = true,
    /* Teams were promised it.  What nobody's label is on was there before. */
    .held = "{\"unlabelled\": true, \"lists\": false}",
    .action = ACTION_REWRITE,
    .check = check,
    .wants = wants,
    .apply = apply,
};
