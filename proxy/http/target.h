/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target -- the target of a request line, decoded once and taken apart:
 * version, path, query.  What would not be clean after decoding is refused
 * instead of cleaned, because the daemon cleans in its own way.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "http/head.h"

#define TARGET_PATH_MAX (8 * 1024)

struct target {
	int minor; /* of "/v1.N"; 0: none given */
	char path[TARGET_PATH_MAX]; /* decoded, without the version */
	struct span query; /* as it came; at is NULL without "?" */
};

/* False with the status to answer, always 400. */
MUST_CHECK bool target_read(
    struct span raw, struct target *target, int *status, struct errmsg *err);

/* Value of a hex digit, or -1. */
int hex_digit(char c);

#endif
