/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_image -- images that are loaded: the names that they get are in
 * manifest.json (docker save), repositories (before 1.10) and index.json (OCI).
 * Each is judged whole wherever it stands; the engine takes one or another of
 * them, by its version and store.  What else is in the archive are layers and
 * configurations, named by their content.
 *
 * "make" of the rules is a list of names that may be given (absent: any),
 * "trusted" the names that may not because they say what is in an image: those
 * on its list "allow", but for those on its list "made".  "untagged": images
 * without a name may be loaded.
 */
#include <string.h>

#include "core/fold.h"
#include "core/image_rules.h"
#include "core/mount_path.h"
#include "core/pattern_set.h"
#include "core/repository_name.h"
#include "core/tar_json.h"
#include "core/tar_kind.h"

struct names {
	struct pattern_set *make; /* NULL: any */
	struct pattern_set *trusted_allow, *trusted_made;
	bool untagged;
};

static bool
make_names(struct names *names, const json_t *rules)
{
	const json_t *make = json_object_get(rules, "make");
	const json_t *trusted = json_object_get(rules, "trusted");

	*names = (struct names){
	    .make = make == NULL ? NULL : pattern_set_new(make),
	    .trusted_allow = pattern_set_new(json_object_get(trusted, "allow")),
	    .trusted_made = pattern_set_new(json_object_get(trusted, "made")),
	    .untagged = json_is_true(json_object_get(rules, "untagged")),
	};
	return (make == NULL || names->make != NULL) &&
	    names->trusted_allow != NULL && names->trusted_made != NULL;
}

static void
free_names(struct names *names)
{
	pattern_set_free(names->make);
	pattern_set_free(names->trusted_allow);
	pattern_set_free(names->trusted_made);
}

/* --- names ---------------------------------------------------------------- */

static bool
judge_name(const struct names *names, const char *repo, const char *tag,
    struct errmsg *why)
{
	struct image_ref ref;

	if (!repository_name_read(repo, tag, &ref, why) ||
	    (names->make != NULL &&
		!repository_name_allowed(names->make, &ref, why)))
		return false;
	if (!image_ref_listed(names->trusted_allow, &ref) ||
	    image_ref_listed(names->trusted_made, &ref))
		return true;
	return errmsg_set(why,
	    "the image \"%s\" is trusted by its name, which may not be given "
	    "to another",
	    ref.name);
}

static bool
judge_untagged(const struct names *names, struct errmsg *why)
{
	return names->untagged ||
	    errmsg_set(why, "an image without a name is not allowed");
}

/* The engine takes members whatever their case; we read them in one. */
static bool
spelt_exactly(json_t *object, const char *const *members, struct errmsg *why)
{
	const char *name;
	json_t *value;
	bool good = true;

	json_object_foreach(object, name, value)
	{
		for (size_t i = 0; good && members[i] != NULL; i++) {
			if (fold_equal(name, members[i]) &&
			    strcmp(name, members[i]) != 0)
				good = errmsg_set(
				    why, "\"%s\" is misspelt", members[i]);
		}
	}
	return good;
}

/* --- manifest.json: [{"Config", "RepoTags", "Layers"}] ---------------------- */

/* The name of a file that is in the archive: the engine opens it. */
static bool
is_inside(const json_t *name)
{
	return json_is_string(name) &&
	    mount_path_is_clean_below(json_string_value(name));
}

static bool
judge_files(const json_t *item, struct errmsg *why)
{
	const json_t *config = json_object_get(item, "Config");
	const json_t *layers = json_object_get(item, "Layers");
	size_t i;
	json_t *layer;

	if (config != NULL && !is_inside(config))
		return errmsg_set(why, "Config: want a file of the archive");
	if (layers != NULL && !json_is_null(layers) && !json_is_array(layers))
		return errmsg_set(why, "Layers: want a list");
	json_array_foreach(layers, i, layer)
	{
		if (!is_inside(layer))
			return errmsg_set(
			    why, "Layers: want files of the archive");
	}
	return true;
}

static bool
judge_manifest_item(const struct names *names, json_t *item, struct errmsg *why)
{
	static const char *const members[] = {
	    "Config", "RepoTags", "Layers", "Parent", "LayerSources", NULL};
	const json_t *tags = json_object_get(item, "RepoTags");
	size_t i;
	json_t *tag;

	if (!json_is_object(item) || !spelt_exactly(item, members, why))
		return json_is_object(item) ? false
					    : errmsg_set(why, "want objects");
	if (!judge_files(item, why))
		return false;
	if (tags == NULL || json_is_null(tags) || json_array_size(tags) == 0) {
		if (tags == NULL || json_is_null(tags) || json_is_array(tags))
			return judge_untagged(names, why);
		return errmsg_set(why, "RepoTags: want a list");
	}
	json_array_foreach(tags, i, tag)
	{
		if (!json_is_string(tag))
			return errmsg_set(why, "RepoTags: want strings");
		if (!judge_name(names, json_string_value(tag), NULL, why))
			return false;
	}
	return true;
}

