/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount_path -- paths as they must be written before anybody compares them.
 *
 * The daemon cleans a path ("/srv/../etc" is /etc to it), maps backslashes in
 * some places and not in others, and follows links later on.  We compare whole
 * components of what is clean already, and refuse everything else.
 */
#ifndef MOUNT_PATH_H
#define MOUNT_PATH_H

#include <stddef.h>

#include "errmsg.h"

#define MOUNT_PATH_LEN 4096 /* PATH_MAX: no kernel takes more */

/* Is path absolute and clean: no empty, "." or ".." component, no slash at the
 * end, no backslash, no control byte? */
bool mount_path_is_clean(const char *path);

/* The same of a path that must be relative (Subpath). */
bool mount_path_is_clean_below(const char *path);

/* Copy len bytes of text to out, of MOUNT_PATH_LEN, without one slash at its
 * end ("/srv/ci/", which people write).  False if it is then not clean. */
MUST_CHECK bool mount_path_take(char *out, const char *text, size_t len);

/* The same of ?path, which the daemon takes from the container's root whether
 * or not it begins there; "/." at its end, which the CLI sends, goes, too. */
MUST_CHECK bool mount_path_in_container(char *out, const char *text);

/* Is path root, or below it?  "/srv/database" is not below "/srv/data". */
bool mount_path_within(const char *path, const char *root);

/* May something be mounted there?  Not where the runtime itself mounts: over
 * that, masks and devices could be taken away (CVE-2019-19921,
 * CVE-2025-31133). */
bool mount_path_is_free(const char *path);

/* For settings: want an absolute, clean path. */
bool mount_path_valid(const char *value, struct errmsg *err);

#endif
