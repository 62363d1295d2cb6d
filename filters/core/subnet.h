/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subnet -- ranges of addresses as IPAM has them: "10.200.0.0/16", "fd00::/8".
 *
 * One spelling only: no leading zeroes (decimal or octal, as the version of Go
 * has it), no IPv4 inside IPv6 (which Go takes for IPv4), no zones.
 */
#ifndef SUBNET_H
#define SUBNET_H

#include <stdbool.h>

#include "errmsg.h"
#include "json.h"

struct subnet {
	unsigned char bytes[16];
	unsigned len; /* 4 or 16 bytes */
	unsigned bits;
};

/* Read "address/bits". */
MUST_CHECK bool subnet_parse(const char *text, struct subnet *subnet);

/* Read a single address, as the range that holds nothing else. */
MUST_CHECK bool subnet_parse_address(const char *text, struct subnet *subnet);

/* Is all of inner in outer? */
bool subnet_within(const struct subnet *inner, const struct subnet *outer);

/* For settings: is value a range? */
bool subnet_valid(const char *value, struct errmsg *err);

/* Is all of subnet in one of ranges (an array of such texts)? */
bool subnet_allowed(const json_t *ranges, const struct subnet *subnet);

#endif
