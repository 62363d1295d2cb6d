/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of container.update: Resources and RestartPolicy.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

PUBLIC_STRUCT(container_update,
    MEMBER("CpuShares", shape_int),
    MEMBER("CgroupParent", shape_string),
    MEMBER("BlkioWeight", shape_uint16),
    MEMBER("BlkioWeightDevice", shape_blkio_weight_devices),
    MEMBER("BlkioDeviceReadBps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceWriteBps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceReadIOps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceWriteIOps", shape_blkio_device_rates),
    MEMBER("CpuPeriod", shape_int),
    MEMBER("CpuQuota", shape_int),
    MEMBER("CpusetCpus", shape_string),
    MEMBER("CpusetMems", shape_string),
    MEMBER("Devices", shape_devices),
    MEMBER_UNTIL("KernelMemory", shape_int, 51),
    MEMBER("Memory", shape_int),
    MEMBER("MemoryReservation", shape_int),
    MEMBER("MemorySwap", shape_int),
    MEMBER("MemorySwappiness", shape_int),
    MEMBER("OomKillDisable", shape_bool),
    MEMBER("PidsLimit", shape_int),
    MEMBER("Ulimits", shape_ulimits),
    MEMBER_UNTIL("DiskQuota", shape_int, 39),
    MEMBER("CpuCount", shape_int),
    MEMBER("CpuPercent", shape_int),
    MEMBER("RestartPolicy", shape_restart_policy),
    MEMBER("IOMaximumIOps", shape_int),
    MEMBER("IOMaximumBandwidth", shape_int),
    MEMBER("NanoCpus", shape_int),
    MEMBER("CpuRealtimePeriod", shape_int),
    MEMBER("CpuRealtimeRuntime", shape_int),
    MEMBER("DeviceCgroupRules", shape_strings),
    MEMBER("DeviceRequests", shape_device_requests),
    MEMBER_UNTIL("KernelMemoryTCP", shape_int, 51));
