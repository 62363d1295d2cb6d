/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint -- how a container stands in one network: the values of
 * NetworkingConfig.EndpointsConfig.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "errmsg.h"
#include "json.h"

struct endpoint_rules {
	const struct request *req; /* for the names of known ids */
	const json_t *links, *aliases, *driver_opts; /* patterns */
	bool static_addresses, mac_address;
};

/* May "name" or "name:alias" be linked to? */
bool endpoint_link_allowed(
    const struct endpoint_rules *rules, const char *link);

/* Is there anything in it that is refused rather than taken out?  False, with
 * the reason, if there is. */
MUST_CHECK bool endpoint_acceptable(const struct endpoint_rules *rules,
    const json_t *endpoint, struct errmsg *err);

/* Take out of endpoint (which is changed) what the rules do not allow.  NULL
 * if that was nothing, else why, for the last of it. */
const char *endpoint_clean(
    const struct endpoint_rules *rules, json_t *endpoint);

#endif
