/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_ports -- ports that a service publishes: on every address of every
 * node, or of the nodes that its tasks are on.
 */
#ifndef SERVICE_PORTS_H
#define SERVICE_PORTS_H

#include "report.h"
#include "request.h"

struct service_ports {
	const json_t *list; /* of port_range_valid() */
	bool any; /* swarm may choose one */
	bool host; /* of single nodes */
};

enum verdict service_ports_judge(const struct service_ports *ports,
    struct request *req, struct report *report);

#endif
