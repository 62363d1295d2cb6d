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

#include <jansson.h>

#include "errmsg.h"

/* The names that all changes (an array of strings, or NULL) with this keyword
 * set: a new array, or NULL with the reason; *bad_input tells the caller's
 * fault from want of memory. */
MUST_CHECK json_t *change_names(const json_t *changes, const char *keyword,
    bool *bad_input, struct errmsg *err);

#endif
