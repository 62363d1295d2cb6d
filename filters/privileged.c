/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileged -- a container without any wall around it.
 *
 * HostConfig.Privileged gives every capability, every device, an unmasked /proc
 * and no seccomp or AppArmor (CIS Docker 5.5, Pod Security "baseline").  The
 * same of an exec gives one process of an ordinary container all of that but
 * the devices (CIS Docker 5.22).  Any exec in a privileged container is one
 * (moby takes the process of the container's specification), so the container
 * is looked up.
 */
#include <string.h>

#include "core/container_fact.h"
#include "filter.h"

static bool
is_exec(const struct request *req)
{
	return strcmp(req->call->name, "container.exec.create") == 0;
}

static bool
wants(const void *conf, const struct request *req, json_t *wanted)
{
	(void)conf;
	return !is_exec(req) || container_fact_want(req, wanted);
}

static enum verdict
judge_container(const struct request *req, struct report *report)
{
	const json_t *container = container_fact(req);
	const json_t *privileged = json_object_get(container, "Privileged");

	if (container == NULL)
		return report_deny(
		    report, "", "what container this is, is not known");
	if (!json_is_boolean(privileged))
		return report_deny(report, "",
		    "whether the container is privileged is not known");
	if (json_is_true(privileged))
		return report_deny(report, "",
		    "the container is privileged, and so would be what runs in "
		    "it");
	return VERDICT_PASS;
}

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	const char *field = is_exec(req) ? "Privileged"
					 : "HostConfig.Privileged";

	(void)conf;
	if (is_exec(req) && judge_container(req, report) <= VERDICT_DENY)
		return VERDICT_DENY;
	if (!json_is_true(request_body_get(req, field)))
		return VERDICT_PASS;
	return enforce_body(req, report, field, json_false(),
	    "privileged containers are not allowed; ask for the capabilities "
	    "or devices that are needed instead");
}

static const char *const calls[] = {
    "container.create", "container.exec.create", NULL};

const struct filter privileged_filter = {
    .name = "privileged",
    .summary = "No privileged containers and execs.",
    .calls = calls,
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
