/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_rules -- lists of images that are allowed, for every filter that meets
 * an image (Config.Image, mounts of type image, a pull).
 */
#ifndef IMAGE_RULES_H
#define IMAGE_RULES_H

#include <stdbool.h>

#include "core/image_ref.h"
#include "core/pattern_set.h"

/* What a list of images is made of; members of a filter's settings. */
struct image_rules {
	/* Of image_pattern_valid(). */
	const struct pattern_set *allow;
	bool digest_required;
	bool ids; /* images may be named by id */
};

/*
 * Is pattern one that can match?  Components between slashes are fnmatch(3)
 * patterns, "**" is any number of components; after the last a tag
 * (":1.*") or a digest ("@sha256:...") may follow, and all are meant where
 * none does.  It starts at the registry: "docker.io/library/busybox".
 */
MUST_CHECK bool image_pattern_valid(const char *pattern, struct errmsg *err);

bool image_ref_matches(const struct image_ref *ref, const char *pattern);

/* Does any of the patterns match? */
bool image_ref_listed(
    const struct pattern_set *patterns, const struct image_ref *ref);

/* Is "**" among them: any image at all? */
bool image_patterns_any(const struct pattern_set *patterns);

/* May this image be used?  False with a reason that a caller can act on. */
MUST_CHECK bool image_ref_allowed(const struct image_rules *rules,
    const struct image_ref *ref, struct errmsg *err);

/* Parse a reference as container.create does (without tag or digest it is
 * :latest), and the same. */
MUST_CHECK bool image_allowed(
    const struct image_rules *rules, const char *text, struct errmsg *err);

#endif
