/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels -- what others believe about a thing: labels that mean something to
 * programs which act on them are not the caller's, and labels that say whose it
 * is are put on by us.
 *
 * Containers, volumes (those that containers bring with them, too), networks,
 * services with their containers, secrets, configs; and images, because a
 * container has the labels of its image: those that a call gives them, and LABEL
 * of a Dockerfile.  What an image brings along that was pulled is for filter
 * images to trust.
 *
 * A router publishes what its labels say, whatever filters/ports.c refuses; an
 * updater, a scheduler and a backup job run commands that are in labels.  Some
 * of them do not look at case.  Compose's own labels are not reserved: it finds
 * what it made by them.
 */
#include <stdint.h>
#include <string.h>

#include "core/change_names.h"
#include "core/context_rule.h"
#include "core/pattern_set.h"
#include "core/pointer.h"
#include "core/reserved_labels.h"
#include "filter.h"

#define SERVICE "TaskTemplate.ContainerSpec"
#define SERVICE_LABELS SERVICE ".Labels"

struct conf {
	const json_t *stamp;
	struct pattern_set *reserved;
};

/* Where calls have labels. */
static const struct place {
	const char *call, *field;
	const char *above; /* what must be there for it to be, or NULL */
	bool query;
} places[] = {
    {"build", "labels", NULL, true},
    {"config.create", "Labels", NULL, false},
    {"config.update", "Labels", NULL, false},
    {"container.commit", "Labels", NULL, false},
    {"container.create", "Labels", NULL, false},
    {"network.create", "Labels", NULL, false},
    {"secret.create", "Labels", NULL, false},
    {"secret.update", "Labels", NULL, false},
    {"service.create", "Labels", NULL, false},
    {"service.create", SERVICE_LABELS, SERVICE, false},
    {"service.update", "Labels", NULL, false},
    {"service.update", SERVICE_LABELS, SERVICE, false},
    {"volume.create", "Labels", NULL, false},
    {NULL, NULL, NULL, false},
};

/* Where they have mounts, whose volumes have labels. */
static const struct {
	const char *call, *field;
} mounts[] = {
    {"container.create", "HostConfig.Mounts"},
    {"service.create", SERVICE ".Mounts"},
    {"service.update", SERVICE ".Mounts"},
};

#define NMOUNTS (sizeof(mounts) / sizeof(mounts[0]))

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, reserved,
	"[\"com.docker.swarm.*\", \"com.docker.ucp.*\", "
	"\"desktop.docker.io/*\", \"io.podman.*\", "
	"\"sockwarden.*\", \"traefik.*\", \"caddy*\", "
	"\"com.centurylinklabs.watchtower.*\", \"ofelia.*\", "
	"\"swarm.cronjob.*\", \"docker-volume-backup.*\"]",
	NULL,
	"Labels that a caller may not set (fnmatch patterns, whatever the "
	"case). The last ones are those of programs that publish, replace or "
	"run what labels tell them to. While any is reserved, so is what is "
	"not ASCII, which such programs may take for it."),
    SETTING_MAP(struct conf, stamp, NULL,
	"Labels that everything made gets, whatever the caller says."),
    SETTING_END,
};

/* To Go's strings.ToLower the Kelvin sign is a k and a capital I with a dot an
 * i. */
static bool
is_reserved(const struct conf *conf, const char *name)
{
	const unsigned char *c = (const unsigned char *)name;

	while (*c != '\0' && *c < 0x80)
		c++;
	return (*c != '\0' &&
		   json_array_size(pattern_set_list(conf->reserved)) > 0) ||
	    pattern_set_match_caseless(conf->reserved, name);
}

/* May a caller give the label? */
static bool
may_be_given(const struct conf *conf, const char *team, const char *name,
    const json_t *value)
{
	const json_t *ours = json_object_get(conf->stamp, name);

	return ours != NULL ? json_equal(ours, value)
			    : !is_reserved(conf, name) ||
		reserved_label_is_teams(name, value, team);
}

/* The labels as they shall be; *refused if some of the caller's are not. */
static json_t *
make_labels(
    const struct conf *conf, const char *team, json_t *old, bool *refused)
{
	json_auto_t *labels = json_object();
	json_t *stamp = (json_t *)(uintptr_t)conf->stamp;
	const char *name;
	json_t *value;

	*refused = false;
	if (labels == NULL)
		return NULL;
	json_object_foreach(old, name, value)
	{
		if (!may_be_given(conf, team, name, value))
			*refused = true;
		else if (json_object_set(labels, name, value) != 0)
			return NULL;
	}
	if (stamp != NULL && json_object_update(labels, stamp) != 0)
		return NULL;
	return json_incref(labels);
}

