/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is the same in several bodies.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(device,
    MEMBER("PathOnHost", shape_string),
    MEMBER("PathInContainer", shape_string),
    MEMBER("CgroupPermissions", shape_string));

PUBLIC_LIST_OF(devices, device);

STRUCT(device_request,
    MEMBER("Driver", shape_string),
    MEMBER("Count", shape_int),
    MEMBER("DeviceIDs", shape_strings),
    MEMBER("Capabilities", shape_string_lists),
    MEMBER("Options", shape_string_map));

PUBLIC_LIST_OF(device_requests, device_request);

STRUCT(blkio_weight_device,
    MEMBER("Path", shape_string),
    MEMBER("Weight", shape_uint16));

PUBLIC_LIST_OF(blkio_weight_devices, blkio_weight_device);

STRUCT(blkio_device_rate,
    MEMBER("Path", shape_string),
    MEMBER("Rate", shape_unsigned));

PUBLIC_LIST_OF(blkio_device_rates, blkio_device_rate);

PUBLIC_STRUCT(restart_policy,
    MEMBER("Name", shape_string),
    MEMBER("MaximumRetryCount", shape_int));

STRUCT(bind_options,
    MEMBER("Propagation", shape_string),
    MEMBER("NonRecursive", shape_bool),
    MEMBER("CreateMountpoint", shape_bool),
    MEMBER("ReadOnlyNonRecursive", shape_bool),
    MEMBER("ReadOnlyForceRecursive", shape_bool));

PUBLIC_STRUCT(driver,
    MEMBER("Name", shape_string),
    MEMBER("Options", shape_string_map));

STRUCT(volume_options,
    MEMBER("NoCopy", shape_bool),
    MEMBER("Labels", shape_string_map),
    MEMBER("DriverConfig", shape_driver),
    MEMBER("Subpath", shape_string));

STRUCT(tmpfs_options,
    MEMBER("SizeBytes", shape_int),
    MEMBER("Mode", shape_uint32),
    MEMBER("Options", shape_string_lists));

STRUCT(image_options,
    MEMBER("Subpath", shape_string));

STRUCT(mount,
    MEMBER("Type", shape_string),
    MEMBER("Source", shape_string),
    MEMBER("Target", shape_string),
    MEMBER("ReadOnly", shape_bool),
    MEMBER("BindOptions", bind_options),
    MEMBER("VolumeOptions", volume_options),
    MEMBER("TmpfsOptions", tmpfs_options),
    MEMBER("Consistency", shape_string),
    MEMBER("ClusterOptions", shape_empty),
    MEMBER("ImageOptions", image_options));

PUBLIC_LIST_OF(mounts, mount);

PUBLIC_STRUCT(healthcheck,
    MEMBER("Test", shape_strings),
    MEMBER("Interval", shape_int),
    MEMBER("Timeout", shape_int),
    MEMBER("Retries", shape_int),
    MEMBER("StartPeriod", shape_int),
    MEMBER("StartInterval", shape_int));

STRUCT(ipam_config,
    MEMBER("IPv4Address", shape_string),
    MEMBER("IPv6Address", shape_string),
    MEMBER("LinkLocalIPs", shape_strings));

PUBLIC_STRUCT(endpoint,
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
