/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_names -- the names in LABEL, ENV and ARG, of which some are
 * reserved.
 *
 * Text is cut into words as builders do it; what is looked at is each one up to
 * its "=", without quotes and escapes, which builders take off.  For a variable
 * in a name they put in its value, which may be any.
 */
#ifndef DOCKERFILE_NAMES_H
#define DOCKERFILE_NAMES_H

#include "core/pattern_set.h"
#include "errmsg.h"

struct dockerfile_naming {
	const char *word; /* the instruction */
	const char *what; /* it names, for the caller to read */
	bool bare; /* a name may stand without "=", as often as it likes */
};

/* Is none of the names that text sets reserved?  escape is the file's. */
MUST_CHECK bool dockerfile_names_allowed(const struct dockerfile_naming *naming,
    const struct pattern_set *reserved, char escape, const char *text,
    struct errmsg *why);

#endif
