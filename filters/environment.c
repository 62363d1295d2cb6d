/* SPDX-License-Identifier: Apache-2.0 */
/*
 * environment -- variables that are not the container's alone: GPU and device
 * runtimes read them on the host and inject devices and libraries.  Values are
 * never shown.  The same for an exec, and for an image that a commit or a build
 * makes, whose variables every container of it has: ENV of a Dockerfile, and ARG,
 * which the containers of its steps have.
 */
#include <string.h>

#include "core/change_names.h"
#include "core/context_rule.h"
#include "core/judges.h"
#include "core/keep.h"
#include "core/pattern_set.h"
#include "filter.h"

struct conf {
	struct pattern_set *deny;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, deny,
	"[\"NVIDIA_*\", \"HABANA_*\", \"MELLANOX_*\", \"AMD_VISIBLE_DEVICES\", "
	"\"ASCEND_*\", \"_LINUX_*\", \"KRUN_*\"]",
	NULL, "Names of variables that may not be set (fnmatch patterns)."),
    SETTING_END,
};

static bool
is_denied(const void *arg, const char *variable)
{
	const struct conf *conf = arg;
	char name[256];
	size_t len = strcspn(variable, "=");

	/* Longer than any name that a runtime looks for. */
	if (len >= sizeof(name))
		return false;
	memcpy(name, variable, len);
	name[len] = '\0';
	return pattern_set_match(conf->deny, name);
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
judge_changes(const void *conf, struct request *req, struct report *report)
{
	return change_names_judge(req, report, "ENV", is_denied, conf,
	    "variables that make a runtime inject devices may not be set");
}

/* ENV and ARG, for whoever judges the Dockerfile. */
static enum verdict
judge_dockerfile(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return context_rule(req, report, "env", pattern_set_list(conf->deny));
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {
	    judge_body, judge_changes, judge_dockerfile, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"build", "container.commit",
    "container.create", "container.exec.create", "image.import", NULL};

const struct filter environment_filter = {
    .name = "environment",
    .summary = "No variables that device runtimes act on.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
