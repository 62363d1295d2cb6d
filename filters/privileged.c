/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileged -- a container without any wall around it.
 *
 * HostConfig.Privileged gives every capability, every device, an unmasked /proc
 * and no seccomp or AppArmor (CIS Docker 5.5, Pod Security "baseline").  The
 * same of an exec gives one process of an ordinary container all of that but
 * the devices (CIS Docker 5.22).
 */
#include <string.h>

#include "filter.h"

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	const char *field = strcmp(req->call->name, "container.create") == 0
	    ? "HostConfig.Privileged"
	    : "Privileged";

	(void)conf;
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
    .apply = apply,
};
