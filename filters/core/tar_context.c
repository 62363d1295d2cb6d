/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_context -- what a build is made from: its Dockerfile is judged before a
 * byte of it goes on.  "dockerfile" of the rules is its clean name; "images"
 * and "registries" what FROM may name (NULL: anything), "labels" what LABEL may
 * not, "env" what ENV and ARG may not; the rest is as in core/dockerfile.h.
 */
#include <string.h>

#include "core/dockerfile.h"
#include "core/pattern_set.h"
#include "core/tar_kind.h"

/* The classic builder takes this one if there is no "Dockerfile". */
static const char lower_name[] = "dockerfile";

static const char *
wanted(const json_t *rules)
{
	return json_string_value(json_object_get(rules, "dockerfile"));
}

static bool
begin(const json_t *rules, json_t *state, struct errmsg *err)
{
	const json_t *images = json_object_get(rules, "images");

	(void)state;
	return (wanted(rules) != NULL &&
		   (images == NULL ||
		       json_is_array(json_object_get(images, "allow")))) ||
	    errmsg_set(err, "the rules cannot be read");
}

static bool
entry(const json_t *rules, json_t *state, const struct tar_entry *entry,
    bool *hold, struct errmsg *why)
{
	bool exact = strcmp(entry->name, wanted(rules)) == 0;
	bool lower = strcmp(entry->name, lower_name) == 0 &&
	    strcmp(wanted(rules), "Dockerfile") == 0;

	*hold = false;
	if (!exact && !(lower && entry->type == TAR_FILE))
		return true;
	if (entry->type != TAR_FILE)
		return errmsg_set(why, "the Dockerfile must be a file");
	if (json_object_get(state, entry->name) != NULL)
		return errmsg_set(why, "the Dockerfile is there twice");
	*hold = true;
	return json_object_set_new(state, entry->name, json_true()) == 0 ||
	    errmsg_nomem(why);
}

static bool
is_set(const json_t *rules, const char *name)
{
	return json_is_true(json_object_get(rules, name));
}

/* The lists of the rules, as they are asked. */
struct lists {
	struct pattern_set *images, *registries, *frontends, *labels, *env;
};

static bool
make_lists(struct lists *lists, const json_t *rules)
{
	*lists = (struct lists){
	    .images = pattern_set_new(
		json_object_get(json_object_get(rules, "images"), "allow")),
	    .registries = pattern_set_new(json_object_get(rules, "registries")),
	    .frontends = pattern_set_new(json_object_get(rules, "frontends")),
	    .labels = pattern_set_new(json_object_get(rules, "labels")),
	    .env = pattern_set_new(json_object_get(rules, "env")),
	};
	return lists->images != NULL && lists->registries != NULL &&
	    lists->frontends != NULL && lists->labels != NULL &&
	    lists->env != NULL;
}

static void
free_lists(struct lists *lists)
{
	pattern_set_free(lists->images);
	pattern_set_free(lists->registries);
	pattern_set_free(lists->frontends);
	pattern_set_free(lists->labels);
	pattern_set_free(lists->env);
}

static bool
judge(const json_t *rules, const struct lists *lists, const char *bytes,
    size_t len, struct errmsg *why)
{
	const json_t *images = json_object_get(rules, "images");
	const struct image_rules image_rules = {
	    .allow = lists->images,
	    .digest_required = is_set(images, "digest_required"),
	    .ids = is_set(images, "ids"),
	};
	const struct dockerfile_rules file_rules = {
	    .images = images == NULL ? NULL : &image_rules,
	    .registries = json_object_get(rules, "registries") == NULL
		? NULL
		: lists->registries,
	    .frontends = lists->frontends,
	    .labels = lists->labels,
	    .env = lists->env,
	    .args = json_object_get(rules, "args"),
	    .deny_run = json_object_get(rules, "deny_run"),
	    .run = is_set(rules, "run"),
	    .add_urls = is_set(rules, "add_urls"),
	    .onbuild = is_set(rules, "onbuild"),
	    .user = is_set(rules, "user"),
	};

	return dockerfile_judge(&file_rules, bytes, len, why);
}

static bool
content(const json_t *rules, json_t *state, const char *name, const char *bytes,
    size_t len, struct errmsg *why)
{
	struct lists lists;
	bool good;

	(void)state;
	(void)name;
	good = make_lists(&lists, rules) ? judge(rules, &lists, bytes, len, why)
					 : errmsg_nomem(why);
	free_lists(&lists);
	return good;
}

static bool
end(const json_t *rules, const json_t *state, struct errmsg *why)
{
	return json_object_size(state) > 0 ||
	    errmsg_set(why, "there is no Dockerfile \"%.200s\" in the context",
		wanted(rules));
}

const struct tar_kind tar_kind_context = {
    .name = "context",
    .compressed = true,
    .begin = begin,
    .entry = entry,
    .content = content,
    .end = end,
};
