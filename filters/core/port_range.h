/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_range -- "8080" or "8080-8090", and nothing that needs guessing.
 */
#ifndef PORT_RANGE_H
#define PORT_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"
#include "json.h"

struct port_range {
	int first, last; /* 1..65535, first <= last */
};

/* Read len bytes of text: decimal without sign, space or leading zero. */
MUST_CHECK bool port_range_parse(
    const char *text, size_t len, struct port_range *range);

/* For settings: is value a range? */
MUST_CHECK bool port_range_valid(const char *value, struct errmsg *err);

/* Is every port of range in one of ranges (an array of such texts)? */
bool port_range_within(const json_t *ranges, const struct port_range *range);

#endif
