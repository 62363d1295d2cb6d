/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels -- what others believe about a container, or about the image that a
 * build makes, whose labels its containers inherit: labels that mean something
 * to programs which act on them are not the caller's, and labels that say whose
 * it is are put on by us.  A container has the labels of its image, so those
 * that a commit or an import gives an image are judged alike.
 */
#include <stdint.h>
#include <string.h>

#include "core/change_names.h"
#include "core/patterns.h"
#include "filter.h"

struct conf {
	const json_t *reserved, *stamp;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, reserved,
	"[\"com.docker.swarm.*\", \"desktop.docker.io/*\", \"sockwarden.*\", "
	"\"io.podman.*\"]",
	NULL, "Labels that a caller may not set (fnmatch patterns)."),
    SETTING_MAP(struct conf, stamp, NULL,
	"Labels that every container and every image that is built gets, "
	"whatever the caller says."),
    SETTING_END,
};

/* The label that the filter owner puts on says what is so. */
static bool
is_true_team(const char *name, const json_t *value, const char *team)
{
	return team != NULL && strcmp(name, "sockwarden.team") == 0 &&
	    strcmp(json_string_value(value), team) == 0;
}

/* The labels as they shall be; *refused if some of the caller's are not. */
static json_t *
make_labels(
    const struct conf *conf, const char *team, json_t *old, bool *refused)
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
		if (ours == NULL && patterns_match(conf->reserved, name) &&
		    !is_true_team(name, value, team))
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

/* Where the labels are: in the body, or in the query of a build. */
struct place {
	const char *field;
	json_t *old;
	enum verdict (*enforce)(struct request *, struct report *, const char *,
	    json_t *, const char *);
	enum verdict (*rewrite)(struct request *, struct report *, const char *,
	    json_t *, const char *);
};

static struct place
place_of(const struct request *req)
{
	if (strcmp(req->call->name, "build") == 0)
		return (struct place){"labels",
		    json_object_get(req->query, "labels"), enforce_query,
		    rewrite_query};
	return (struct place){"Labels", request_body_get(req, "Labels"),
	    enforce_body, rewrite_body};
}

static enum verdict
judge_labels(
    const struct conf *conf, struct request *req, struct report *report)
{
	struct place place = place_of(req);
	bool refused;
	json_t *labels = make_labels(conf, req->team, place.old, &refused);

	if (labels == NULL)
		return report_fail(report, place.field, "out of memory");
	if (refused)
		return place.enforce(req, report, place.field, labels,
		    "reserved labels are not the caller's");
	if (place.old == NULL && json_object_size(labels) == 0) {
		json_decref(labels);
		return VERDICT_PASS;
	}
	return place.rewrite(
	    req, report, place.field, labels, "the labels of this tier");
}

/* "LABEL a=b" among the changes of a commit or import, where it would take the place of
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
	enum verdict verdict = VERDICT_PASS;

	/* An import has changes, and a tar for a body. */
	if (strcmp(req->call->name, "image.import") != 0)
		verdict = judge_labels(arg, req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_changes(arg, req, report));
}

static const char *const calls[] = {
    "container.commit", "container.create", "image.import", "build", NULL};

const struct filter labels_filter = {
    .name = "labels",
    .summary = "Labels that are reserved, and labels that are put on.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
