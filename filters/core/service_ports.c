/* SPDX-License-Identifier: Apache-2.0 */
#include "core/service_ports.h"

#include <stdio.h>
#include <string.h>

#include "core/port_range.h"
#include "core/text.h"

static bool
port_allowed(
    const struct service_ports *ports, const json_t *port, struct errmsg *why)
{
	long long number = json_integer_value(
	    json_object_get(port, "PublishedPort"));
	const char *mode = text_at(port, "PublishMode");
	struct port_range range = {(int)number, (int)number};

	if (strcmp(mode, "host") == 0 && !ports->host)
		return errmsg_set(why, "ports of single nodes are not allowed");
	if (*mode != '\0' && strcmp(mode, "host") != 0 &&
	    strcmp(mode, "ingress") != 0)
		return errmsg_set(why, "want \"ingress\" or \"host\"");
	if (number == 0)
		return ports->any ||
		    errmsg_set(why, "ask for a port by number");
	return (number <= 65535 && port_range_within(ports->list, &range)) ||
	    errmsg_set(why, "port %lld may not be published", number);
}

enum verdict
service_ports_judge(const struct service_ports *ports, struct request *req,
    struct report *report)
{
	char field[64];
	struct errmsg why;
	size_t i;
	json_t *port;

	json_array_foreach(request_body_get(req, "EndpointSpec.Ports"), i, port)
	{
		(void)snprintf(
		    field, sizeof(field), "EndpointSpec.Ports[%zu]", i);
		if (!port_allowed(ports, port, &why))
			return report_deny(report, field, "%s", why.text);
	}
	return VERDICT_PASS;
}
