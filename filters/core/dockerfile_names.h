/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_names -- the names in LABEL, ENV and ARG, of which some are
 * reserved.
 *
 * Builders take quotes and escapes off and put values in for variables, so what
 * is looked at are words without the former, up to their "="; a word within a
 * value that looks like a name counts as one, and a variable in a name is any.
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

/* Is none of the names that text sets reserved? */
MUST_CHECK bool dockerfile_names_allowed(const struct dockerfile_naming *naming,
    const struct pattern_set *reserved, const char *text, struct errmsg *why);

#endif
