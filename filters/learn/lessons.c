/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table.  Names that callers choose (of containers, networks, volumes, of
 * what is exec'd) are no lessons: they say nothing about what may be reached,
 * and tomorrow's are others.
 */
#include "learn/danger.h"
#include "learn/lesson.h"
#include "learn/merge.h"
#include "learn/read.h"

#define CREATE "container.create"
#define UPDATE "container.update"
#define HOST "HostConfig."

/* clang-format off */
const struct lesson lesson_table[] = {
    {"calls", "allow", LESSON_LIST, "*", read_call, NULL, danger_call, merge_calls},

    {"top", "allow", LESSON_MORE, "container.top", read_text, "?ps_args", NULL, NULL},

    {"registries", "allow", LESSON_LIST, "image.pull", read_registry, "?fromImage", NULL, NULL},
    {"registries", "allow", LESSON_LIST, "image.push", read_registry, "{image}", NULL, NULL},
    {"registries", "allow", LESSON_LIST, "distribution.inspect", read_registry, "{reference}", NULL, NULL},
    {"registries", "allow", LESSON_LIST, "image.search", read_term, "?term", NULL, NULL},
    {"registries", "allow", LESSON_LIST, "system.auth", read_server, "serveraddress", NULL, NULL},

    {"images", "allow", LESSON_LIST, "*", read_images, NULL, NULL, merge_images},
    {"images", "made", LESSON_LIST, "*", read_made, NULL, NULL, merge_images},
    {"images", "ids", LESSON_FLAG, "*", read_image_ids, NULL, NULL, NULL},

    {"repositories", "make", LESSON_LIST, "*", read_made, NULL, NULL, merge_images},
    {"repositories", "push", LESSON_LIST, "image.push", read_image_name, NULL, NULL, merge_images},
    {"repositories", "remove", LESSON_LIST, "image.remove", read_image_name, NULL, NULL, merge_images},

    {"build", "networks", LESSON_MORE, "build", read_build_network, NULL, NULL, NULL},
    {"build", "host", LESSON_FLAG, "build", read_is_host, "?networkmode", danger_always, NULL},
    {"build", "extra_hosts", LESSON_MORE, "build", read_extra_hosts, "?extrahosts", NULL, NULL},
    {"build", "host_gateway", LESSON_FLAG, "build", read_host_gateway, "?extrahosts", NULL, NULL},
    {"build", "memory_max", LESSON_MOST, "build", read_number, "?memory", NULL, NULL},
    {"build", "cpus_max", LESSON_MOST, "build", read_build_cpus, NULL, NULL, NULL},
    {"build", "shm_max", LESSON_MOST, "build", read_number, "?shmsize", NULL, NULL},
    {"build", "ulimits", LESSON_MORE, "build", read_names, "?ulimits", NULL, NULL},
    {"build", "buildkit", LESSON_FLAG, "build", read_buildkit, "?version", danger_always, NULL},

    {"privileged", "action", LESSON_OFF, CREATE, read_true, HOST "Privileged", danger_always, NULL},

    {"namespaces", "pid", LESSON_MORE, CREATE, read_mode, HOST "PidMode", danger_namespace, NULL},
    {"namespaces", "ipc", LESSON_MORE, CREATE, read_mode, HOST "IpcMode", danger_namespace, NULL},
    {"namespaces", "uts", LESSON_MORE, CREATE, read_mode, HOST "UTSMode", danger_namespace, NULL},
    {"namespaces", "cgroup", LESSON_MORE, CREATE, read_mode, HOST "CgroupnsMode", danger_namespace, NULL},

    {"user_namespace", "action", LESSON_OFF, CREATE, read_any, HOST "UsernsMode", danger_always, NULL},

    {"capabilities", "allow", LESSON_LIST, CREATE, read_capabilities, HOST "CapAdd", danger_capability, NULL},

    {"security_options", "seccomp", LESSON_MORE, CREATE, read_security_option, "seccomp", danger_profile, NULL},
    {"security_options", "seccomp_inline", LESSON_FLAG, CREATE, read_seccomp_inline, NULL, danger_always, NULL},
    {"security_options", "apparmor", LESSON_MORE, CREATE, read_security_option, "apparmor", danger_profile, NULL},
    {"security_options", "label", LESSON_MORE, CREATE, read_security_option, "label", danger_label, NULL},
    {"security_options", "unmask", LESSON_FLAG, CREATE, read_unmasked, NULL, danger_always, NULL},

    {"mounts", "allow", LESSON_LIST, CREATE, read_binds, NULL, NULL, merge_mounts},
    {"mounts", "create_missing", LESSON_FLAG, CREATE, read_missing, NULL, NULL, NULL},
    {"mounts", "volume_drivers", LESSON_MORE, CREATE, read_mount_drivers, NULL, NULL, NULL},
    {"mounts", "volume_drivers", LESSON_MORE, "volume.create", read_text, "Driver", NULL, NULL},
    {"mounts", "driver_options", LESSON_MORE, CREATE, read_mount_options, NULL, danger_volume_option, NULL},
    {"mounts", "driver_options", LESSON_MORE, "volume.create", read_options, "DriverOpts", danger_volume_option, NULL},
    {"mounts", "propagation", LESSON_MORE, CREATE, read_propagation, NULL, danger_propagation, NULL},
    {"mounts", "volumes_from", LESSON_MORE, CREATE, read_containers, HOST "VolumesFrom", NULL, NULL},
    {"mounts", "tmpfs_size", LESSON_MOST, CREATE, read_tmpfs_sizes, NULL, NULL, NULL},
    {"mounts", "image_mounts", LESSON_FLAG, CREATE, read_image_mounts, NULL, NULL, NULL},

    {"devices", "allow", LESSON_LIST, CREATE, read_paths, HOST "Devices", danger_device, NULL},
    {"devices", "request_drivers", LESSON_MORE, CREATE, read_drivers, HOST "DeviceRequests", NULL, NULL},
    {"devices", "cgroup_rules", LESSON_FLAG, CREATE, read_any, HOST "DeviceCgroupRules", danger_always, NULL},

    {"network", "host", LESSON_FLAG, CREATE, read_is_host, HOST "NetworkMode", danger_always, NULL},
    {"network", "containers", LESSON_MORE, CREATE, read_joins, HOST "NetworkMode", NULL, NULL},
    {"network", "links", LESSON_MORE, CREATE, read_containers, HOST "Links", NULL, NULL},
    {"network", "static_addresses", LESSON_FLAG, CREATE, read_static_address, NULL, NULL, NULL},
    {"network", "mac_address", LESSON_FLAG, CREATE, read_text, "MacAddress", NULL, NULL},
    {"network", "host_gateway", LESSON_FLAG, CREATE, read_host_gateway, HOST "ExtraHosts", NULL, NULL},
    {"network", "dns", LESSON_MORE, CREATE, read_each, HOST "Dns", NULL, NULL},

    {"networks", "drivers", LESSON_MORE, "network.create", read_text, "Driver", danger_network_driver, NULL},
    {"networks", "options", LESSON_MORE, "network.create", read_options, "Options", danger_network_option, NULL},
    {"networks", "subnets", LESSON_MORE, "network.create", read_subnets, NULL, NULL, NULL},
    {"networks", "ipam_drivers", LESSON_MORE, "network.create", read_text, "IPAM.Driver", NULL, NULL},
    {"networks", "attachable", LESSON_FLAG, "network.create", read_true, "Attachable", NULL, NULL},
    {"networks", "config_only", LESSON_FLAG, "network.create", read_true, "ConfigOnly", danger_always, NULL},
    {"networks", "verbose", LESSON_FLAG, "network.inspect", read_true, "?verbose", NULL, NULL},

    {"ports", "publish", LESSON_STRICT, CREATE, read_any, HOST "PortBindings", NULL, NULL},
    {"ports", "publish", LESSON_STRICT, CREATE, read_true, HOST "PublishAllPorts", NULL, NULL},
    {"ports", "range", LESSON_INSTEAD, CREATE, read_host_ports, NULL, NULL, merge_ports},
    {"ports", "host_ip", LESSON_ONLY, CREATE, read_host_ip, NULL, NULL, NULL},
    {"ports", "publish_all", LESSON_STRICT, CREATE, read_true, HOST "PublishAllPorts", NULL, NULL},

    {"sysctls", "allow", LESSON_MORE, CREATE, read_keys, HOST "Sysctls", danger_sysctl, NULL},

    {"resources", "memory_max", LESSON_MOST, CREATE, read_number, HOST "Memory", NULL, NULL},
    {"resources", "memory_max", LESSON_MOST, UPDATE, read_number, "Memory", NULL, NULL},
    {"resources", "cpus_max", LESSON_MOST, CREATE, read_cpus, "HostConfig", NULL, NULL},
    {"resources", "cpus_max", LESSON_MOST, UPDATE, read_cpus, "", NULL, NULL},
    {"resources", "pids_max", LESSON_MOST, CREATE, read_number, HOST "PidsLimit", NULL, NULL},
    {"resources", "pids_max", LESSON_MOST, UPDATE, read_number, "PidsLimit", NULL, NULL},
    {"resources", "shares_max", LESSON_MOST, CREATE, read_number, HOST "CpuShares", NULL, NULL},
    {"resources", "shares_max", LESSON_MOST, UPDATE, read_number, "CpuShares", NULL, NULL},
    {"resources", "shm_max", LESSON_MOST, CREATE, read_number, HOST "ShmSize", NULL, NULL},
    {"resources", "ulimits", LESSON_MORE, CREATE, read_names, HOST "Ulimits", NULL, NULL},
    {"resources", "oom", LESSON_FLAG, CREATE, read_true, HOST "OomKillDisable", danger_always, NULL},

    {"user", "allow_root", LESSON_FLAG, CREATE, read_root, "User", NULL, NULL},
    {"user", "allow_root", LESSON_FLAG, "container.exec.create", read_root, "User", NULL, NULL},
    {"user", "allow_names", LESSON_FLAG, CREATE, read_user_name, "User", NULL, NULL},
    {"user", "allow_names", LESSON_FLAG, "container.exec.create", read_user_name, "User", NULL, NULL},
    {"user", "groups", LESSON_MORE, CREATE, read_each, HOST "GroupAdd", danger_group, NULL},

    {"runtime", "runtimes", LESSON_MORE, CREATE, read_text, HOST "Runtime", NULL, NULL},
    {"runtime", "storage_options", LESSON_MORE, CREATE, read_keys, HOST "StorageOpt", danger_storage, NULL},
    {"runtime", "annotations", LESSON_MORE, CREATE, read_keys, HOST "Annotations", danger_always, NULL},

    {"logging", "drivers", LESSON_MORE, CREATE, read_text, HOST "LogConfig.Type", NULL, NULL},
    {"logging", "options", LESSON_MORE, CREATE, read_keys, HOST "LogConfig.Config", NULL, NULL},

    {"restart", "policies", LESSON_MORE, CREATE, read_text, HOST "RestartPolicy.Name", NULL, NULL},
    {"restart", "policies", LESSON_MORE, UPDATE, read_text, "RestartPolicy.Name", NULL, NULL},
    {"restart", "max_retries", LESSON_MOST, CREATE, read_number, HOST "RestartPolicy.MaximumRetryCount", NULL, NULL},

    {"healthcheck", "allow_disable", LESSON_FLAG, CREATE, read_no_healthcheck, "Healthcheck.Test", NULL, NULL},

    {NULL, NULL, LESSON_LIST, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
