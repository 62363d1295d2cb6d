/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mounts -- everything that a container gets to see of the host's files, of
 * volumes and of other containers: Binds, Mounts, Volumes, Tmpfs, VolumesFrom,
 * VolumeDriver, and the volumes themselves.  Whatever the spelling,
 * core/mount_rules decides.
 *
 * A mount that is not allowed is left out (action rewrite) or refuses the call;
 * one that is malformed, or that hides what it is, always refuses it.  (CIS
 * Docker 5.6, 5.20, 5.32; Pod Security "baseline".)
 */
#include <stdio.h>
#include <string.h>

#include "core/judges.h"
#include "core/mount_rules.h"
#include "core/owner.h"
#include "core/patterns.h"
#include "core/text.h"
#include "core/volume_call.h"
#include "core/volume_rule.h"
#include "filter.h"

#define FIELD_LEN 64
#define ENGINE_MINOR "engine.minor" /* N of the newest API 1.N it speaks */

/* The first version that makes read-only what is mounted below a read-only bind.
 * (API 1.44; Engine 25.) */
#define READ_ONLY_BELOW_MINOR 44

/* How the items of a list are read and written. */
struct form {
	const char *field;
	bool (*read)(const json_t *, struct mount *, struct errmsg *);
	json_t *(*write)(const struct mount *, const json_t *);
};

static json_t *
write_bind(const struct mount *mount, const json_t *item)
{
	(void)item;
	return mount_to_bind(mount);
}

static const struct form forms[] = {
    {"HostConfig.Binds", mount_from_bind, write_bind},
    {"HostConfig.Mounts", mount_from_item, mount_to_item},
    {NULL, NULL, NULL},
};

/* --- facts ---------------------------------------------------------------- */

static bool
want_list(const struct mount_rules *rules, const struct form *form,
    const struct request *req, json_t *wanted)
{
	struct mount mount MOUNT_UNSET;
	struct errmsg why;
	size_t i;
	json_t *item;

	json_array_foreach(request_body_get(req, form->field), i, item)
	{
		if (!form->read(item, &mount, &why) || mount.kind != MOUNT_BIND)
			continue;
		if (!mount_rules_want(rules, mount.source, wanted) ||
		    (req->minor < READ_ONLY_BELOW_MINOR &&
			json_array_append_new(
			    wanted, json_string(ENGINE_MINOR)) != 0))
			return false;
	}
	return true;
}

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	for (const struct form *form = forms; form->field != NULL; form++) {
		if (!want_list(arg, form, req, wanted))
			return false;
	}
	return true;
}

/* --- lists ---------------------------------------------------------------- */

/* Older versions say of every read-only bind that what is mounted below is not.
 * An engine that knows no newer one has nothing to be told. */
static enum verdict
make_read_only_below(struct request *req, struct report *report)
{
	const json_t *engine = json_object_get(req->facts, ENGINE_MINOR);

	if (req->minor >= READ_ONLY_BELOW_MINOR ||
	    (engine != NULL &&
		json_integer_value(engine) < READ_ONLY_BELOW_MINOR))
		return VERDICT_PASS;
	return rewrite_version(req, report, READ_ONLY_BELOW_MINOR,
	    "what is mounted below a read-only directory is read-only");
}

/* Judge one item; what it becomes is appended to list.  *why is what the
 * caller is told of the change, *below whether all that is below must be
 * read-only, too. */
static enum mount_answer
judge_item(const struct mount_rules *rules, const struct form *form,
    const json_t *facts, const json_t *item, json_t *list, bool *below,
    struct errmsg *why)
{
	enum mount_answer answer;
	struct mount mount MOUNT_UNSET;
	json_t *made;

	if (!form->read(item, &mount, why))
		return MOUNT_DENIED;
	answer = mount_judge(rules, facts, &mount, why);
	if (answer <= MOUNT_REFUSED)
		return answer;
	*below = *below || mount.read_only_below;
	made = form->write(&mount, item);
	return json_array_append_new(list, made) == 0 ? answer
						      : MOUNT_UNDECIDED;
}

/* What comes of one mount; *told becomes the reason of what was changed. */
static enum verdict
settle(enum mount_answer answer, struct report *report, const char *field,
    const struct errmsg *why, struct errmsg *told)
{
	if (answer == MOUNT_UNDECIDED)
		return report_fail(report, field, "out of memory");
	if (answer == MOUNT_DENIED ||
	    (answer == MOUNT_REFUSED && report->action != ACTION_REWRITE))
		return report_deny(report, field, "%s", why->text);
	if (answer < MOUNT_ALLOWED)
		*told = *why;
	return VERDICT_PASS;
}

/* Put what was made (taken) where the caller had something. */
static enum verdict
put_back(struct request *req, struct report *report, const char *field,
    json_t *made, const struct errmsg *told)
{
	if (made == NULL)
		return report_fail(report, field, "out of memory");
	if (request_body_get(req, field) == NULL) {
		json_decref(made);
		return VERDICT_PASS;
	}
	return rewrite_body(req, report, field, made,
	    *told->text == '\0' ? "in the one spelling that was judged"
				: told->text);
}

