/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logging -- where the output of a container goes.  Drivers that send it over
 * the network reach hosts that the container itself may not, with credentials
 * in their options; "none" leaves nothing to look at.
 */
#include "core/patterns.h"
#include "filter.h"

#define TYPE "HostConfig.LogConfig.Type"
#define CONFIG "HostConfig.LogConfig.Config"

struct conf {
	const json_t *drivers, *options;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, drivers, "[\"json-file\", \"local\"]", NULL,
	"Log drivers that may be named, besides the daemon's default."),
    SETTING_STRINGS(struct conf, options,
	"[\"max-size\", \"max-file\", \"compress\", \"mode\", "
	"\"max-buffer-size\", \"labels\", \"labels-regex\", \"tag\"]",
	NULL, "Options of log drivers that may be given (fnmatch patterns)."),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *driver = json_string_value(request_body_get(req, TYPE));
	json_t *options = request_body_get(req, CONFIG), *picked;

	if (driver != NULL && *driver != '\0' &&
	    !patterns_match(conf->drivers, driver))
		return enforce_body(req, report, "HostConfig.LogConfig", NULL,
		    "this log driver is not allowed; leave --log-driver out");
	picked = patterns_pick(conf->options, options);
	if (picked == NULL)
		return report_fail(report, CONFIG, "out of memory");
	if (json_object_size(picked) < json_object_size(options))
		return enforce_body(req, report, CONFIG, picked,
		    "options of log drivers that are not on the list of this "
		    "tier may not be given");
	json_decref(picked);
	return VERDICT_PASS;
}

static const char *const calls[] = {"container.create", NULL};

const struct filter logging_filter = {
    .name = "logging",
    .summary = "Which log drivers and options may be used.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
