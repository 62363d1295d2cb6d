/* SPDX-License-Identifier: Apache-2.0 */
/*
 * services -- what a service has beyond its containers, which every filter of
 * containers judges (core/service_view.h): secrets and configs, ports of every
 * node, how many tasks and where, plugins and rollbacks.
 *
 * Where the rules come from (moby, daemon/cluster and swarmkit):
 * - Runtime "plugin" installs a plugin as root on every node, with the
 *   privileges that PluginSpec says; an attachment is for the daemon's own use.
 * - The name of a service in an update is right (errRenameNotSupported).
 * - A rollback puts a specification back that nobody judges, and
 *   registryAuthFrom sends the credentials that a service has to whichever
 *   registry its new image names.
 * - Generic resources are devices of a node.
 *
 * Not judged: placement beyond what is put on (constraints and preferences only
 * take nodes away), UpdateConfig but for its rollback, ForceUpdate,
 * EndpointSpec.Mode, StopGracePeriod, OpenStdin, MemorySwappiness, how often a
 * task is restarted, and what is reserved of memory and CPU, which is a number
 * for the scheduler.
 */
#include <stdio.h>
#include <string.h>

#include "core/judges.h"
#include "core/patterns.h"
#include "core/port_range.h"
#include "core/reserved_labels.h"
#include "core/service_files.h"
#include "core/service_parts.h"
#include "core/service_ports.h"
#include "core/service_templates.h"
#include "core/text.h"
#include "filter.h"

#define SPEC SERVICE_SPEC
#define MILLION 1000000LL

struct conf {
	const json_t *ports;
	struct pattern_set *names, *reserved_labels, *secrets, *configs;
	bool any_port, host_ports, global, jobs, volumes;
	const json_t *constraints, *generic_resources;
	long long replicas_max, restart_delay;
	bool rollback, stored_credentials;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, names, "[\"*\"]", NULL,
	"Names of services that may be made and changed (fnmatch patterns)."),
    SETTING_PATTERNS(struct conf, reserved_labels,
	"[\"com.docker.swarm.*\", \"desktop.docker.io/*\", \"sockwarden.*\"]",
	NULL,
	"Labels of services that a caller may not set (fnmatch patterns); "
	"filter labels is about those of their containers."),
    SETTING_PATTERNS(struct conf, secrets, NULL, NULL,
	"Names of secrets that services may read (fnmatch patterns)."),
    SETTING_PATTERNS(struct conf, configs, NULL, NULL,
	"Names of configs that services may read (fnmatch patterns)."),
    SETTING_BOOL(struct conf, volumes, "false",
	"Volumes may be mounted by name, on whichever node a task runs: "
	"whose they are there is not known."),
    SETTING_STRINGS(struct conf, ports, NULL, port_range_valid,
	"Ports that may be published, as \"N\" or \"N-M\"; they are open on "
	"every address of every node."),
    SETTING_BOOL(struct conf, any_port, "false",
	"Swarm may be asked to choose a port (30000 to 32767)."),
    SETTING_BOOL(struct conf, host_ports, "false",
	"Ports may be published on the nodes of the tasks alone "
	"(mode=host)."),
    SETTING_INT(struct conf, replicas_max, 0, 1000000, "10",
	"The most tasks that a service may have at a time, or a job in all."),
    SETTING_BOOL(struct conf, global, "false",
	"Services may have a task on every node, managers included."),
    SETTING_BOOL(struct conf, jobs, "false",
	"Services may be jobs, which run to their end."),
    SETTING_STRINGS(struct conf, constraints, NULL, NULL,
	"Constraints that are put on every service, such as "
	"\"node.role==worker\"."),
    SETTING_STRINGS(struct conf, generic_resources, NULL, NULL,
	"Kinds of generic resources that may be reserved (fnmatch "
	"patterns)."),
    SETTING_SECONDS(struct conf, restart_delay, 0, 3600000, "\"1s\"",
	"The shortest time between two restarts of a task."),
    SETTING_BOOL(struct conf, rollback, "false",
	"Services may go back to their last specification, on demand or when "
	"an update fails; nobody judges it again."),
    SETTING_BOOL(struct conf, stored_credentials, "false",
	"An update may keep the credentials that the service has for its "
	"registry (registryAuthFrom), which the registry of the new image "
	"gets to see; if not, they are left behind."),
    SETTING_END,
};

