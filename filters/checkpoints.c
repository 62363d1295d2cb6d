/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checkpoints -- process images on the host's disk (experimental daemons).
 *
 * The daemon joins CheckpointDir and CheckpointID as they are, and then makes,
 * writes, lists or removes what that names, as root: so no directory is ever
 * the caller's to name, and an id is one plain name below the container's own.
 * Refused altogether unless a tier allows it.
 */
#include <string.h>

#include "core/reference.h"
#include "filter.h"

struct conf {
	bool allow;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, allow, "false",
	"Checkpoints may be made, listed and removed, in the container's own "
	"directory."),
    SETTING_END,
};

static bool
is_given(const char *text)
{
	return text != NULL && *text != '\0';
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	bool create = strcmp(req->call->name, "checkpoint.create") == 0;
	bool list = strcmp(req->call->name, "checkpoint.list") == 0;
	const char *id = json_string_value(create
		? request_body_get(req, "CheckpointID")
		: json_object_get(req->vars, "checkpoint"));

	if (!conf->allow)
		return report_deny(report, "", "checkpoints are not allowed");
	if (is_given(request_query(req, "dir")))
		return report_deny(report, "?dir",
		    "a directory of the host's is not the caller's to name");
	if (is_given(json_string_value(request_body_get(req, "CheckpointDir"))))
		return report_deny(report, "CheckpointDir",
		    "a directory of the host's is not the caller's to name");
	if (!list && (id == NULL || !reference_valid(id)))
		return report_deny(report, "CheckpointID",
		    "want letters, digits and \"_.-\", a letter or digit "
		    "first");
	return VERDICT_PASS;
}

static const char *const calls[] = {"checkpoint.*", NULL};

const struct filter checkpoints_filter = {
    .name = "checkpoints",
    .summary = "Whether checkpoints may be made, and never elsewhere.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
