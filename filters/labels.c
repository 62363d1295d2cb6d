/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels -- what others believe about a container: labels that mean something
 * to programs which act on them are not the caller's, and labels that say whose
 * it is are put on by us.  A container has the labels of its image, so those
 * that a commit gives an image are judged alike.
 */
#include <stdint.h>

#include "core/change_names.h"
#include "core/patterns.h"
#include "filter.h"

#define FIELD "Labels"

struct conf {
	const json_t *reserved, *stamp;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, reserved,
	"[\"com.docker.swarm.*\", \"desktop.docker.io/*\", \"sockwarden.*\", "
	"\"io.podman.*\"]",
	NULL, "Labels that a caller may not set (fnmatch patterns)."),
    SETTING_MAP(struct conf, stamp, NULL,
	"Labels that every container gets, whatever the caller says."),
    SETTING_END,
};

/* The labels as they shall be; *refused if some of the caller's are not. */
static json_t *
make_labels(const struct conf *conf, json_t *old, bool *refused)
{
	json_auto_t *labels = json_object();
	json_t *stamp = (json_t *)(uintptr_t)conf->stamp;
	const char *name;
	json_t *value, *ours;

	*refused = false;
	if (labels == NULL)
		return NULL;
	json_object_foreach(old, name, value)
	{
		ours = json_object_get(stamp, name);
		if (ours == NULL && patterns_match(conf->reserved, name))
			*refused = true;
		else if (json_object_set(labels, name, value) != 0)
			return NULL;
		if (ours != NULL && !json_equal(ours, value))
			*refused = true;
	}
	if (stamp != NULL && json_object_update(labels, stamp) != 0)
		return NULL;
	return json_incref(labels);
}

static enum verdict
judge_body(const struct conf *conf, struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, FIELD);
	bool refused;
	json_t *labels = make_labels(conf, old, &refused);

	if (labels == NULL)
		return report_fail(report, FIELD, "out of memory");
	if (refused)
		return enforce_body(req, report, FIELD, labels,
		    "reserved labels are not the caller's");
	if (old == NULL && json_object_size(labels) == 0) {
		json_decref(labels);
		return VERDICT_PASS;
	}
	return rewrite_body(
	    req, report, FIELD, labels, "the labels of this tier");
}

/* "LABEL a=b" among the changes of a commit, where it would take the place of
 * what is put on. */
static enum verdict
judge_changes(
    const struct conf *conf, const struct request *req, struct report *report)
{
	bool bad_input;
	struct errmsg why;
	json_auto_t *names = change_names(
	    json_object_get(req->query, "changes"), "LABEL", &bad_input, &why);
	size_t i;
	json_t *name;

	if (names == NULL)
		return bad_input
		    ? report_deny(report, "?changes", "LABEL: %s", why.text)
		    : report_fail(report, "?changes", "%s", why.text);
	json_array_foreach(names, i, name)
	{
		const char *label = json_string_value(name);

		if (patterns_match(conf->reserved, label) ||
		    json_object_get(conf->stamp, label) != NULL)
			return report_deny(report, "?changes",
			    "reserved labels are not the caller's");
	}
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = judge_body(arg, req, report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_changes(arg, req, report));
}

static const char *const calls[] = {
    "container.commit", "container.create", NULL};

const struct filter labels_filter = {
    .name = "labels",
    .summary = "Labels that are reserved, and labels that are put on.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
