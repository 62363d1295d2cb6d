/* SPDX-License-Identifier: Apache-2.0 */
/*
 * includes -- lists that stand in files of their own.  Wherever a list of
 * strings is wanted, {file: lists/images.txt} may stand, as the list or as one
 * item of it; the lines of that file take its place, and what is wrong with one
 * of them is told with that file's line.
 *
 * One entry a line; blank lines do not count, and a # at the beginning of a
 * line or behind a blank begins a comment.  The path is relative to the
 * configuration's.
 */
#ifndef CONFIG_INCLUDES_H
#define CONFIG_INCLUDES_H

#include "config/problems.h"

/* Change the tree of yaml, which was read from the file at path. */
void includes_expand(
    struct yaml *yaml, const char *path, struct problems *problems);

#endif
