/* SPDX-License-Identifier: Apache-2.0 */
/*
 * devices -- devices of the host, GPUs and the like, and the cgroup's rules
 * about which may be opened (CIS Docker 5.18).
 */

#include "core/judges.h"
#include "core/keep.h"
#include "core/patterns.h"
#include "core/text.h"
#include "filter.h"

struct conf {
	const json_t *allow, *request_drivers;
	bool cgroup_rules;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, NULL, NULL,
	"Paths of devices on the host that may be given to a container, such "
	"as \"/dev/fuse\" (fnmatch patterns; CDI names too)."),
    SETTING_STRINGS(struct conf, request_drivers, NULL, NULL,
	"Drivers of DeviceRequests (--gpus) that may be asked; \"\" is the "
	"default one."),
    SETTING_BOOL(
	struct conf, cgroup_rules, "false", "DeviceCgroupRules may be given."),
    SETTING_END,
};

static bool
device_may_stay(const void *arg, const char *text, const json_t *item)
{
	const struct conf *conf = arg;

	(void)text;
	return patterns_match(conf->allow, text_at(item, "PathOnHost"));
}

/* None is the default one. */
static bool
request_may_stay(const void *arg, const char *text, const json_t *item)
{
	const struct conf *conf = arg;

	(void)text;
	return patterns_match(conf->request_drivers, text_at(item, "Driver"));
}

static const char why[] = "devices that are not on the list of this tier may "
			  "not be given to a container";

static enum verdict
judge_devices(const void *arg, struct request *req, struct report *report)
{
	return keep_in_body(
	    req, report, "HostConfig.Devices", device_may_stay, arg, why);
}

static enum verdict
judge_requests(const void *arg, struct request *req, struct report *report)
{
	return keep_in_body(req, report, "HostConfig.DeviceRequests",
	    request_may_stay, arg, why);
}

static enum verdict
judge_cgroup_rules(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.DeviceCgroupRules";
	const struct conf *conf = arg;

	if (conf->cgroup_rules ||
	    json_array_size(request_body_get(req, field)) == 0)
		return VERDICT_PASS;
	return enforce_body(
	    req, report, field, NULL, "rules about devices are not allowed");
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {
	    judge_devices, judge_requests, judge_cgroup_rules, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.create", NULL};

const struct filter devices_filter = {
    .name = "devices",
    .summary = "Which devices of the host a container may have.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
