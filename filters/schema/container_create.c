/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of container.create: Config, HostConfig and NetworkingConfig.
 *
 * Members that only API versions before 1.24 had are left out, and with them the
 * resource members that once stood at the top: a daemon up to 26 merges those
 * into HostConfig, where nobody would have judged them.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(port_binding,
    MEMBER("HostIp", shape_string),
    MEMBER("HostPort", shape_string));

LIST_OF(port_binding_list, port_binding);

MAP_OF(port_bindings, port_binding_list);

STRUCT(log_config,
    MEMBER("Type", shape_string),
    MEMBER("Config", shape_string_map));

STRUCT(host_config,
    MEMBER("Binds", shape_strings),
    MEMBER("ContainerIDFile", shape_string),
    MEMBER("LogConfig", log_config),
    MEMBER("NetworkMode", shape_string),
    MEMBER("PortBindings", port_bindings),
    MEMBER("RestartPolicy", shape_restart_policy),
    MEMBER("AutoRemove", shape_bool),
    MEMBER("VolumeDriver", shape_string),
    MEMBER("VolumesFrom", shape_strings),
    MEMBER("ConsoleSize", shape_size_pair),
    MEMBER("Annotations", shape_string_map),
    MEMBER("CapAdd", shape_words),
    MEMBER("CapDrop", shape_words),
    MEMBER("CgroupnsMode", shape_string),
    MEMBER("Dns", shape_strings),
    MEMBER("DnsOptions", shape_strings),
    MEMBER("DnsSearch", shape_strings),
    MEMBER("ExtraHosts", shape_strings),
    MEMBER("GroupAdd", shape_strings),
    MEMBER("IpcMode", shape_string),
    MEMBER("Cgroup", shape_string),
    MEMBER("Links", shape_strings),
    MEMBER("OomScoreAdj", shape_int),
    MEMBER("PidMode", shape_string),
    MEMBER("Privileged", shape_bool),
    MEMBER("PublishAllPorts", shape_bool),
    MEMBER("ReadonlyRootfs", shape_bool),
    MEMBER("SecurityOpt", shape_strings),
    MEMBER("StorageOpt", shape_string_map),
    MEMBER("Tmpfs", shape_string_map),
    MEMBER("UTSMode", shape_string),
    MEMBER("UsernsMode", shape_string),
    MEMBER("ShmSize", shape_int),
    MEMBER("Sysctls", shape_string_map),
    MEMBER("Runtime", shape_string),
    MEMBER("Isolation", shape_string),
    MEMBER("CpuShares", shape_int),
    MEMBER("Memory", shape_int),
    MEMBER("NanoCpus", shape_int),
    MEMBER("CgroupParent", shape_string),
    MEMBER("BlkioWeight", shape_uint16),
    MEMBER("BlkioWeightDevice", shape_blkio_weight_devices),
    MEMBER("BlkioDeviceReadBps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceWriteBps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceReadIOps", shape_blkio_device_rates),
    MEMBER("BlkioDeviceWriteIOps", shape_blkio_device_rates),
    MEMBER("CpuPeriod", shape_int),
    MEMBER("CpuQuota", shape_int),
    MEMBER("CpuRealtimePeriod", shape_int),
    MEMBER("CpuRealtimeRuntime", shape_int),
    MEMBER("CpusetCpus", shape_string),
    MEMBER("CpusetMems", shape_string),
    MEMBER("Devices", shape_devices),
    MEMBER_UNTIL("DiskQuota", shape_int, 39),
    MEMBER("DeviceCgroupRules", shape_strings),
    MEMBER("DeviceRequests", shape_device_requests),
    MEMBER_UNTIL("KernelMemory", shape_int, 51),
    MEMBER_UNTIL("KernelMemoryTCP", shape_int, 51),
    MEMBER("MemoryReservation", shape_int),
    MEMBER("MemorySwap", shape_int),
    MEMBER("MemorySwappiness", shape_int),
    MEMBER("OomKillDisable", shape_bool),
    MEMBER("PidsLimit", shape_int),
    MEMBER("Ulimits", shape_ulimits),
    MEMBER("CpuCount", shape_int),
    MEMBER("CpuPercent", shape_int),
    MEMBER("IOMaximumIOps", shape_int),
    MEMBER("IOMaximumBandwidth", shape_int),
    MEMBER("Mounts", shape_mounts),
    MEMBER("MaskedPaths", shape_strings),
    MEMBER("ReadonlyPaths", shape_strings),
    MEMBER("Init", shape_bool));

MAP_OF(endpoints_config, shape_endpoint);

STRUCT(networking_config,
    MEMBER("EndpointsConfig", endpoints_config));

PUBLIC_STRUCT(container_create,
    MEMBER("Hostname", shape_string),
    MEMBER("Domainname", shape_string),
    MEMBER("User", shape_string),
    MEMBER("AttachStdin", shape_bool),
    MEMBER("AttachStdout", shape_bool),
    MEMBER("AttachStderr", shape_bool),
    MEMBER("ExposedPorts", shape_string_set),
    MEMBER("Tty", shape_bool),
    MEMBER("OpenStdin", shape_bool),
    MEMBER("StdinOnce", shape_bool),
    MEMBER("Env", shape_strings),
    MEMBER("Cmd", shape_words),
    MEMBER("Image", shape_string),
    MEMBER("Volumes", shape_string_set),
    MEMBER("WorkingDir", shape_string),
    MEMBER("Entrypoint", shape_words),
    MEMBER("NetworkDisabled", shape_bool),
    MEMBER("OnBuild", shape_strings),
    MEMBER_ALWAYS("HostConfig", host_config),
    MEMBER_UNTIL("MacAddress", shape_string, 51),
    MEMBER("Labels", shape_string_map),
    MEMBER("StopSignal", shape_string),
    MEMBER("ArgsEscaped", shape_bool),
    MEMBER("NetworkingConfig", networking_config),
    MEMBER("Healthcheck", shape_healthcheck),
    MEMBER("StopTimeout", shape_int),
    MEMBER("Shell", shape_strings),
    IGNORED("name"),
    IGNORED("platform"),
    IGNORED("Runtime"));

/* The body of container.commit: Config alone.  Daemons up to 26 read the whole
 * of create's body and use Config of it. */
PUBLIC_STRUCT(commit,
    MEMBER("Hostname", shape_string),
    MEMBER("Domainname", shape_string),
    MEMBER("User", shape_string),
    MEMBER("AttachStdin", shape_bool),
    MEMBER("AttachStdout", shape_bool),
    MEMBER("AttachStderr", shape_bool),
    MEMBER("ExposedPorts", shape_string_set),
    MEMBER("Tty", shape_bool),
    MEMBER("OpenStdin", shape_bool),
    MEMBER("StdinOnce", shape_bool),
    MEMBER("Env", shape_strings),
    MEMBER("Cmd", shape_words),
    MEMBER("Image", shape_string),
    MEMBER("Volumes", shape_string_set),
    MEMBER("WorkingDir", shape_string),
    MEMBER("Entrypoint", shape_words),
    MEMBER("NetworkDisabled", shape_bool),
    MEMBER("OnBuild", shape_strings),
    MEMBER_UNTIL("MacAddress", shape_string, 51),
    MEMBER("Labels", shape_string_map),
    MEMBER("StopSignal", shape_string),
    MEMBER("ArgsEscaped", shape_bool),
    MEMBER("Healthcheck", shape_healthcheck),
    MEMBER("StopTimeout", shape_int),
    MEMBER("Shell", shape_strings));
