/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_labels -- the names in LABEL, of which some are reserved.
 *
 * Builders take quotes and escapes off and put values in for variables, so what
 * is looked at are words without the former, up to their "="; a word within a
 * value that looks like a name counts as one, and a variable in a name is any.
 */
#ifndef DOCKERFILE_LABELS_H
#define DOCKERFILE_LABELS_H

#include "core/pattern_set.h"
#include "errmsg.h"

/* Is none of the labels that text sets reserved? */
MUST_CHECK bool dockerfile_labels_allowed(
    const struct pattern_set *reserved, const char *text, struct errmsg *why);

#endif
