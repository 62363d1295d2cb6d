/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ipam_rules.h"

#include <string.h>

#include "core/patterns.h"
#include "core/reference.h"
#include "core/subnet.h"
#include "core/text.h"

/* Gateway and AuxiliaryAddresses, which the host's bridge and its containers
 * get. */
static bool
address_in(const struct subnet *subnet, const char *address, struct errmsg *why)
{
	struct subnet single;

	if (subnet_parse_address(address, &single) &&
	    subnet_within(&single, subnet))
		return true;
	return errmsg_set(
	    why, "\"%.100s\" is not an address in the subnet", address);
}

static bool
others_in(const struct subnet *subnet, const json_t *config, struct errmsg *why)
{
	const char *range = text_at(config, "IPRange");
	const char *gateway = text_at(config, "Gateway"), *name;
	struct subnet inner;
	json_t *value;

	if (*range != '\0' &&
	    (!subnet_parse(range, &inner) || !subnet_within(&inner, subnet)))
		return errmsg_set(
		    why, "\"%.100s\" is not a range in the subnet", range);
	if (*gateway != '\0' && !address_in(subnet, gateway, why))
		return false;
	json_object_foreach(
	    json_object_get(config, "AuxiliaryAddresses"), name, value)
	{
		if (!address_in(subnet, json_string_value(value), why))
			return false;
	}
	return true;
}

/* An item without anything in it leaves all to the daemon. */
static bool
is_empty(const json_t *config)
{
	return *text_at(config, "Subnet") == '\0' &&
	    *text_at(config, "IPRange") == '\0' &&
	    *text_at(config, "Gateway") == '\0' &&
	    json_object_size(json_object_get(config, "AuxiliaryAddresses")) ==
	    0;
}

static bool
config_allowed(
    const struct ipam_rules *rules, const json_t *config, struct errmsg *why)
{
	const char *range = text_at(config, "Subnet");
	struct subnet subnet;

	if (is_empty(config))
		return true;
	if (!subnet_parse(range, &subnet))
		return errmsg_set(why,
		    "\"%.100s\" is not a subnet, and addresses without one "
		    "are the daemon's to choose",
		    range);
	if (!subnet_allowed(rules->subnets, &subnet))
		return errmsg_set(why,
		    "the subnet \"%.100s\" is not allowed; leave the choice to "
		    "the daemon",
		    range);
	return others_in(&subnet, config, why);
}

bool
ipam_allowed(
    const struct ipam_rules *rules, const json_t *ipam, struct errmsg *why)
{
	const char *driver = text_at(ipam, "Driver"), *name;
	size_t i;
	json_t *item;

	if (*driver != '\0' &&
	    !reference_listed_exactly(rules->drivers, driver))
		return errmsg_set(
		    why, "the IPAM driver \"%.100s\" is not allowed", driver);
	json_object_foreach(json_object_get(ipam, "Options"), name, item)
	{
		if (!patterns_match_option(rules->options, name,
			json_string_value(item), json_string_length(item)))
			return errmsg_set(why,
			    "the IPAM driver's option \"%.100s\" is not "
			    "allowed, or not with this value",
			    name);
	}
	json_array_foreach(json_object_get(ipam, "Config"), i, item)
	{
		if (!config_allowed(rules, item, why))
			return false;
	}
	return true;
}
