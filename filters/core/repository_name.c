/* SPDX-License-Identifier: Apache-2.0 */
#include "core/repository_name.h"

#include <stdio.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/reference.h"

#define ID_LEN 64

/* Could the familiar form of the name ("f5f5" of "docker.io/library/f5f5") be
 * taken for an id?  A part of one cannot if a tag follows, other than the one
 * that goes without saying. */
static bool
looks_like_id(const struct image_ref *ref)
{
	static const char library[] = "docker.io/library/";
	const char *bare = ref->name + strlen(library);

	if (strncmp(ref->name, library, strlen(library)) != 0)
		return false;
	if (strcmp(bare, "sha256") == 0)
		return true;
	return reference_may_be_id(bare) &&
	    (ref->tag[0] == '\0' || strcmp(ref->tag, "latest") == 0 ||
		strlen(bare) >= ID_LEN);
}

bool
repository_name_read(const char *repo, const char *tag, struct image_ref *ref,
    struct errmsg *err)
{
	char text[512];
	int n;

	if (repo == NULL || *repo == '\0')
		return errmsg_set(err, "no repository is named");
	if (!image_ref_parse(repo, ref, err))
		return false;
	if (tag != NULL && *tag != '\0') {
		if (ref->tag[0] != '\0')
			return errmsg_set(
			    err, "\"%.100s\" has a tag already", repo);
		n = snprintf(text, sizeof(text), "%s:%s", repo, tag);
		if (n < 0 || (size_t)n >= sizeof(text))
			return errmsg_set(err, "the name is too long");
		if (!image_ref_parse(text, ref, err))
			return false;
	}
	if (ref->digest[0] != '\0')
		return errmsg_set(err,
		    "\"%.100s\": an image gets a name and a tag, not a digest",
		    repo);
	if (ref->kind != IMAGE_NAME || looks_like_id(ref))
		return errmsg_set(err,
		    "\"%.100s\" could be taken for the id of an image; use a "
		    "name that is not of hex digits alone",
		    repo);
	if (ref->tag[0] == '\0')
		(void)snprintf(ref->tag, sizeof(ref->tag), "latest");
	return true;
}

bool
repository_name_allowed(const struct pattern_set *patterns,
    const struct image_ref *ref, struct errmsg *err)
{
	struct image_rules rules = {.allow = patterns};

	return image_ref_allowed(&rules, ref, err);
}

bool
repository_may_be_made(const struct pattern_set *patterns, const char *repo,
    const char *tag, struct errmsg *err)
{
	struct image_ref ref;

	return repository_name_read(repo, tag, &ref, err) &&
	    repository_name_allowed(patterns, &ref, err);
}
