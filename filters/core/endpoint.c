/* SPDX-License-Identifier: Apache-2.0 */
#include "core/endpoint.h"

#include <string.h>

#include "core/owner.h"
#include "core/patterns.h"
#include "core/reference.h"

/* May a container take this name in a network beside its own?  A pattern
 * without a dot means no name with one, which may be that of a host. */
static bool
alias_allowed(const json_t *patterns, const char *alias)
{
	size_t i;
	json_t *pattern;
	json_auto_t *dotted = json_array();

	if (!reference_valid(alias))
		return false;
	if (strchr(alias, '.') == NULL)
		return patterns_match(patterns, alias);
	/* An array without memory is an empty one, which allows nothing. */
	json_array_foreach(patterns, i, pattern)
	{
		if (strchr(json_string_value(pattern), '.') != NULL &&
		    json_array_append(dotted, pattern) != 0)
			return false;
	}
	return patterns_match(dotted, alias);
}

bool
endpoint_link_allowed(const struct endpoint_rules *rules, const char *link)
{
	const char *colon = strchr(link, ':');
	size_t len = strcspn(link, ":");
	char name[256];

	/* The daemon takes "/name" too. */
	if (*link == '/') {
		link++;
		len--;
	}
	if (len >= sizeof(name) ||
	    (colon != NULL && !reference_valid(colon + 1)))
		return false;
	memcpy(name, link, len);
	name[len] = '\0';
	return reference_container_allowed(
	    rules->links, owner_name(rules->req, "container", name));
}

bool
endpoint_acceptable(const struct endpoint_rules *rules, const json_t *endpoint,
    struct errmsg *err)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(endpoint, "Links"), i, item)
	{
		if (!endpoint_link_allowed(rules, json_string_value(item)))
			return errmsg_set(err,
			    "linking to \"%s\" is not allowed",
			    json_string_value(item));
	}
	json_array_foreach(json_object_get(endpoint, "Aliases"), i, item)
	{
		if (!alias_allowed(rules->aliases, json_string_value(item)))
			return errmsg_set(err,
			    "the alias \"%s\" is not allowed",
			    json_string_value(item));
	}
	return true;
}

static bool
is_empty(const json_t *value)
{
	return value == NULL ||
	    (json_is_string(value) && *json_string_value(value) == '\0') ||
	    (json_is_integer(value) && json_integer_value(value) == 0) ||
	    (json_is_array(value) && json_array_size(value) == 0) ||
	    (json_is_object(value) && json_object_size(value) == 0);
}

/* What the daemon itself writes there; clients that copy a container send it
 * along.  NetworkID, for one, decides which network is meant. */
static bool
drop_operational(json_t *endpoint)
{
	static const char *const names[] = {"NetworkID", "EndpointID",
	    "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway",
	    "GlobalIPv6Address", "GlobalIPv6PrefixLen", "DNSNames", NULL};
	bool dropped = false;

	for (size_t i = 0; names[i] != NULL; i++) {
		if (is_empty(json_object_get(endpoint, names[i])))
			continue;
		(void)json_object_del(endpoint, names[i]);
		dropped = true;
	}
	return dropped;
}

static bool
drop_addresses(json_t *endpoint)
{
	json_t *ipam = json_object_get(endpoint, "IPAMConfig");

	if (is_empty(json_object_get(ipam, "IPv4Address")) &&
	    is_empty(json_object_get(ipam, "IPv6Address")) &&
	    is_empty(json_object_get(ipam, "LinkLocalIPs")))
		return false;
	(void)json_object_del(endpoint, "IPAMConfig");
	return true;
}

static bool
drop_options(const struct endpoint_rules *rules, json_t *endpoint)
{
	json_t *options = json_object_get(endpoint, "DriverOpts");
	bool dropped = false;
	const char *name;
	void *next;
	json_t *value;

	json_object_foreach_safe(options, next, name, value)
	{
		if (patterns_match(rules->driver_opts, name))
			continue;
		(void)json_object_del(options, name);
		dropped = true;
	}
	return dropped;
}

const char *
endpoint_clean(const struct endpoint_rules *rules, json_t *endpoint)
{
	const char *why = NULL;

	if (drop_operational(endpoint))
		why = "what the daemon fills in cannot be chosen";
	if (!rules->static_addresses && drop_addresses(endpoint))
		why = "containers may not choose their address";
	if (!rules->mac_address &&
	    !is_empty(json_object_get(endpoint, "MacAddress"))) {
		(void)json_object_del(endpoint, "MacAddress");
		why = "containers may not choose their MAC address";
	}
	if (drop_options(rules, endpoint))
		why = "this option of the network driver is not allowed";
	return why;
}
