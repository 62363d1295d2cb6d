/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime -- which program runs the container, and what is passed to it: a
 * runtime is a program on the host (also as a shim name, io.containerd.*), a
 * parent cgroup decides whose limits count, annotations speak to the runtime
 * behind our back.
 */
#include <string.h>

#include "core/judges.h"
#include "core/keep.h"
#include "core/patterns.h"
#include "core/text.h"
#include "filter.h"

struct conf {
	const json_t *runtimes, *storage_options, *annotations;
	const char *cgroup_parent;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, runtimes, "[\"runc\"]", NULL,
	"Runtimes that may be named, besides the daemon's default."),
    SETTING_STRING(struct conf, cgroup_parent, NULL, NULL,
	"The parent cgroup of every container; without it, the daemon's."),
    SETTING_STRINGS(struct conf, storage_options, NULL, NULL,
	"Keys of StorageOpt that may be given (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, annotations, NULL, NULL,
	"Keys of Annotations that may be given (fnmatch patterns)."),
    SETTING_END,
};

static enum verdict
judge_runtime(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *runtime = text_of(
	    request_body_get(req, "HostConfig.Runtime"));

	if (*runtime == '\0' || patterns_match(conf->runtimes, runtime))
		return VERDICT_PASS;
	return enforce_body(req, report, "HostConfig.Runtime", NULL,
	    "this runtime is not allowed; leave --runtime out");
}

static enum verdict
judge_parent(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *parent = text_of(
	    request_body_get(req, "HostConfig.CgroupParent"));
	json_t *ours = NULL;

	if (strcmp(parent,
		conf->cgroup_parent == NULL ? "" : conf->cgroup_parent) == 0)
		return VERDICT_PASS;
	if (conf->cgroup_parent != NULL) {
		ours = json_string(conf->cgroup_parent);
		if (ours == NULL)
			return report_fail(
			    report, "HostConfig.CgroupParent", "out of memory");
	}
	if (*parent == '\0')
		return rewrite_body(req, report, "HostConfig.CgroupParent",
		    ours, "the parent cgroup of this tier");
	return enforce_body(req, report, "HostConfig.CgroupParent", ours,
	    "the parent cgroup is not the caller's choice");
}

static const char not_listed[] =
    "options that are not on the list of this tier may not be given";

static enum verdict
judge_storage(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_body(req, report, "HostConfig.StorageOpt", keep_matching,
	    conf->storage_options, not_listed);
}

static enum verdict
judge_annotations(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_body(req, report, "HostConfig.Annotations",
	    keep_matching, conf->annotations, not_listed);
}

/* What only older or other daemons read, or writes a file on the host. */
static enum verdict
judge_others(const void *arg, struct request *req, struct report *report)
{
	static const struct {
		const char *field, *harmless;
	} others[] = {
	    {"HostConfig.Isolation", "default"},
	    {"HostConfig.Cgroup", ""},
	    {"HostConfig.ContainerIDFile", ""},
	};
	enum verdict verdict = VERDICT_PASS;

	(void)arg;
	for (size_t i = 0;
	     i < sizeof(others) / sizeof(others[0]) && verdict > VERDICT_DENY;
	     i++) {
		const char *text = text_of(
		    request_body_get(req, others[i].field));

		if (*text != '\0' && strcmp(text, others[i].harmless) != 0)
			verdict = verdict_and(verdict,
			    enforce_body(req, report, others[i].field, NULL,
				"this option is not allowed"));
	}
	return verdict;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_runtime, judge_parent,
	    judge_storage, judge_annotations, judge_others, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.create", NULL};

const struct filter runtime_filter = {
    .name = "runtime",
    .summary = "Runtime, parent cgroup, storage options and annotations.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
