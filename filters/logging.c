/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logging -- where the output of a container goes.  Drivers that send it over
 * the network reach hosts that the container itself may not, with credentials
 * in their options; "none" leaves nothing to look at.
 *
 * The daemon itself runs a tag as a Go template, in which {{pad "x" 8000000000
 * 0}} takes all of its memory (moby, loggerutils.ParseLogTag), and what waits
 * for a slow reader (max-buffer-size) is its memory, too, not the container's.
 */
#include <string.h>

#include "core/keep.h"
#include "core/patterns.h"
#include "filter.h"

#define TYPE "HostConfig.LogConfig.Type"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

struct conf {
	const json_t *drivers, *options;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, drivers, "[\"json-file\", \"local\"]", NULL,
	"Log drivers that may be named, besides the daemon's default."),
    SETTING_STRINGS(struct conf, options,
	"[\"max-size\", \"max-file\", \"compress\", \"mode\", "
	"\"labels\", \"labels-regex\", \"tag\"]",
	NULL, "Options of log drivers that may be given (fnmatch patterns)."),
    SETTING_END,
};

/* Plain text, and fields such as {{.Name}}. */
static bool
tag_is_plain(const char *tag)
{
	while ((tag = strstr(tag, "{{")) != NULL) {
		tag += 2;
		if (*tag != '.')
			return false;
		tag += 1 + strspn(tag + 1, LETTERS);
		if (strncmp(tag, "}}", 2) != 0)
			return false;
	}
	return true;
}

static bool
option_may_stay(const void *arg, const char *name, const json_t *value)
{
	const struct conf *conf = arg;
	const char *text = json_string_value(value);

	return patterns_match(conf->options, name) &&
	    (strcmp(name, "tag") != 0 || text == NULL || tag_is_plain(text));
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *driver = json_string_value(request_body_get(req, TYPE));

	if (driver != NULL && *driver != '\0' &&
	    !patterns_match(conf->drivers, driver))
		return enforce_body(req, report, "HostConfig.LogConfig", NULL,
		    "this log driver is not allowed; leave --log-driver out");
	return keep_in_body(req, report, "HostConfig.LogConfig.Config",
	    option_may_stay, conf,
	    "only options of log drivers that this tier lists may be given, "
	    "and no functions in a tag");
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
