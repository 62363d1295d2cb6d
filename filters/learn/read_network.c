/* SPDX-License-Identifier: Apache-2.0 */
/* What containers join and publish. */
#include <stdio.h>
#include <string.h>

#include "core/owner.h"
#include "core/text.h"
#include "learn/read.h"

#define BINDINGS "HostConfig.PortBindings"

void
read_is_host(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	if (strcmp(text_of(lesson_value(lesson, req)), "host") == 0)
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_joins(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *mode = text_of(lesson_value(lesson, req));

	if (strncmp(mode, "container:", 10) == 0)
		learning_add_text(
		    learning, lesson, owner_name(req, "container", mode + 10));
}

/* "web:alias" and "web:ro" are container web. */
void
read_containers(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	{
		char name[OWNER_REF_LEN];

		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(text_of(item), ":"), text_of(item));
		learning_add_text(
		    learning, lesson, owner_name(req, "container", name));
	}
}

void
read_static_address(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *name;
	json_t *endpoint;

	json_object_foreach(
	    request_body_get(req, "NetworkingConfig.EndpointsConfig"), name,
	    endpoint)
	{
		if (json_object_size(json_object_get(endpoint, "IPAMConfig")) >
		    0)
			learning_add(learning, lesson, json_true(), NULL);
	}
}

/* Lines for /etc/hosts that name the host. */
void
read_host_gateway(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	{
		if (strstr(text_of(item), "host-gateway") != NULL)
			learning_add(learning, lesson, json_true(), NULL);
	}
}

void
read_extra_hosts(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	{
		if (strstr(text_of(item), "host-gateway") == NULL)
			learning_add_text(learning, lesson, text_of(item));
	}
}

/* The host's is another lesson, another container's is never allowed. */
void
read_build_network(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *mode = text_at(req->query, "networkmode");

	if (*mode != '\0' && strcmp(mode, "host") != 0 &&
	    strncmp(mode, "container:", 10) != 0)
		learning_add_text(
		    learning, lesson, owner_name(req, "network", mode));
}

void
read_subnets(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(request_body_get(req, "IPAM.Config"), i, item)
	{
		const char *subnet = text_at(item, "Subnet");

		if (*subnet != '\0')
			learning_add_text(learning, lesson, subnet);
	}
}

/* --- ports ---------------------------------------------------------------- */

typedef void binding_fn(struct learning *learning, const struct lesson *lesson,
    const json_t *binding);

static void
each_binding(struct learning *learning, const struct lesson *lesson,
    const struct request *req, binding_fn *fn)
{
	const char *port;
	json_t *list, *binding;
	size_t i;

	json_object_foreach(request_body_get(req, BINDINGS), port, list)
	{
		json_array_foreach(list, i, binding)
		    fn(learning, lesson, binding);
	}
}

/* Without a port, or with 0, the daemon chooses. */
static void
add_port(struct learning *learning, const struct lesson *lesson,
    const json_t *binding)
{
	const char *port = text_at(binding, "HostPort");

	if (*port != '\0' && strcmp(port, "0") != 0)
		learning_add_text(learning, lesson, port);
}

void
read_host_ports(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_binding(learning, lesson, req, add_port);
}

static void
add_address(struct learning *learning, const struct lesson *lesson,
    const json_t *binding)
{
	const char *address = text_at(binding, "HostIp");
	bool all = strcmp(address, "0.0.0.0") == 0 ||
	    strcmp(address, "::") == 0;

	learning_add(learning, lesson, json_string(all ? "" : address), NULL);
}

void
read_host_ip(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_binding(learning, lesson, req, add_address);
}
