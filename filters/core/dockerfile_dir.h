/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_dir -- where WORKDIR leads, by the text alone.
 *
 * "/proc/self/fd/8" as a working directory was a way out to the host
 * (CVE-2024-21626).  Quotes and escapes are taken off, as builders do, and a
 * variable counts for nothing: what it, a link or the image itself makes of the
 * directory is not seen.
 */
#ifndef DOCKERFILE_DIR_H
#define DOCKERFILE_DIR_H

#include "core/mount_path.h"

#define DOCKERFILE_DIR_LEN MOUNT_PATH_LEN

/* dir, which is absolute and clean ("/" where nobody knows), after a WORKDIR
 * with this text.  False if it is not allowed. */
MUST_CHECK bool dockerfile_dir_change(
    char dir[DOCKERFILE_DIR_LEN], const char *text, struct errmsg *why);

#endif
