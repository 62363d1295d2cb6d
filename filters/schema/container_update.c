/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of container.update: Resources and RestartPolicy.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(blkio_weight_device,
    MEMBER("Path", shape_string),
    MEMBER("Weight", shape_uint16));

LIST_OF(blkio_weight_devices, blkio_weight_device);

STRUCT(blkio_device_read_bp,
    MEMBER("Path", shape_string),
    MEMBER("Rate", shape_unsigned));

LIST_OF(blkio_device_read_bps, blkio_device_read_bp);

STRUCT(device,
    MEMBER("PathOnHost", shape_string),
    MEMBER("PathInContainer", shape_string),
    MEMBER("CgroupPermissions", shape_string));

LIST_OF(devices, device);

STRUCT(ulimit,
    MEMBER("Name", shape_string),
    MEMBER("Hard", shape_int),
    MEMBER("Soft", shape_int));

LIST_OF(ulimits, ulimit);

STRUCT(restart_policy,
    MEMBER("Name", shape_string),
    MEMBER("MaximumRetryCount", shape_int));

STRUCT(device_request,
    MEMBER("Driver", shape_string),
    MEMBER("Count", shape_int),
    MEMBER("DeviceIDs", shape_strings),
    MEMBER("Capabilities", shape_string_lists),
    MEMBER("Options", shape_string_map));

LIST_OF(device_requests, device_request);

PUBLIC_STRUCT(container_update,
    MEMBER("CpuShares", shape_int),
    MEMBER("CgroupParent", shape_string),
    MEMBER("BlkioWeight", shape_uint16),
    MEMBER("BlkioWeightDevice", blkio_weight_devices),
    MEMBER("BlkioDeviceReadBps", blkio_device_read_bps),
    MEMBER("BlkioDeviceWriteBps", blkio_device_read_bps),
    MEMBER("BlkioDeviceReadIOps", blkio_device_read_bps),
    MEMBER("BlkioDeviceWriteIOps", blkio_device_read_bps),
    MEMBER("CpuPeriod", shape_int),
    MEMBER("CpuQuota", shape_int),
    MEMBER("CpusetCpus", shape_string),
    MEMBER("CpusetMems", shape_string),
    MEMBER("Devices", devices),
    MEMBER_UNTIL("KernelMemory", shape_int, 51),
    MEMBER("Memory", shape_int),
    MEMBER("MemoryReservation", shape_int),
    MEMBER("MemorySwap", shape_int),
    MEMBER("MemorySwappiness", shape_int),
    MEMBER("OomKillDisable", shape_bool),
    MEMBER("PidsLimit", shape_int),
    MEMBER("Ulimits", ulimits),
    MEMBER_UNTIL("DiskQuota", shape_int, 39),
    MEMBER("CpuCount", shape_int),
    MEMBER("CpuPercent", shape_int),
    MEMBER("RestartPolicy", restart_policy),
    MEMBER("IOMaximumIOps", shape_int),
    MEMBER("IOMaximumBandwidth", shape_int),
    MEMBER("NanoCpus", shape_int),
    MEMBER("CpuRealtimePeriod", shape_int),
    MEMBER("CpuRealtimeRuntime", shape_int),
    MEMBER("DeviceCgroupRules", shape_strings),
    MEMBER("DeviceRequests", device_requests),
    MEMBER_UNTIL("KernelMemoryTCP", shape_int, 51));