/* --- what kind of service ------------------------------------------------- */

static enum verdict
judge_runtime(const void *arg, struct request *req, struct report *report)
{
	static const char *const others[] = {"TaskTemplate.PluginSpec",
	    "TaskTemplate.NetworkAttachmentSpec",
	    SPEC ".Privileges.CredentialSpec", NULL};
	const char *runtime = json_string_value(
	    request_body_get(req, "TaskTemplate.Runtime"));

	(void)arg;
	if (runtime != NULL && *runtime != '\0' &&
	    strcmp(runtime, "container") != 0)
		return report_deny(report, "TaskTemplate.Runtime",
		    "only containers may be run as a service");
	for (size_t i = 0; others[i] != NULL; i++) {
		if (request_body_get(req, others[i]) != NULL)
			return report_deny(report, others[i],
			    "only containers may be run as a service, without "
			    "credentials of Windows");
	}
	return request_body_get(req, SPEC) != NULL
	    ? VERDICT_PASS
	    : report_deny(report, SPEC, "want a container");
}

static enum verdict
judge_name(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	if (!pattern_set_match(conf->names, text_at(req->body, "Name")))
		return report_deny(report, "Name",
		    "services of this name may not be made or changed");
	return reserved_labels_judge(conf->reserved_labels, req, report);
}

static enum verdict
too_many(const struct conf *conf, struct report *report, const char *field)
{
	return report_deny(
	    report, field, "want %lld tasks at most", conf->replicas_max);
}

/* Absent is one task; below zero is more than anybody counts to. */
static bool
count_allowed(const struct conf *conf, const json_t *number)
{
	long long n = number == NULL ? 1 : json_integer_value(number);

	return n >= 0 && n <= conf->replicas_max;
}

static enum verdict
judge_mode(const void *arg, struct request *req, struct report *report)
{
	static const char *const counts[] = {"Mode.Replicated.Replicas",
	    "Mode.ReplicatedJob.MaxConcurrent",
	    "Mode.ReplicatedJob.TotalCompletions", NULL};
	const struct conf *conf = arg;
	bool job = request_body_get(req, "Mode.ReplicatedJob") != NULL;
	bool global_job = request_body_get(req, "Mode.GlobalJob") != NULL;

	if ((job || global_job) && !conf->jobs)
		return report_deny(report, "Mode", "jobs are not allowed");
	if ((global_job || request_body_get(req, "Mode.Global") != NULL) &&
	    !conf->global)
		return report_deny(report, "Mode",
		    "a task on every node is not allowed; want replicas");
	for (size_t i = 0; counts[i] != NULL; i++) {
		if (!count_allowed(conf, request_body_get(req, counts[i])))
			return too_many(conf, report, counts[i]);
	}
	return VERDICT_PASS;
}

/* --- volumes ------------------------------------------------------------- */

static enum verdict
judge_volumes(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	char field[80];
	size_t i;
	json_t *mount;

	json_array_foreach(request_body_get(req, SPEC ".Mounts"), i, mount)
	{
		if (conf->volumes ||
		    strcmp(text_at(mount, "Type"), "volume") != 0 ||
		    *text_at(mount, "Source") == '\0')
			continue;
		(void)snprintf(field, sizeof(field), SPEC ".Mounts[%zu]", i);
		return report_deny(report, field,
		    "volumes with a name are not allowed: whose they are on "
		    "other nodes is not known");
	}
	return VERDICT_PASS;
}

/* --- secrets, configs and ports ------------------------------------------- */

static enum verdict
judge_secrets(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return service_secrets_judge(conf->secrets, req, report);
}

static enum verdict
judge_configs(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return service_configs_judge(conf->configs, req, report);
}

static enum verdict
judge_ports(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const struct service_ports ports = {
	    .list = conf->ports,
	    .any = conf->any_port,
	    .host = conf->host_ports,
	};

	return service_ports_judge(&ports, req, report);
}

/* --- what it takes of the nodes ------------------------------------------- */

static enum verdict
judge_generic(const struct conf *conf, struct report *report,
    const struct request *req, const char *field)
{
	static const char *const specs[] = {
	    "NamedResourceSpec", "DiscreteResourceSpec", NULL};
	size_t i;
	json_t *resource, *spec;

	json_array_foreach(request_body_get(req, field), i, resource)
	{
		for (size_t j = 0; specs[j] != NULL; j++) {
			spec = json_object_get(resource, specs[j]);
			if (spec != NULL &&
			    !patterns_match(
				conf->generic_resources, text_at(spec, "Kind")))
				return report_deny(report, field,
				    "generic resources of this kind may not be "
				    "reserved");
		}
	}
	return VERDICT_PASS;
}