static const char not_callers[] = "reserved labels are not the caller's";

/* Make the labels at the place what they shall be; takes them. */
static enum verdict
put(struct request *req, struct report *report, const struct place *place,
    json_t *labels, bool refused)
{
	const char *why = refused ? not_callers : "the labels of this tier";

	if (refused)
		return place->query
		    ? enforce_query(req, report, place->field, labels, why)
		    : enforce_body(req, report, place->field, labels, why);
	return place->query
	    ? rewrite_query(req, report, place->field, labels, why)
	    : rewrite_body(req, report, place->field, labels, why);
}

static enum verdict
judge_place(const struct conf *conf, struct request *req, struct report *report,
    const struct place *place)
{
	json_t *old = place->query ? json_object_get(req->query, place->field)
				   : request_body_get(req, place->field);
	bool refused;
	json_t *labels;

	if (place->above != NULL && request_body_get(req, place->above) == NULL)
		return VERDICT_PASS;
	labels = make_labels(conf, req->team, old, &refused);
	if (labels == NULL)
		return report_fail(report, place->field, "out of memory");
	if (old == NULL && json_object_size(labels) == 0) {
		json_decref(labels);
		return VERDICT_PASS;
	}
	return put(req, report, place, labels, refused);
}

/* Take out what a caller may not give; false if there is none. */
static bool
clean(const struct conf *conf, const char *team, json_t *labels)
{
	bool cleaned = false;
	const char *name;
	void *next;
	json_t *value;

	json_object_foreach_safe(labels, next, name, value)
	{
		if (may_be_given(conf, team, name, value))
			continue;
		(void)json_object_del(labels, name);
		cleaned = true;
	}
	return cleaned;
}

/* A volume that is there keeps its labels, so that none are put on here. */
static enum verdict
judge_mounts(const struct conf *conf, struct request *req,
    struct report *report, const char *field)
{
	json_t *old = request_body_get(req, field), *item;
	json_auto_t *made = json_deep_copy(old);
	bool cleaned = false;
	size_t i;

	if (old != NULL && made == NULL)
		return report_fail(report, field, "out of memory");
	json_array_foreach(made, i, item)
	{
		if (clean(conf, req->team,
			pointer_get(item, "VolumeOptions.Labels")))
			cleaned = true;
	}
	return cleaned
	    ? enforce_body(req, report, field, json_incref(made), not_callers)
	    : VERDICT_PASS;
}

static bool
is_ours(const void *arg, const char *label)
{
	const struct conf *conf = arg;

	return is_reserved(conf, label) ||
	    json_object_get(conf->stamp, label) != NULL;
}

/* "LABEL a=b" among the changes of a commit or an import, where it would take
 * the place of what is put on. */
static enum verdict
judge_changes(
    const struct conf *conf, const struct request *req, struct report *report)
{
	return change_names_judge(
	    req, report, "LABEL", is_ours, conf, not_callers);
}

/* LABEL, for whoever judges the Dockerfile. */
static enum verdict
judge_dockerfile(
    const struct conf *conf, const struct request *req, struct report *report)
{
	return context_rule(
	    req, report, "labels", pattern_set_list(conf->reserved));
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = judge_changes(arg, req, report);

	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, judge_dockerfile(arg, req, report));

	for (const struct place *place = places;
	     place->call != NULL && verdict > VERDICT_DENY; place++) {
		if (strcmp(place->call, req->call->name) == 0)
			verdict = verdict_and(
			    verdict, judge_place(arg, req, report, place));
	}
	for (size_t i = 0; i < NMOUNTS && verdict > VERDICT_DENY; i++) {
		if (strcmp(mounts[i].call, req->call->name) == 0)
			verdict = verdict_and(verdict,
			    judge_mounts(arg, req, report, mounts[i].field));
	}
	return verdict;
}

static const char *const calls[] = {"build", "config.create", "config.update",
    "container.commit", "container.create", "image.import", "network.create",
    "secret.create", "secret.update", "service.create", "service.update",
    "volume.create", NULL};

const struct filter labels_filter = {
    .name = "labels",
    .summary = "Labels that are reserved, and labels that are put on.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
