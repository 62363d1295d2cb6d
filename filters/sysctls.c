/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysctls -- kernel parameters of the container's namespaces.  The default is
 * the list of Pod Security "baseline"; others may weaken the host's network
 * stack or its limits.
 */
#include "core/keep.h"
#include "filter.h"

struct conf {
	const json_t *allow;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow,
	"[\"kernel.shm_rmid_forced\", \"net.ipv4.ip_local_port_range\", "
	"\"net.ipv4.ip_unprivileged_port_start\", \"net.ipv4.tcp_syncookies\", "
	"\"net.ipv4.ping_group_range\"]",
	NULL, "Sysctls that may be set (fnmatch patterns)."),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_body(req, report, "HostConfig.Sysctls", keep_matching,
	    conf->allow,
	    "sysctls that are not on the list of this tier may not be set");
}

static const char *const calls[] = {"container.create", NULL};

const struct filter sysctls_filter = {
    .name = "sysctls",
    .summary = "Which sysctls may be set.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
