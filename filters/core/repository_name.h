/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repository_name -- may a caller give an image this name, or take it away?
 * For every call that makes a name: tag, commit, import, build, load.
 *
 * The daemon takes a repository and a tag in two parameters, and puts the
 * second in place of a tag in the first (moby, api/server/httputils
 * RepoTagReference); only one of them may say it here.  Without any the name is
 * :latest.  A digest names nothing that can be made.
 *
 * Whatever the patterns, a name may not look like an id: the daemon looks names
 * up before ids, so that "f5f5b5bbec7a:latest" stands in front of the image
 * whose id begins so, and "sha256:..." in front of any.
 */
#ifndef REPOSITORY_NAME_H
#define REPOSITORY_NAME_H

#include <stdbool.h>

#include "core/image_ref.h"
#include "core/pattern_set.h"

/* The name that repo and tag (NULL or "": none) make.  False with the reason
 * where they make none, or one that looks like an id. */
MUST_CHECK bool repository_name_read(const char *repo, const char *tag,
    struct image_ref *ref, struct errmsg *err);

/* Is it on the list?  patterns: see image_pattern_valid(). */
MUST_CHECK bool repository_name_allowed(const struct pattern_set *patterns,
    const struct image_ref *ref, struct errmsg *err);

/* Both. */
MUST_CHECK bool repository_may_be_made(const struct pattern_set *patterns,
    const char *repo, const char *tag, struct errmsg *err);

#endif
