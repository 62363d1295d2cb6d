/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit -- images made of containers, and what they say.
 *
 * Its changes and its body are the configuration of that image, which becomes
 * that of the containers made from it: here only the instructions that are
 * allowed, and OnBuild, which acts in builds of others, and which an image takes
 * over from the body that made the container, too; its name, names of
 * variables and labels, users and working directories are judged by the filters
 * repositories, environment, labels, user and working_dir.  What is left (Cmd,
 * Entrypoint, ExposedPorts, Volumes, Healthcheck, StopSignal ...) any image may
 * say.  A comment and an author are words; pause=0 makes a torn copy and harms
 * nobody.
 */
#include <string.h>

#include "core/image_changes.h"
#include "core/reference.h"
#include "filter.h"

struct conf {
	const json_t *changes;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, changes, IMAGE_CHANGES_PRESET,
	image_change_valid, "Dockerfile instructions that may be applied."),
    SETTING_END,
};

/* The configuration of the image, or of a container that may become one. */
static enum verdict
judge_onbuild(const struct request *req, struct report *report)
{
	if (json_array_size(request_body_get(req, "OnBuild")) == 0)
		return VERDICT_PASS;
	return report_deny(report, "OnBuild",
	    "instructions that act in builds of others are not allowed");
}

static enum verdict
judge_commit(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *container = request_query(req, "container");
	struct errmsg why;

	if (container == NULL || !reference_valid(container))
		return report_deny(
		    report, "?container", "want the name of a container");
	if (!image_changes_allowed(
		conf->changes, json_object_get(req->query, "changes"), &why))
		return report_deny(report, "?changes", "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = judge_onbuild(req, report);

	return verdict == VERDICT_PASS &&
		strcmp(req->call->name, "container.commit") == 0
	    ? judge_commit(arg, req, report)
	    : verdict;
}

static const char *const calls[] = {
    "container.commit", "container.create", NULL};

const struct filter commit_filter = {
    .name = "commit",
    .summary = "Which images are made of containers.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
