/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit -- images made of containers: under which names, and what they say.
 *
 * A commit gives an image any name, one that others run included, so names come
 * from a list; without one it has only an id.  Its changes and its body are the
 * configuration of that image, which becomes that of the containers made from
 * it: here only the instructions that are allowed, and OnBuild, which acts in
 * builds of others; names of variables and labels, users and working
 * directories are judged by the filters of that name.  What is left (Cmd,
 * Entrypoint, ExposedPorts, Volumes, Healthcheck, StopSignal ...) any image may
 * say.  A comment and an author are words; pause=0 makes a torn copy and harms
 * nobody.
 */
#include "core/image_changes.h"
#include "core/image_rules.h"
#include "core/reference.h"
#include "core/repository_name.h"
#include "filter.h"

struct conf {
	const json_t *repositories, *changes;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, repositories, NULL, image_pattern_valid,
	"Names that may be given to images made of containers, as the filter "
	"images has them (\"registry.example.com/team/**\")."),
    SETTING_STRINGS(struct conf, changes, IMAGE_CHANGES_PRESET,
	image_change_valid, "Dockerfile instructions that may be applied."),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *container = request_query(req, "container");
	const char *repo = request_query(req, "repo");
	struct errmsg why;

	if (container == NULL || !reference_valid(container))
		return report_deny(
		    report, "?container", "want the name of a container");
	if (repo != NULL && *repo != '\0' &&
	    !repository_may_be_made(
		conf->repositories, repo, request_query(req, "tag"), &why))
		return report_deny(report, "?repo", "%s", why.text);
	if (!image_changes_allowed(
		conf->changes, json_object_get(req->query, "changes"), &why))
		return report_deny(report, "?changes", "%s", why.text);
	if (json_array_size(request_body_get(req, "OnBuild")) > 0)
		return report_deny(report, "OnBuild",
		    "instructions that act in builds of others are not "
		    "allowed");
	return VERDICT_PASS;
}

static const char *const calls[] = {"container.commit", NULL};

const struct filter commit_filter = {
    .name = "commit",
    .summary = "Which images are made of containers.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
