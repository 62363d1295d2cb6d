/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileged -- a container without any wall around it.
 *
 * HostConfig.Privileged gives every capability, every device, an unmasked /proc
 * and no seccomp or AppArmor (CIS Docker 5.5, Pod Security "baseline").
 */
#include "filter.h"

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	(void)conf;
	if (!json_is_true(request_body_get(req, "HostConfig.Privileged")))
		return VERDICT_PASS;
	return enforce_body(req, report, "HostConfig.Privileged", json_false(),
	    "privileged containers are not allowed; ask for the capabilities "
	    "or devices that are needed instead");
}

static const char *const calls[] = {"container.create", NULL};

const struct filter privileged_filter = {
    .name = "privileged",
    .summary = "No privileged containers.",
    .calls = calls,
    .action = ACTION_REWRITE,
    .apply = apply,
};
