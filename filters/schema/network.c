/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of network.create, connect and disconnect.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(config,
    MEMBER("Subnet", shape_string),
    MEMBER("IPRange", shape_string),
    MEMBER("Gateway", shape_string),
    MEMBER("AuxiliaryAddresses", shape_string_map));

LIST_OF(configs, config);

STRUCT(ipam,
    MEMBER("Driver", shape_string),
    MEMBER("Options", shape_string_map),
    MEMBER("Config", configs));

STRUCT(config_from,
    MEMBER("Network", shape_string));

PUBLIC_STRUCT(network_create,
    MEMBER("Name", shape_string),
    MEMBER_UNTIL("CheckDuplicate", shape_bool, 51),
    MEMBER("Driver", shape_string),
    MEMBER("IPAM", ipam),
    MEMBER("Options", shape_string_map),
    MEMBER("Internal", shape_bool),
    MEMBER("EnableIPv6", shape_bool),
    MEMBER("Labels", shape_string_map),
    MEMBER("Attachable", shape_bool),
    MEMBER("Ingress", shape_bool),
    MEMBER("Scope", shape_string),
    MEMBER("ConfigOnly", shape_bool),
    MEMBER("ConfigFrom", config_from),
    MEMBER("EnableIPv4", shape_bool));

STRUCT(ipam_config,
    MEMBER("IPv4Address", shape_string),
    MEMBER("IPv6Address", shape_string),
    MEMBER("LinkLocalIPs", shape_strings));

STRUCT(endpoint_config,
    MEMBER("IPAMConfig", ipam_config),
    MEMBER("Links", shape_strings),
    MEMBER("Aliases", shape_strings),
    MEMBER("NetworkID", shape_string),
    MEMBER("EndpointID", shape_string),
    MEMBER("Gateway", shape_string),
    MEMBER("IPAddress", shape_string),
    MEMBER("IPPrefixLen", shape_int),
    MEMBER("IPv6Gateway", shape_string),
    MEMBER("GlobalIPv6Address", shape_string),
    MEMBER("GlobalIPv6PrefixLen", shape_int),
    MEMBER("MacAddress", shape_string),
    MEMBER("DriverOpts", shape_string_map),
    MEMBER("DNSNames", shape_strings),
    MEMBER("GwPriority", shape_int));

PUBLIC_STRUCT(network_connect,
    MEMBER("Container", shape_string),
    MEMBER("EndpointConfig", endpoint_config));

PUBLIC_STRUCT(network_disconnect,
    MEMBER("Container", shape_string),
    MEMBER("Force", shape_bool));
