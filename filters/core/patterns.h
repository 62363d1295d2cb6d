/* SPDX-License-Identifier: Apache-2.0 */
/* patterns -- lists of fnmatch(3) patterns, as settings hold them. */
#ifndef PATTERNS_H
#define PATTERNS_H

#include <stdbool.h>

#include "errmsg.h"
#include "json.h"

/* Does any of the patterns (an array of strings) match? */
bool patterns_match(const json_t *patterns, const char *text);

/* The same, whatever the case of ASCII letters. */
bool patterns_match_caseless(const json_t *patterns, const char *text);

/* For settings: want "key=pattern". */
bool pattern_option_valid(const char *value, struct errmsg *err);

/* Does any of the patterns, "key=pattern", match this option of a driver, with
 * the len bytes at value for its value?  No option is longer than 1 KiB. */
bool patterns_match_option(
    const json_t *patterns, const char *key, const char *value, size_t len);

#endif
