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

PUBLIC_STRUCT(network_connect,
    MEMBER("Container", shape_string),
    MEMBER("EndpointConfig", shape_endpoint));

PUBLIC_STRUCT(network_disconnect,
    MEMBER("Container", shape_string),
    MEMBER("Force", shape_bool));
