/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_name -- may a container join the network of this name, and if not,
 * which one instead?
 */
#ifndef NETWORK_NAME_H
#define NETWORK_NAME_H

#include "core/pattern_set.h"
#include "errmsg.h"
#include "json.h"

struct network_rules {
	const struct pattern_set *networks;
	const json_t *containers; /* patterns */
	const char *fallback; /* "": refuse */
	bool host;
};

enum network_answer {
	NETWORK_REFUSED = 0,
	NETWORK_REPLACED, /* by the fallback: the caller asked for another */
	NETWORK_DEFAULTED, /* by the fallback: the caller left it to us */
	NETWORK_ALLOWED,
};

/* Is it a name that no wildcard means: one that may be an id, which is any
 * network's, or one of a network that the daemon makes for itself? */
bool network_name_exact_only(const char *name);

/* For a filter's check: does none of the patterns say "host", which is for
 * rules.host to say? */
bool network_patterns_valid(
    const struct pattern_set *networks, struct errmsg *err);

/* Judge a value of HostConfig.NetworkMode or a key of EndpointsConfig; why
 * says why it is not allowed. */
enum network_answer network_name_judge(
    const struct network_rules *rules, const char *name, struct errmsg *why);

#endif
