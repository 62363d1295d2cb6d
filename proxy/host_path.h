/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_path -- is there a symbolic link on the way to a path of this host?
 *
 * The daemon stores the text of a bind's source and follows links when the
 * container starts, so an allowed directory with a link in it allows whatever
 * the link names (semantics.md, e).
 */
#ifndef HOST_PATH_H
#define HOST_PATH_H

/* The value of the fact "path:<path>" (include/filter.h): "plain", "symlink",
 * "absent", or "unseen" where we may not look. */
const char *host_path_look(const char *path);

#endif
