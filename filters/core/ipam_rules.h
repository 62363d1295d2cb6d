/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipam_rules -- which addresses a new network takes.  A bridge's subnet becomes
 * a route of the host: one that overlaps a network elsewhere takes its place
 * for everybody (169.254.169.254/32, the resolvers, the office).
 */
#ifndef IPAM_RULES_H
#define IPAM_RULES_H

#include "errmsg.h"
#include "json.h"

struct ipam_rules {
	const json_t *subnets; /* ranges */
	const json_t *drivers; /* to the letter */
	const json_t *options; /* "key=pattern" */
};

/* Is IPAM (may be NULL) of network.create allowed?  False with the reason. */
MUST_CHECK bool ipam_allowed(
    const struct ipam_rules *rules, const json_t *ipam, struct errmsg *why);

#endif