static bool
judge_manifest(const struct names *names, json_t *json, struct errmsg *why)
{
	size_t i;
	json_t *item;

	if (!json_is_array(json))
		return errmsg_set(why, "want a list");
	json_array_foreach(json, i, item)
	{
		if (!judge_manifest_item(names, item, why))
			return false;
	}
	return true;
}

/* --- repositories: {"name": {"tag": "id"}} ---------------------------------- */

static bool
judge_repositories(const struct names *names, json_t *json, struct errmsg *why)
{
	const char *repo, *tag;
	json_t *tags, *id;

	if (!json_is_object(json))
		return errmsg_set(why, "want an object");
	json_object_foreach(json, repo, tags)
	{
		if (!json_is_object(tags))
			return errmsg_set(why, "want tags with ids");
		json_object_foreach(tags, tag, id)
		{
			if (!judge_name(names, repo, tag, why))
				return false;
			if (!is_inside(id))
				return errmsg_set(why, "want ids of images");
		}
	}
	return true;
}

/* --- index.json: {"manifests": [{"annotations": {...}}]} -------------------- */

static const char *
annotation(const json_t *descriptor, const char *name)
{
	return json_string_value(
	    json_object_get(json_object_get(descriptor, "annotations"), name));
}

static bool
judge_descriptor(
    const struct names *names, json_t *descriptor, struct errmsg *why)
{
	static const char *const members[] = {"annotations", NULL};
	const char *name;

	if (!json_is_object(descriptor))
		return errmsg_set(why, "want objects");
	if (!spelt_exactly(descriptor, members, why))
		return false;
	name = annotation(descriptor, "io.containerd.image.name");
	if (name == NULL || *name == '\0')
		name = annotation(
		    descriptor, "org.opencontainers.image.ref.name");
	return name == NULL || *name == '\0'
	    ? judge_untagged(names, why)
	    : judge_name(names, name, NULL, why);
}

static bool
judge_index(const struct names *names, json_t *json, struct errmsg *why)
{
	static const char *const members[] = {"manifests", NULL};
	const json_t *manifests = json_object_get(json, "manifests");
	size_t i;
	json_t *descriptor;

	if (!json_is_object(json))
		return errmsg_set(why, "want an object");
	if (!spelt_exactly(json, members, why))
		return false;
	if (manifests != NULL && !json_is_array(manifests))
		return errmsg_set(why, "manifests: want a list");
	json_array_foreach(manifests, i, descriptor)
	{
		if (!judge_descriptor(names, descriptor, why))
			return false;
	}
	return true;
}

/* --- the archive ---------------------------------------------------------- */

static const struct {
	const char *name;
	bool (*judge)(const struct names *, json_t *, struct errmsg *);
} files[] = {
    {"manifest.json", judge_manifest},
    {"repositories", judge_repositories},
    {"index.json", judge_index},
};

#define NFILES (sizeof(files) / sizeof(*files))

static bool
begin(const json_t *rules, json_t *state, struct errmsg *err)
{
	const json_t *make = json_object_get(rules, "make");
	const json_t *trusted = json_object_get(rules, "trusted");

	(void)state;
	return ((make == NULL || json_is_array(make)) &&
		   (trusted == NULL ||
		       (json_is_array(json_object_get(trusted, "allow")) &&
			   json_is_array(json_object_get(trusted, "made"))))) ||
	    errmsg_set(err, "the rules cannot be read");
}

static bool
entry(const json_t *rules, json_t *state, const struct tar_entry *entry,
    bool *hold, struct errmsg *why)
{
	size_t i = 0;

	(void)rules;
	*hold = false;
	while (i < NFILES && strcmp(files[i].name, entry->name) != 0)
		i++;
	if (i == NFILES)
		return true;
	if (entry->type != TAR_FILE)
		return errmsg_set(why, "it must be a file");
	if (json_object_get(state, entry->name) != NULL)
		return errmsg_set(why, "it is there twice");
	*hold = true;
	return json_object_set_new(state, entry->name, json_true()) == 0 ||
	    errmsg_nomem(why);
}

static bool
judge(const struct names *names, const char *name, json_t *json,
    struct errmsg *why)
{
	for (size_t i = 0; i < NFILES; i++) {
		if (strcmp(files[i].name, name) == 0)
			return files[i].judge(names, json, why);
	}
	return errmsg_set(why, "nobody judges its content");
}

static bool
content(const json_t *rules, json_t *state, const char *name, const char *bytes,
    size_t len, struct errmsg *why)
{
	json_auto_t *json = tar_json_read(bytes, len, why);
	struct names names;
	bool good;

	(void)state;
	if (json == NULL)
		return false;
	good = make_names(&names, rules) ? judge(&names, name, json, why)
					 : errmsg_nomem(why);
	free_names(&names);
	return good;
}

static bool
end(const json_t *rules, const json_t *state, struct errmsg *why)
{
	(void)rules;
	return json_object_size(state) > 0 ||
	    errmsg_set(why,
		"there is no manifest.json in it, nor another list of its "
		"images");
}

const struct tar_kind tar_kind_image = {
    .name = "image",
    .compressed = true,
    .begin = begin,
    .entry = entry,
    .content = content,
    .end = end,
};