static enum verdict
judge_resources(const void *arg, struct request *req, struct report *report)
{
	static const char swap[] = "TaskTemplate.Resources.SwapBytes";
	const struct conf *conf = arg;
	enum verdict verdict = judge_generic(conf, report, req,
	    "TaskTemplate.Resources.Reservations.GenericResources");

	if (verdict > VERDICT_DENY)
		verdict = judge_generic(conf, report, req,
		    "TaskTemplate.Resources.Limits.GenericResources");
	if (verdict > VERDICT_DENY &&
	    json_integer_value(request_body_get(req, swap)) != 0)
		return report_deny(
		    report, swap, "swap is not given besides memory");
	return verdict;
}

/* The caller's constraints and ours, of which all must hold. */
static enum verdict
judge_placement(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "TaskTemplate.Placement.Constraints";
	const struct conf *conf = arg;
	json_t *old = request_body_get(req, field), *ours, *item;
	json_t *list = old == NULL ? json_array() : json_deep_copy(old);
	size_t i, j;

	json_array_foreach(conf->constraints, i, ours)
	{
		bool there = false;

		json_array_foreach(list, j, item)
		    there = there || json_equal(item, ours);
		if (!there && json_array_append(list, ours) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	if (list == NULL)
		return report_fail(report, field, "out of memory");
	if (json_array_size(list) == json_array_size(old)) {
		json_decref(list);
		return VERDICT_PASS;
	}
	return rewrite_body(
	    req, report, field, list, "services run where this tier says");
}

/* Absent is five seconds. */
static enum verdict
judge_restart(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "TaskTemplate.RestartPolicy.Delay";
	const struct conf *conf = arg;
	json_t *delay = request_body_get(req, field), *least;

	if (delay == NULL ||
	    json_integer_value(delay) >= conf->restart_delay * MILLION)
		return VERDICT_PASS;
	least = json_integer(conf->restart_delay * MILLION);
	if (least == NULL)
		return report_fail(report, field, "out of memory");
	return enforce_body(
	    req, report, field, least, "restarts this often are not allowed");
}

/* --- what was before ------------------------------------------------------ */

static enum verdict
judge_rollback(const void *arg, struct request *req, struct report *report)
{
	static const char *const fields[] = {
	    "UpdateConfig.FailureAction", "RollbackConfig.FailureAction", NULL};
	const struct conf *conf = arg;
	const char *asked = request_query(req, "rollback");

	if (asked != NULL && *asked != '\0' && !conf->rollback)
		return report_deny(report, "?rollback",
		    "going back to a specification that was not judged is not "
		    "allowed; send it");
	for (size_t i = 0; fields[i] != NULL; i++) {
		const char *action = json_string_value(
		    request_body_get(req, fields[i]));

		if (action != NULL && strcmp(action, "rollback") == 0 &&
		    !conf->rollback)
			return report_deny(report, fields[i],
			    "rollbacks are not allowed; want \"pause\" or "
			    "\"continue\"");
	}
	return VERDICT_PASS;
}

static enum verdict
judge_credentials(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	static const char why[] = "the credentials that a service has are not "
				  "sent to another image's registry; give your "
				  "own (--with-registry-auth)";

	if (conf->stored_credentials ||
	    request_query(req, "registryAuthFrom") == NULL)
		return VERDICT_PASS;
	if (report->action != ACTION_REWRITE)
		return report_deny(report, "?registryAuthFrom", "%s", why);
	return rewrite_query(req, report, "registryAuthFrom", NULL, why);
}

/* --- all of them ---------------------------------------------------------- */

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_runtime, judge_name,
	    judge_mode, service_templates_judge, judge_volumes, judge_secrets,
	    judge_configs, judge_ports, judge_resources, judge_placement,
	    judge_restart, judge_rollback, judge_credentials, NULL};

	return judges_run(judges, conf, req, report);
}

static const char *const calls[] = {"service.create", "service.update", NULL};

const struct filter services_filter = {
    .name = "services",
    .summary = "Services: secrets, ports, tasks, nodes, plugins, rollbacks.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
