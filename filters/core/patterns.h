/* SPDX-License-Identifier: Apache-2.0 */
/* patterns -- lists of fnmatch(3) patterns, as settings hold them. */
#ifndef PATTERNS_H
#define PATTERNS_H

#include <jansson.h>
#include <stdbool.h>

/* Does any of the patterns (an array of strings) match? */
bool patterns_match(const json_t *patterns, const char *text);

/* The members of object whose names match any of the patterns: new, or NULL
 * when out of memory. */
json_t *patterns_pick(const json_t *patterns, json_t *object);

#endif