static enum verdict
judge_list(const struct mount_rules *rules, const struct form *form,
    struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, form->field), *item;
	json_t *list = json_array();
	struct errmsg why = {""}, told = {""};
	char field[FIELD_LEN];
	bool below = false;
	enum verdict verdict;
	size_t i;

	json_array_foreach(old, i, item)
	{
		(void)snprintf(field, sizeof(field), "%s[%zu]", form->field, i);
		verdict = settle(judge_item(rules, form, req->facts, item, list,
				     &below, &why),
		    report, field, &why, &told);
		if (verdict != VERDICT_PASS) {
			json_decref(list);
			return verdict;
		}
	}
	verdict = put_back(req, report, form->field, list, &told);
	return below && verdict > VERDICT_DENY
	    ? verdict_and(verdict, make_read_only_below(req, report))
	    : verdict;
}

static enum verdict
judge_lists(const void *rules, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (const struct form *form = forms;
	     form->field != NULL && verdict > VERDICT_DENY; form++)
		verdict = verdict_and(
		    verdict, judge_list(rules, form, req, report));
	return verdict;
}

/* --- maps ----------------------------------------------------------------- */

/* Volumes: {"/data": {}}, each an anonymous volume. */
static bool
read_volume(const char *target, const json_t *value, struct mount *mount,
    struct errmsg *why)
{
	(void)value;
	mount_init(mount, MOUNT_VOLUME);
	return mount_target_take(mount, target, strlen(target), why);
}

static json_t *
write_volume(const struct mount *mount)
{
	(void)mount;
	return json_object();
}

/* How the members of a map, by their target, are read and written. */
struct map {
	const char *field;
	bool (*read)(
	    const char *, const json_t *, struct mount *, struct errmsg *);
	json_t *(*write)(const struct mount *);
};

static const struct map maps[] = {
    {"Volumes", read_volume, write_volume},
    {"HostConfig.Tmpfs", mount_from_tmpfs, mount_to_tmpfs},
    {NULL, NULL, NULL},
};

/* Judge one member; what it becomes is put into made. */
static enum mount_answer
judge_member(const struct mount_rules *rules, const struct map *map,
    const char *target, json_t *value, json_t *made, struct errmsg *why)
{
	enum mount_answer answer;
	struct mount mount MOUNT_UNSET;

	if (!map->read(target, value, &mount, why))
		return MOUNT_DENIED;
	answer = mount_judge(rules, NULL, &mount, why);
	if (answer <= MOUNT_REFUSED)
		return answer;
	if (json_object_set_new(made, target,
		answer == MOUNT_ALLOWED ? json_incref(value)
					: map->write(&mount)) != 0)
		return MOUNT_UNDECIDED;
	return answer;
}

static enum verdict
judge_map(const struct mount_rules *rules, const struct map *map,
    struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, map->field), *value;
	json_t *made = json_object();
	struct errmsg why = {""}, told = {""};
	const char *target;

	json_object_foreach(old, target, value)
	{
		enum verdict verdict = settle(
		    judge_member(rules, map, target, value, made, &why), report,
		    map->field, &why, &told);

		if (verdict != VERDICT_PASS) {
			json_decref(made);
			return verdict;
		}
	}
	return put_back(req, report, map->field, made, &told);
}

static enum verdict
judge_maps(const void *rules, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (const struct map *map = maps;
	     map->field != NULL && verdict > VERDICT_DENY; map++)
		verdict = verdict_and(
		    verdict, judge_map(rules, map, req, report));
	return verdict;
}

/* --- the rest ------------------------------------------------------------- */

/* "name" or "name:ro". */
static bool
from_allowed(const struct mount_rules *rules, const struct request *req,
    const char *text)
{
	char name[256];
	size_t len = strcspn(text, ":");

	if (len >= sizeof(name) ||
	    (text[len] != '\0' && strcmp(text + len, ":ro") != 0 &&
		strcmp(text + len, ":rw") != 0))
		return false;
	memcpy(name, text, len);
	name[len] = '\0';
	return patterns_match(
	    rules->volumes_from, owner_name(req, "container", name));
}

static enum verdict
judge_from(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.VolumesFrom";
	json_t *old = request_body_get(req, field), *item;
	size_t i;

	json_array_foreach(old, i, item)
	{
		/* A container without the data that it works on is not what
		 * was meant. */
		if (!from_allowed(arg, req, json_string_value(item)))
			return report_deny(report, field,
			    "the mounts of container \"%.100s\" may not be "
			    "taken over",
			    json_string_value(item));
	}
	return VERDICT_PASS;
}

static enum verdict
judge_driver(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.VolumeDriver";
	struct errmsg why;

	if (volume_driver_allowed(
		arg, text_of(request_body_get(req, field)), NULL, &why))
		return VERDICT_PASS;
	return report_deny(report, field, "%s", why.text);
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {
	    judge_lists, judge_maps, judge_from, judge_driver, NULL};

	if (volume_call_is(req))
		return volume_call_judge(arg, req, report);
	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.create", "volume.create",
    "volume.inspect", "volume.remove", "volume.update", NULL};

const struct filter mounts_filter = {
    .name = "mounts",
    .summary = "Which paths of the host, volumes and file systems may be "
	       "mounted.",
    .calls = calls,
    .settings = mount_rules_settings,
    .conf_size = sizeof(struct mount_rules),
    .prepare = mount_rules_prepare,
    .done = mount_rules_done,
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
