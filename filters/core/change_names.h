/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change_names -- the names that an ENV or LABEL among the changes of a commit
 * sets ("ENV A=1 B=2", "ENV A one").
 *
 * The Dockerfile parser splits such lines at blanks that Unicode knows, takes
 * quotes and escapes off and expands variables in names, too; only what it can
 * read in one way is read here: plain names, and values that are plain or in
 * quotes, without a backslash.
 */
#ifndef CHANGE_NAMES_H
#define CHANGE_NAMES_H

#include "report.h"
#include "request.h"

/* Is a name not the caller's to set? */
typedef bool refused_name_fn(const void *conf, const char *name);

/* Judge the parameter "changes": a name that is refused, for the reason why, or
 * what cannot be read, refuses the call. */
enum verdict change_names_judge(const struct request *req,
    struct report *report, const char *keyword, refused_name_fn *is_refused,
    const void *conf, const char *why);

#endif
