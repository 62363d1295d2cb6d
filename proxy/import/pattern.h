/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern -- a regular expression as Go's regexp package means it.
 *
 * The proxies that we import from are written in Go.  PCRE2 knows all of its
 * syntax, which POSIX's regcomp() does not ("(?:", "\d"), and means the same
 * by it; what only PCRE2 knows never worked there.
 */
#ifndef IMPORT_PATTERN_H
#define IMPORT_PATTERN_H

#include "errmsg.h"

struct pattern;

/* NULL with the reason. */
MUST_CHECK struct pattern *pattern_new(const char *text, struct errmsg *err);
void pattern_free(struct pattern *pattern);

/* Does it match anywhere in the text?  False, too, if that takes too long. */
bool pattern_matches(const struct pattern *pattern, const char *text);

#endif
