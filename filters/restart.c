/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restart -- what comes back by itself: a container that always does keeps
 * running, and failing, after its job is gone (CIS Docker 5.15: on-failure, at
 * most 5 times).  An update has the same at the top of its body, where an empty
 * name leaves the policy as it is.
 */
#include <string.h>

#include "core/patterns.h"
#include "filter.h"

#define POLICY "HostConfig.RestartPolicy"
#define NAME "HostConfig.RestartPolicy.Name"
#define COUNT "HostConfig.RestartPolicy.MaximumRetryCount"

struct conf {
	const json_t *policies;
	long long max_retries;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, policies, "[\"no\", \"on-failure\"]", NULL,
	"Restart policies that may be asked for."),
    SETTING_INT(struct conf, max_retries, 0, 1000000, "5",
	"The most retries of on-failure; 0: no limit."),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	size_t skip = strcmp(req->call->name, "container.update") == 0
	    ? strlen("HostConfig.")
	    : 0;
	const char *policy = POLICY + skip, *retries = COUNT + skip;
	const char *name = json_string_value(
	    request_body_get(req, NAME + skip));
	long long count = json_integer_value(request_body_get(req, retries));
	json_t *most;

	if (name == NULL || *name == '\0' || strcmp(name, "no") == 0)
		return VERDICT_PASS;
	if (!patterns_match(conf->policies, name))
		return enforce_body(req, report, policy, NULL,
		    "this restart policy is not allowed; leave --restart out");
	if (strcmp(name, "on-failure") != 0 || conf->max_retries == 0 ||
	    (count > 0 && count <= conf->max_retries))
		return VERDICT_PASS;
	most = json_integer(conf->max_retries);
	if (most == NULL)
		return report_fail(report, retries, "out of memory");
	return enforce_body(
	    req, report, retries, most, "more retries than allowed");
}

static const char *const calls[] = {
    "container.create", "container.update", NULL};

const struct filter restart_filter = {
    .name = "restart",
    .summary = "Which restart policies may be asked for.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
