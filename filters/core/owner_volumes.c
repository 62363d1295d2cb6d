/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes of a new container.  The daemon makes a named one that is not there,
 * without any label, so that it would be nobody's: Mounts can say which labels
 * it gets, and a line of Binds becomes an item of Mounts for that.
 */
#include <stdio.h>
#include <string.h>

#include "core/mount.h"
#include "core/owner.h"
#include "core/pointer.h"
#include "core/text.h"

#define BINDS "HostConfig.Binds"
#define MOUNTS "HostConfig.Mounts"

static bool
is_volume(const json_t *item)
{
	return strcmp(text_at(item, "Type"), "volume") == 0;
}

bool
owner_want_volumes(const struct request *req, json_t *wanted)
{
	struct mount mount MOUNT_UNSET;
	struct errmsg why;
	size_t i;
	json_t *item;

	json_array_foreach(request_body_get(req, BINDS), i, item)
	{
		if (mount_from_bind(item, &mount, &why) &&
		    mount.kind == MOUNT_VOLUME && *mount.source != '\0' &&
		    !owner_want("volume", mount.source, wanted))
			return false;
	}
	json_array_foreach(request_body_get(req, MOUNTS), i, item)
	{
		if (is_volume(item) && *text_at(item, "Source") != '\0' &&
		    !owner_want("volume", text_at(item, "Source"), wanted))
			return false;
	}
	return true;
}

/* May the volume be mounted?  PASS, or why not; *absent if it is to be made. */
static enum verdict
judge_name(const struct owner_rules *rules, const struct request *req,
    struct report *report, const char *field, const char *name, bool *absent)
{
	enum owned owned = owner_look(rules, req, "volume", name);

	*absent = owned == OWNED_ABSENT;
	if (owned == OWNED_UNKNOWN)
		return owner_fail(report, field, "volume", name);
	if (owned == OWNED_FOREIGN)
		return report_deny(
		    report, field, "your team has no volume \"%.100s\"", name);
	return VERDICT_PASS;
}

/* Say in an item of Mounts whose the volume will be.  False if out of
 * memory. */
static bool
put_label(const struct owner_rules *rules, const char *team, json_t *item)
{
	json_t *options = json_object_get(item, "VolumeOptions"), *labels;

	if (options == NULL &&
	    json_object_set_new(item, "VolumeOptions", json_object()) == 0)
		options = json_object_get(item, "VolumeOptions");
	labels = json_object_get(options, "Labels");
	if (labels == NULL &&
	    json_object_set_new(options, "Labels", json_object()) == 0)
		labels = json_object_get(options, "Labels");
	return json_object_set_new(labels, rules->label, json_string(team)) ==
	    0;
}

/* --- Mounts --------------------------------------------------------------- */

static enum verdict
judge_item(const struct owner_rules *rules, const struct request *req,
    struct report *report, json_t *item)
{
	json_t *labels = pointer_get(item, "VolumeOptions.Labels");
	const char *source = text_at(item, "Source");
	bool absent = *source == '\0';
	enum verdict verdict = VERDICT_PASS;

	if (strcmp(text_at(item, "Type"), "cluster") == 0)
		return report_deny(report, MOUNTS,
		    "nobody knows whose a volume of the swarm is");
	if (!is_volume(item))
		return VERDICT_PASS;
	if (*source != '\0')
		verdict = judge_name(
		    rules, req, report, MOUNTS, source, &absent);
	if (verdict <= VERDICT_DENY)
		return verdict;
	if ((absent || json_object_get(labels, rules->label) != NULL) &&
	    !put_label(rules, req->team, item))
		return report_fail(report, MOUNTS, "out of memory");
	return VERDICT_PASS;
}

static enum verdict
judge_mounts(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, MOUNTS), *item;
	json_auto_t *made = json_deep_copy(old);
	size_t i;

	if (old == NULL)
		return VERDICT_PASS;
	if (made == NULL)
		return report_fail(report, MOUNTS, "out of memory");
	json_array_foreach(made, i, item)
	{
		enum verdict verdict = judge_item(rules, req, report, item);

		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return rewrite_body(req, report, MOUNTS, json_incref(made),
	    "a new volume is its team's");
}

/* --- Binds ---------------------------------------------------------------- */

/* The item that says what the line said; NULL if out of memory.  It gets its
 * label with the other items. */
static json_t *
make_item(const struct request *req, const struct mount *mount)
{
	const char *driver = json_string_value(
	    request_body_get(req, "HostConfig.VolumeDriver"));
	json_auto_t *item = json_pack("{s:s, s:s, s:s, s:{}}", "Type", "volume",
	    "Source", mount->source, "Target", mount->target, "VolumeOptions");
	json_t *options = json_object_get(item, "VolumeOptions");

	if (mount->read_only &&
	    json_object_set_new(item, "ReadOnly", json_true()) != 0)
		return NULL;
	if (mount->no_copy &&
	    json_object_set_new(options, "NoCopy", json_true()) != 0)
		return NULL;
	if (driver != NULL && *driver != '\0' &&
	    json_object_set_new(options, "DriverConfig",
		json_pack("{s:s}", "Name", driver)) != 0)
		return NULL;
	return json_incref(item);
}

/* Put one line where it belongs: into binds as it is, or into items. */
static enum verdict
judge_line(const struct owner_rules *rules, const struct request *req,
    struct report *report, json_t *line, json_t *binds, json_t *items)
{
	enum verdict verdict = VERDICT_PASS;
	bool absent = false;
	struct mount mount MOUNT_UNSET;
	struct errmsg why;

	if (!mount_from_bind(line, &mount, &why))
		return report_deny(report, BINDS, "%s", why.text);
	if (mount.kind == MOUNT_VOLUME && *mount.source != '\0')
		verdict = judge_name(
		    rules, req, report, BINDS, mount.source, &absent);
	if (verdict <= VERDICT_DENY)
		return verdict;
	if (absent && (mount.relabel != 0 || *mount.propagation != '\0'))
		return report_deny(report, BINDS,
		    "with these options, make the volume \"%.100s\" first: "
		    "docker volume create",
		    mount.source);
	if (absent ? json_array_append_new(items, make_item(req, &mount)) != 0
		   : json_array_append(binds, line) != 0)
		return report_fail(report, BINDS, "out of memory");
	return VERDICT_PASS;
}

static enum verdict
judge_binds(
    const struct owner_rules *rules, struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, BINDS), *line;
	json_auto_t *binds = json_array(), *items = json_array();
	json_t *mounts = request_body_get(req, MOUNTS);
	enum verdict verdict;
	size_t i;

	if (binds == NULL || items == NULL ||
	    (mounts != NULL && json_array_extend(items, mounts) != 0))
		return report_fail(report, BINDS, "out of memory");
	json_array_foreach(old, i, line)
	{
		verdict = judge_line(rules, req, report, line, binds, items);
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	if (json_array_size(binds) == json_array_size(old))
		return VERDICT_PASS;
	verdict = rewrite_body(req, report, MOUNTS, json_incref(items),
	    "a new volume is its team's");
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict,
	    rewrite_body(req, report, BINDS, json_incref(binds),
		"a new volume is its team's"));
}

enum verdict
owner_judge_volumes(
    const void *rules, struct request *req, struct report *report)
{
	enum verdict verdict = judge_binds(rules, req, report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_mounts(rules, req, report));
}
