/* SPDX-License-Identifier: Apache-2.0 */
/*
 * devices -- devices of the host, GPUs and the like, and the cgroup's rules
 * about which may be opened (CIS Docker 5.18).
 */

#include "core/patterns.h"
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

/* The items of the list whose member matches. */
static json_t *
pick(const json_t *list, const char *member, const json_t *patterns)
{
	json_auto_t *picked = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(
		    json_object_get(item, member));

		if (patterns_match(patterns, text == NULL ? "" : text) &&
		    json_array_append(picked, item) != 0)
			return NULL;
	}
	return json_incref(picked);
}

static enum verdict
judge(struct request *req, struct report *report, const char *field,
    const char *member, const json_t *patterns)
{
	json_t *list = request_body_get(req, field);
	json_t *picked = pick(list, member, patterns);

	if (picked == NULL)
		return report_fail(report, field, "out of memory");
	if (json_array_size(picked) < json_array_size(list))
		return enforce_body(req, report, field, picked,
		    "devices that are not on the list of this tier may not be "
		    "given to a container");
	json_decref(picked);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static const char rules[] = "HostConfig.DeviceCgroupRules";
	const struct conf *conf = arg;
	enum verdict verdict = judge(
	    req, report, "HostConfig.Devices", "PathOnHost", conf->allow);

	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict,
		    judge(req, report, "HostConfig.DeviceRequests", "Driver",
			conf->request_drivers));
	if (verdict <= VERDICT_DENY || conf->cgroup_rules ||
	    json_array_size(request_body_get(req, rules)) == 0)
		return verdict;
	return verdict_and(verdict,
	    enforce_body(req, report, rules, NULL,
		"rules about devices are not allowed"));
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
