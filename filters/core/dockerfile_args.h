/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_args -- ARG before the first FROM, and what FROM makes of it.  What
 * cannot be told for certain has no value, and may not be used.
 */
#ifndef DOCKERFILE_ARGS_H
#define DOCKERFILE_ARGS_H

#include <stddef.h>

#include "errmsg.h"
#include "json.h"

/* Put what text ("NAME", "NAME=value", several of them) declares into args: a
 * string, null (no default) or false (one that cannot be told).  given: build arguments of the call, or NULL. */
MUST_CHECK bool dockerfile_args_take(
    json_t *args, const json_t *given, const char *text, struct errmsg *why);

/* word with its variables replaced, into out. */
MUST_CHECK bool dockerfile_args_expand(const json_t *args, const json_t *given,
    const char *word, char *out, size_t size, struct errmsg *why);

#endif
