/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extra_host -- a line for /etc/hosts, as HostConfig.ExtraHosts has it.
 */
#ifndef EXTRA_HOST_H
#define EXTRA_HOST_H

#include <stdbool.h>

#include "errmsg.h"
#include "json.h"

struct extra_host {
	char text[320]; /* "name:address", whatever stood between them */
	bool is_gateway; /* the address is the host's own: "host-gateway" */
};

/* Older daemons know "name:address" alone, newer ones "name=address", too;
 * what they would take apart differently is none.  False then. */
MUST_CHECK bool extra_host_parse(const char *line, struct extra_host *host);

/* By the patterns of such texts, or, if it is the host's, if that is. */
bool extra_host_allowed(
    const struct extra_host *host, const json_t *patterns, bool gateway);

#endif
