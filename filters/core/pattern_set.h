/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern_set -- a list of fnmatch(3) patterns that may be long: 10,000 images
 * or names cost a call no more than ten.
 *
 * A pattern can only match a text that begins as it does, up to its first
 * wildcard; one that begins with a wildcard, a text that ends as it does.  So
 * what is looked at are the patterns of which that is true, found in an index
 * that is made once, together with the tier.  Only lists of patterns that all
 * begin and end alike, or with "[", are gone through one by one.
 *
 * Patterns of images are texts with a meaning of their own (core/image_rules.h)
 * and obey the same, for the image's name without its tag and digest.
 */
#ifndef PATTERN_SET_H
#define PATTERN_SET_H

#include <stdbool.h>

#include "json.h"

struct pattern_set;

/* Of an array of strings, which is kept.  NULL if out of memory. */
struct pattern_set *pattern_set_new(const json_t *patterns);
void pattern_set_free(struct pattern_set *set);

/* The array.  Of NULL it is NULL, and nothing matches that. */
const json_t *pattern_set_list(const struct pattern_set *set);

/* Does any of the patterns match? */
bool pattern_set_match(const struct pattern_set *set, const char *text);

/* The same, whatever the case of ASCII letters. */
bool pattern_set_match_caseless(
    const struct pattern_set *set, const char *text);

/* Is text one of the patterns, to the letter? */
bool pattern_set_has(const struct pattern_set *set, const char *text);

/* Does matches say so of any of the patterns that text may match? */
typedef bool pattern_set_fn(const char *pattern, const void *arg);
bool pattern_set_any(const struct pattern_set *set, const char *text,
    pattern_set_fn *matches, const void *arg);

#endif
