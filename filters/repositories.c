/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repositories -- which names callers may give to images, take away and push.
 *
 * All share the names of one daemon: who may tag, import, commit, load or build
 * under any name gives others an image that they take for another, and who may
 * push sends any image to whoever owns the name (docker-api: "supply chain").
 * So every list is empty until somebody fills it.  "**" is any name at all; even
 * then no name may look like an id (core/repository_name.h).
 *
 * A name on the list of filter images stays what it was unless that filter's own
 * list says that it may be made.
 *
 * Not judged, because harmless: message and platform of an import, force of a
 * tag (it was needed to move one before API 1.24), force, noprune and platforms
 * of a removal, of a name that the caller may remove.  The names in the tar of a
 * load are read by filter load; without it nothing is loaded unless any name may
 * be made.
 */
#include <string.h>

#include "core/image_changes.h"
#include "core/image_rules.h"
#include "core/made_names.h"
#include "core/repository_name.h"
#include "filter.h"

enum prune {
	PRUNE_NONE = 0,
	PRUNE_DANGLING,
	PRUNE_ALL,
};

struct conf {
	const json_t *changes;
	struct pattern_set *make, *push, *remove;
	int prune;
};

static const char *const prune_words[] = {"none", "dangling", "all", NULL};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, make, NULL, image_pattern_valid,
	"Names that images may be given (tag, import, commit, build, load), as "
	"\"registry.example.com/team/**\"; \"**\" is any."),
    SETTING_PATTERNS(struct conf, push, NULL, image_pattern_valid,
	"Names that may be pushed; the registry must be one that filter "
	"registries allows."),
    SETTING_PATTERNS(struct conf, remove, NULL, image_pattern_valid,
	"Names that may be removed; \"**\" is any, ids included."),
    SETTING_ENUM(struct conf, prune, prune_words, NULL,
	"Which unused images of all callers may be pruned: those without a "
	"name (dangling), or all."),
    SETTING_STRINGS(struct conf, changes, IMAGE_CHANGES_PRESET,
	image_change_valid,
	"Dockerfile instructions that an import may apply (changes)."),
    SETTING_END,
};

static enum verdict
judge_made(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct made_name name;
	struct errmsg why;

	for (size_t i = 0; made_name_at(req, i, &name); i++) {
		if (!repository_may_be_made(
			conf->make, name.repo, name.tag, &why))
			return report_deny(report, name.field, "%s", why.text);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_import(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct errmsg why;

	if (!image_changes_allowed(
		conf->changes, json_object_get(req->query, "changes"), &why))
		return report_deny(report, "?changes", "%s", why.text);
	return judge_made(conf, req, report);
}

/* The names are in the tar, for filter load to read. */
static enum verdict
judge_load(
    const struct conf *conf, const struct request *req, struct report *report)
{
	(void)req;
	return image_patterns_any(conf->make)
	    ? VERDICT_PASS
	    : report_stream(report,
		  json_pack("{s:O}", "make", pattern_set_list(conf->make)));
}

/* Without a tag every tag of the repository is pushed, so :latest must not be
 * put in. */
static enum verdict
judge_push(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *image = request_var(req, "image");
	struct image_rules rules = {.allow = conf->push};
	struct image_ref ref;
	struct errmsg why;

	if (!image_ref_parse_pair(
		image, request_query(req, "tag"), &ref, &why) ||
	    !image_ref_allowed(&rules, &ref, &why))
		return report_deny(report, "{image}", "%s", why.text);
	if (ref.digest[0] != '\0')
		return report_deny(
		    report, "{image}", "a digest cannot be pushed; use a tag");
	return VERDICT_PASS;
}

static enum verdict
judge_remove(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *image = request_var(req, "image");
	struct image_rules rules = {.allow = conf->remove};
	struct errmsg why;

	if (!image_allowed(&rules, image, &why))
		return report_deny(report, "{image}", "%s", why.text);
	return VERDICT_PASS;
}

/* Without a word about it only what has no name is pruned. */
static bool
dangling_only(const struct request *req)
{
	json_t *words = json_object_get(
	    json_object_get(req->query, "filters"), "dangling");
	const char *word = json_string_value(json_array_get(words, 0));

	if (words == NULL)
		return true;
	return json_array_size(words) == 1 &&
	    (strcmp(word, "true") == 0 || strcmp(word, "1") == 0);
}

static enum verdict
judge_prune(
    const struct conf *conf, const struct request *req, struct report *report)
{
	if (conf->prune == PRUNE_NONE)
		return report_deny(report, "", "images may not be pruned");
	if (conf->prune == PRUNE_DANGLING && !dangling_only(req))
		return report_deny(report, "?filters",
		    "only images without a name may be pruned "
		    "({\"dangling\": [\"true\"]})");
	return VERDICT_PASS;
}

static const struct {
	const char *call;
	enum verdict (*judge)(
	    const struct conf *, const struct request *, struct report *);
} judges[] = {
    {"image.import", judge_import},
    {"image.load", judge_load},
    {"image.push", judge_push},
    {"image.remove", judge_remove},
    {"image.prune", judge_prune},
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

static const char *const calls[] = {"image.tag", "image.import",
    "container.commit", "build", "image.load", "image.push", "image.remove",
    "image.prune", NULL};

const struct filter repositories_filter = {
    .name = "repositories",
    .summary = "Which names may be given to images, removed and pushed.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
