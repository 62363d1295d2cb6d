/* SPDX-License-Identifier: Apache-2.0 */
/*
 * images -- which images may be run, mounted, pulled, looked into, exported and
 * given another name.
 *
 * An image chooses what runs, as whom and with which environment, and the
 * escapes of runc and of tar need one of the attacker's own (CVE-2019-5736,
 * CVE-2024-21626); a pull makes the daemon dial the registry that is named.
 * The name is compared in full, "busybox" as docker.io/library/busybox.  A name
 * is what whoever may tag says it is: calls that tag, load, import, build or
 * commit undo an allow-list, a digest they do not.  So a name that is on the list
 * may not be made unless it is on the list `made` as well, which says in so many
 * words that it proves nothing; where any image may be used ("**"), or only by
 * digest, there is nothing to undo.  The names in the tar of a load are
 * read by filter load.
 *
 * What an image holds is often a secret (docker-api: "secret-leak"), and under
 * another name it could be pushed or run: inspect, history, attestations and
 * export, and the source of a tag, need an image on the list; FROM and COPY --from
 * of a Dockerfile, too (filter build_context reads it).  Not judged:
 * platform, manifests, size and type of these, which only choose among what is
 * in the image.
 *
 * It only ever denies: another image than the one asked for is no answer.
 */
#include <stdio.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/made_names.h"
#include "core/repository_name.h"
#include "filter.h"

struct conf {
	struct pattern_set *allow;
	struct pattern_set *made;
	bool digest_required;
	bool ids;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, allow, "[\"**\"]", image_pattern_valid,
	"Images that may be used, by their full names: "
	"\"docker.io/library/*\", \"registry.example.com/team/**\", with a "
	"tag (\":1.*\") or digest behind it where only that is meant. \"**\" "
	"is any image, ids included."),
    SETTING_PATTERNS(struct conf, made, NULL, image_pattern_valid,
	"Images on that list which callers may make themselves (tag, build, "
	"commit, import, load), so that the name does not say what is in it; "
	"filter repositories must allow the name, too."),
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
	if (!image_ref_parse_pair(
		image, request_query(req, "tag"), &ref, &why) ||
	    !image_ref_allowed(&rules, &ref, &why))
		return report_deny(report, "?fromImage", "%s", why.text);
	return VERDICT_PASS;
}

/* --- calls on images that are there --------------------------------------- */

static enum verdict
judge_source(
    const struct conf *conf, struct request *req, struct report *report)
{
	return judge(
	    conf, json_object_get(req->vars, "image"), "{image}", report);
}

/* Without a tag all tags of the repository are exported. */
static enum verdict
judge_exported(const struct conf *conf, const json_t *image, const char *field,
    struct report *report)
{
	struct image_rules rules = rules_of(conf);
	struct image_ref ref;
	struct errmsg why;

	if (!image_ref_parse(json_string_value(image), &ref, &why) ||
	    !image_ref_allowed(&rules, &ref, &why))
		return report_deny(report, field, "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
judge_export(
    const struct conf *conf, struct request *req, struct report *report)
{
	json_t *names = json_object_get(req->query, "names"), *name;
	json_t *image = json_object_get(req->vars, "image");
	enum verdict verdict = VERDICT_PASS;
	char field[32];
	size_t i;

	if (image != NULL)
		return judge_exported(conf, image, "{image}", report);
	if (json_array_size(names) == 0)
		return report_deny(report, "?names", "no image is named");
	json_array_foreach(names, i, name)
	{
		(void)snprintf(field, sizeof(field), "?names[%zu]", i);
		verdict = judge_exported(conf, name, field, report);
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

/* --- calls that make names ------------------------------------------------ */

/* Is there nothing that another image under a listed name would undo? */
static bool
names_prove_nothing(const struct conf *conf)
{
	return conf->digest_required || image_patterns_any(conf->allow) ||
	    image_patterns_any(conf->made);
}

static enum verdict
judge_made(const struct conf *conf, struct request *req, struct report *report)
{
	struct made_name name;
	struct image_ref ref;
	struct errmsg why;

	if (names_prove_nothing(conf))
		return VERDICT_PASS;
	for (size_t i = 0; made_name_at(req, i, &name); i++) {
		if (!repository_name_read(name.repo, name.tag, &ref, &why))
			return report_deny(report, name.field, "%s", why.text);
		if (image_ref_listed(conf->allow, &ref) &&
		    !image_ref_listed(conf->made, &ref))
			return report_deny(report, name.field,
			    "the image \"%s\" is trusted by its name, which "
			    "may not be given to another",
			    ref.name);
	}
	return VERDICT_PASS;
}

/* What FROM and COPY --from may name, for whoever judges the Dockerfile. */
static enum verdict
judge_build(const struct conf *conf, struct request *req, struct report *report)
{
	const char *remote = request_query(req, "remote");
	enum verdict verdict = judge_made(conf, req, report);

	if (verdict <= VERDICT_DENY || (remote != NULL && *remote != '\0'))
		return verdict;
	return report_stream(report,
	    json_pack("{s:{s:O, s:b, s:b}}", "images", "allow",
		pattern_set_list(conf->allow), "digest_required",
		conf->digest_required, "ids", conf->ids));
}

static enum verdict
judge_tag(const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = judge_source(conf, req, report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	return judge_made(conf, req, report);
}

/* The names are in the tar, for filter load to read. */
static enum verdict
judge_load(const struct conf *conf, struct request *req, struct report *report)
{
	(void)req;
	if (names_prove_nothing(conf))
		return VERDICT_PASS;
	return report_stream(report,
	    json_pack("{s:{s:O, s:O}}", "trusted", "allow",
		pattern_set_list(conf->allow), "made",
		pattern_set_list(conf->made)));
}

/* --- all of them ---------------------------------------------------------- */

static enum verdict
judge_create(
    const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = judge(
	    conf, request_body_get(req, "Image"), "Image", report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	return judge_mounts(conf, req, report);
}

static const struct {
	const char *call;
	enum verdict (*judge)(
	    const struct conf *, struct request *, struct report *);
} judges[] = {
    {"container.create", judge_create},
    {"image.pull", judge_pull},
    {"image.inspect", judge_source},
    {"image.history", judge_source},
    {"image.attestations", judge_source},
    {"image.export", judge_export},
    {"image.tag", judge_tag},
    {"image.load", judge_load},
    {"build", judge_build},
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++) {
		if (strcmp(judges[i].call, req->call->name) == 0)
			return judges[i].judge(arg, req, report);
	}
	return judge_made(arg, req, report);
}

static const char *const calls[] = {MADE_NAMES_CALLS, "container.create",
    "image.pull", "image.inspect", "image.history", "image.attestations",
    "image.export", "image.load", NULL};

const struct filter images_filter = {
    .name = "images",
    .summary = "Which images may be run, mounted, pulled and looked into.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
