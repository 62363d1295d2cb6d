/* SPDX-License-Identifier: Apache-2.0 */
/*
 * environment -- variables that are not the container's alone: GPU and device
 * runtimes read them on the host and inject devices and libraries.  Values are
 * never shown.  The same for an exec, and for an image that a commit makes,
 * whose variables every container of it has.
 */
#include <string.h>

#include "core/change_names.h"
#include "core/judges.h"
#include "core/keep.h"
#include "core/patterns.h"
#include "filter.h"

struct conf {
	const json_t *deny;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, deny,
	"[\"NVIDIA_*\", \"HABANA_*\", \"MELLANOX_*\", \"AMD_VISIBLE_DEVICES\", "
	"\"ASCEND_*\", \"_LINUX_*\", \"KRUN_*\"]",
	NULL, "Names of variables that may not be set (fnmatch patterns)."),
    SETTING_END,
};

static bool
is_denied(const struct conf *conf, const char *variable)
{
	char name[256];
	size_t len = strcspn(variable, "=");

	/* Longer than any name that a runtime looks for. */
	if (len >= sizeof(name))
		return false;
	memcpy(name, variable, len);
	name[len] = '\0';
	return patterns_match(conf->deny, name);
}

static bool
may_stay(const void *arg, const char *variable, const json_t *item)
{
	(void)item;
	return !is_denied(arg, variable);
}

static enum verdict
judge_body(const void *arg, struct request *req, struct report *report)
{
	return keep_in_body(req, report, "Env", may_stay, arg,
	    "variables that make a runtime inject devices may not be set");
}

/* "ENV A=1" among the changes of a commit or an import. */
static enum verdict
judge_changes(const void *arg, struct request *req, struct report *report)
{
	bool bad_input;
	struct errmsg why;
	json_auto_t *names = change_names(
	    json_object_get(req->query, "changes"), "ENV", &bad_input, &why);
	size_t i;
	json_t *name;

	if (names == NULL)
		return bad_input
		    ? report_deny(report, "?changes", "ENV: %s", why.text)
		    : report_fail(report, "?changes", "%s", why.text);
	json_array_foreach(names, i, name)
	{
		if (is_denied(arg, json_string_value(name)))
			return report_deny(report, "?changes",
			    "variables that make a runtime inject devices may "
			    "not be set");
	}
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_body, judge_changes, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.commit", "container.create",
    "container.exec.create", "image.import", NULL};

const struct filter environment_filter = {
    .name = "environment",
    .summary = "No variables that device runtimes act on.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
