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

STRUCT(device,
    MEMBER("PathOnHost", shape_string),
    MEMBER("PathInContainer", shape_string),
    MEMBER("CgroupPermissions", shape_string));

LIST_OF(devices, device);

STRUCT(restart_policy,
    MEMBER("Name", shape_string),
    MEMBER("MaximumRetryCount", shape_int));

STRUCT(ulimit,
    MEMBER("Name", shape_string),
    MEMBER("Hard", shape_int),
    MEMBER("Soft", shape_int));

LIST_OF(ulimits, ulimit);

STRUCT(log_config,
    MEMBER("Type", shape_string),
    MEMBER("Config", shape_string_map));

STRUCT(blkio_weight_device,
    MEMBER("Path", shape_string),
    MEMBER("Weight", shape_uint16));

LIST_OF(blkio_weight_devices, blkio_weight_device);

STRUCT(blkio_device_read_bp,
    MEMBER("Path", shape_string),
    MEMBER("Rate", shape_unsigned));

LIST_OF(blkio_device_read_bps, blkio_device_read_bp);

STRUCT(bind_options,
    MEMBER("Propagation", shape_string),
    MEMBER("NonRecursive", shape_bool),
    MEMBER("CreateMountpoint", shape_bool),
    MEMBER("ReadOnlyNonRecursive", shape_bool),
    MEMBER("ReadOnlyForceRecursive", shape_bool));

STRUCT(driver_config,
    MEMBER("Name", shape_string),
    MEMBER("Options", shape_string_map));

STRUCT(volume_options,
    MEMBER("NoCopy", shape_bool),
    MEMBER("Labels", shape_string_map),
    MEMBER("DriverConfig", driver_config),
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

LIST_OF(mounts, mount);

STRUCT(device_request,
    MEMBER("Driver", shape_string),
    MEMBER("Count", shape_int),
    MEMBER("DeviceIDs", shape_strings),
    MEMBER("Capabilities", shape_string_lists),
    MEMBER("Options", shape_string_map));

LIST_OF(device_requests, device_request);

STRUCT(host_config,
    MEMBER("Binds", shape_strings),
    MEMBER("ContainerIDFile", shape_string),
    MEMBER("Privileged", shape_bool),
    MEMBER("PortBindings", port_bindings),
    MEMBER("Links", shape_strings),
    MEMBER("PublishAllPorts", shape_bool),
    MEMBER("Dns", shape_strings),
    MEMBER("DnsSearch", shape_strings),
    MEMBER("VolumesFrom", shape_strings),
    MEMBER("NetworkMode", shape_string),
    MEMBER("Devices", devices),
    MEMBER("CapAdd", shape_words),
    MEMBER("CapDrop", shape_words),
    MEMBER("RestartPolicy", restart_policy),
    MEMBER("ExtraHosts", shape_strings),
    MEMBER("IpcMode", shape_string),
    MEMBER("SecurityOpt", shape_strings),
    MEMBER("PidMode", shape_string),
    MEMBER("ReadonlyRootfs", shape_bool),
    MEMBER("Memory", shape_int),
    MEMBER("MemorySwap", shape_int),
    MEMBER("CpuShares", shape_int),
    MEMBER("CpusetCpus", shape_string),
    MEMBER("Ulimits", ulimits),
    MEMBER("LogConfig", log_config),
    MEMBER("CgroupParent", shape_string),
    MEMBER("CpuPeriod", shape_int),
    MEMBER("CpusetMems", shape_string),
    MEMBER("CpuQuota", shape_int),
    MEMBER("BlkioWeight", shape_uint16),
    MEMBER("OomKillDisable", shape_bool),
    MEMBER("UTSMode", shape_string),
    MEMBER("MemorySwappiness", shape_int),
    MEMBER("GroupAdd", shape_strings),
    MEMBER("ConsoleSize", shape_size_pair),
    MEMBER("MemoryReservation", shape_int),
    MEMBER_UNTIL("KernelMemory", shape_int, 51),
    MEMBER("DnsOptions", shape_strings),
    MEMBER("VolumeDriver", shape_string),
    MEMBER("OomScoreAdj", shape_int),
    MEMBER("Tmpfs", shape_string_map),
    MEMBER("ShmSize", shape_int),
    MEMBER("Isolation", shape_string),
    MEMBER("BlkioWeightDevice", blkio_weight_devices),
    MEMBER("BlkioDeviceReadBps", blkio_device_read_bps),
    MEMBER("BlkioDeviceWriteBps", blkio_device_read_bps),
    MEMBER("BlkioDeviceReadIOps", blkio_device_read_bps),
    MEMBER("BlkioDeviceWriteIOps", blkio_device_read_bps),
    MEMBER("PidsLimit", shape_int),
    MEMBER("AutoRemove", shape_bool),
    MEMBER("Cgroup", shape_string),
    MEMBER("StorageOpt", shape_string_map),
    MEMBER("UsernsMode", shape_string),
    MEMBER("Sysctls", shape_string_map),
    MEMBER_UNTIL("DiskQuota", shape_int, 39),
    MEMBER("CpuCount", shape_int),
    MEMBER("CpuPercent", shape_int),
    MEMBER("Runtime", shape_string),
    MEMBER("IOMaximumIOps", shape_int),
    MEMBER("IOMaximumBandwidth", shape_int),
    MEMBER("NanoCpus", shape_int),
    MEMBER("CpuRealtimePeriod", shape_int),
    MEMBER("CpuRealtimeRuntime", shape_int),
    MEMBER("Mounts", mounts),
    MEMBER("Init", shape_bool),
    MEMBER("DeviceCgroupRules", shape_strings),
    MEMBER("MaskedPaths", shape_strings),
    MEMBER("ReadonlyPaths", shape_strings),
    MEMBER("DeviceRequests", device_requests),
    MEMBER_UNTIL("KernelMemoryTCP", shape_int, 51),
    MEMBER("CgroupnsMode", shape_string),
    MEMBER("Annotations", shape_string_map));

STRUCT(ipam_config,
    MEMBER("IPv4Address", shape_string),
    MEMBER("IPv6Address", shape_string),
    MEMBER("LinkLocalIPs", shape_strings));

STRUCT(endpoint,
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

MAP_OF(endpoints_config, endpoint);

STRUCT(networking_config,
    MEMBER("EndpointsConfig", endpoints_config));

STRUCT(healthcheck,
    MEMBER("Test", shape_strings),
    MEMBER("Interval", shape_int),
    MEMBER("Timeout", shape_int),
    MEMBER("Retries", shape_int),
    MEMBER("StartPeriod", shape_int),
    MEMBER("StartInterval", shape_int));

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
    MEMBER("Healthcheck", healthcheck),
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
    MEMBER("Healthcheck", healthcheck),
    MEMBER("StopTimeout", shape_int),
    MEMBER("Shell", shape_strings));
