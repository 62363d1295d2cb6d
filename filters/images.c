/* SPDX-License-Identifier: Apache-2.0 */
/*
 * images -- which images may be run, mounted and pulled.
 *
 * An image chooses what runs, as whom and with which environment, and the
 * escapes of runc and of tar need one of the attacker's own (CVE-2019-5736,
 * CVE-2024-21626); a pull makes the daemon dial the registry that is named.
 * The name is compared in full, "busybox" as docker.io/library/busybox.  A name
 * is what whoever may tag says it is: calls that tag, load, import, build or
 * commit undo an allow-list, a digest they do not.
 *
 * It only ever denies: another image than the one asked for is no answer.
 */
#include "core/image_rules.h"

#include <stdio.h>
#include <string.h>

#include "filter.h"

struct conf {
	const json_t *allow;
	bool digest_required;
	bool ids;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, "[\"**\"]", image_pattern_valid,
	"Images that may be used, by their full names: "
	"\"docker.io/library/*\", \"registry.example.com/team/**\", with a "
	"tag (\":1.*\") or digest behind it where only that is meant. \"**\" "
	"is any image, ids included."),
    SETTING_BOOL(struct conf, digest_required, "false",
	"Only images that are named with their digest (\"name@sha256:...\")."),
    SETTING_BOOL(struct conf, ids, "false",
	"Images may be named by their id, which no list of names can judge."),
    SETTING_END,
};

static struct image_rules
rules_of(const struct conf *conf)
{
	return (struct image_rules){
	    .allow = conf->allow,
	    .digest_required = conf->digest_required,
	    .ids = conf->ids,
	};
}

static enum verdict
judge(const struct conf *conf, const json_t *image, const char *field,
    struct report *report)
{
	const char *text = json_string_value(image);
	struct image_rules rules = rules_of(conf);
	struct errmsg why;

	/* Without an image older daemons make an empty container. */
	if (text == NULL || *text == '\0')
		return report_deny(report, field, "no image is named");
	if (!image_allowed(&rules, text, &why))
		return report_deny(report, field, "%s", why.text);
	return VERDICT_PASS;
}

/* The mounts of type "image" (API 1.48) are images, too. */
static enum verdict
judge_mounts(
    const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;
	char field[64];
	size_t i;
	json_t *mount;

	json_array_foreach(request_body_get(req, "HostConfig.Mounts"), i, mount)
	{
		const char *type = json_string_value(
		    json_object_get(mount, "Type"));

		if (type == NULL || strcmp(type, "image") != 0)
			continue;
		(void)snprintf(
		    field, sizeof(field), "HostConfig.Mounts[%zu].Source", i);
		verdict = verdict_and(verdict,
		    judge(
			conf, json_object_get(mount, "Source"), field, report));
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

/* The image that a pull names in two parameters: the tag (or digest) in the
 * second takes the place of one in the first, so that there may be only one. */
static bool
pull_ref(const char *image, const char *tag, struct image_ref *ref,
    struct errmsg *err)
{
	char text[512];
	int n;

	if (!image_ref_parse(image, ref, err))
		return false;
	if (tag == NULL || *tag == '\0')
		return true;
	if (ref->tag[0] != '\0' || ref->digest[0] != '\0')
		return errmsg_set(
		    err, "\"%s\" has a tag or digest already", image);
	n = snprintf(text, sizeof(text), "%s%s%s", image,
	    strchr(tag, ':') == NULL ? ":" : "@", tag);
	if (n < 0 || (size_t)n >= sizeof(text))
		return errmsg_set(err, "the name of the image is too long");
	return image_ref_parse(text, ref, err);
}

/* Without tag and digest a pull takes every tag of the repository, so :latest
 * must not be put in; and what looks like an id is a name to a registry. */
static enum verdict
judge_pull(const struct conf *conf, struct request *req, struct report *report)
{
	const char *image = request_query(req, "fromImage");
	struct image_rules rules = rules_of(conf);
	struct image_ref ref;
	struct errmsg why;

	rules.ids = false;
	if (image == NULL || *image == '\0')
		return report_deny(report, "?fromImage", "no image is named");
	if (!pull_ref(image, request_query(req, "tag"), &ref, &why) ||
	    !image_ref_allowed(&rules, &ref, &why))
		return report_deny(report, "?fromImage", "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	enum verdict verdict;

	if (strcmp(req->call->name, "image.pull") == 0)
		return judge_pull(conf, req, report);
	verdict = judge(conf, request_body_get(req, "Image"), "Image", report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return judge_mounts(conf, req, report);
}

static const char *const calls[] = {"container.create", "image.pull", NULL};

const struct filter images_filter = {
    .name = "images",
    .summary = "Which images may be run, mounted and pulled.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
