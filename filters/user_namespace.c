/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_namespace -- root in the container is not root on the host.
 *
 * Remapping is the daemon's (dockerd --userns-remap); UsernsMode "host" is how
 * a container leaves it (CIS Docker 5.31).  Whether there is any, only the
 * daemon knows: GET /info, asked for with require_remap.
 */
#include <string.h>

#include "filter.h"

#define FIELD "HostConfig.UsernsMode"
#define FACT "daemon.userns_remap"

struct conf {
	bool require_remap;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, require_remap, "false",
	"Refuse every container unless the daemon remaps user namespaces."),
    SETTING_END,
};

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	const struct conf *conf = arg;

	(void)req;
	return !conf->require_remap ||
	    json_array_append_new(wanted, json_string(FACT)) == 0;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *mode = json_string_value(request_body_get(req, FIELD));

	if (conf->require_remap &&
	    !json_is_true(json_object_get(req->facts, FACT)))
		return report_deny(report, FIELD,
		    "the Docker Engine must remap user namespaces "
		    "(userns-remap) and does not, or does not say");
	if (mode == NULL || *mode == '\0')
		return VERDICT_PASS;
	return enforce_body(req, report, FIELD, NULL,
	    "the user namespace is the daemon's choice; leave --userns out");
}

static const char *const calls[] = {"container.create", NULL};

const struct filter user_namespace_filter = {
    .name = "user_namespace",
    .summary = "No way out of the daemon's user namespace remapping.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
