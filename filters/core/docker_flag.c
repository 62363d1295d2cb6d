/* SPDX-License-Identifier: Apache-2.0 */
#include "docker_flag.h"

#include <stdio.h>
#include <string.h>

#define CREATE "container.create"
#define HOST(name, flag, compose)                                              \
	{                                                                      \
		CREATE, "HostConfig." name, flag, compose                      \
	}

/* By call; within it by field, longer ones before what they are below. */
static const struct docker_flag table[] = {
    {"build", "?buildargs", "--build-arg", "args"},
    {"build", "?cachefrom", "--cache-from", "cache_from"},
    {"build", "?cgroupparent", "--cgroup-parent", NULL},
    {"build", "?cpuperiod", "--cpu-period", NULL},
    {"build", "?cpuquota", "--cpu-quota", NULL},
    {"build", "?cpusetcpus", "--cpuset-cpus", NULL},
    {"build", "?cpusetmems", "--cpuset-mems", NULL},
    {"build", "?cpushares", "--cpu-shares", NULL},
    {"build", "?dockerfile", "-f", "dockerfile"},
    {"build", "?extrahosts", "--add-host", "extra_hosts"},
    {"build", "?labels", "--label", "labels"},
    {"build", "?memory", "-m", NULL},
    {"build", "?memswap", "--memory-swap", NULL},
    {"build", "?networkmode", "--network", "network"},
    {"build", "?outputs", "-o", NULL},
    {"build", "?platform", "--platform", "platforms"},
    {"build", "?remote", "the URL to build from", "context"},
    {"build", "?shmsize", "--shm-size", "shm_size"},
    {"build", "?t", "-t", "tags"},
    {"build", "?target", "--target", "target"},
    {"build", "?ulimits", "--ulimit", "ulimits"},
    {"container.commit", "?author", "-a", NULL},
    {"container.commit", "?changes", "-c", NULL},
    HOST("Annotations", "--annotation", "annotations"),
    HOST("AutoRemove", "--rm", NULL),
    HOST("Binds", "-v", "volumes"),
    HOST("BlkioDeviceReadBps", "--device-read-bps", "blkio_config"),
    HOST("BlkioDeviceReadIOps", "--device-read-iops", "blkio_config"),
    HOST("BlkioDeviceWriteBps", "--device-write-bps", "blkio_config"),
    HOST("BlkioDeviceWriteIOps", "--device-write-iops", "blkio_config"),
    HOST("BlkioWeight", "--blkio-weight", "blkio_config"),
    HOST("BlkioWeightDevice", "--blkio-weight-device", "blkio_config"),
    HOST("CapAdd", "--cap-add", "cap_add"),
    HOST("CapDrop", "--cap-drop", "cap_drop"),
    HOST("CgroupParent", "--cgroup-parent", "cgroup_parent"),
    HOST("CgroupnsMode", "--cgroupns", "cgroup"),
    HOST("CpuPeriod", "--cpu-period", "cpu_period"),
    HOST("CpuQuota", "--cpu-quota", "cpu_quota"),
    HOST("CpuRealtimePeriod", "--cpu-rt-period", "cpu_rt_period"),
    HOST("CpuRealtimeRuntime", "--cpu-rt-runtime", "cpu_rt_runtime"),
    HOST("CpuShares", "--cpu-shares", "cpu_shares"),
    HOST("CpusetCpus", "--cpuset-cpus", "cpuset"),
    HOST("CpusetMems", "--cpuset-mems", NULL),
    HOST("DeviceCgroupRules", "--device-cgroup-rule", "device_cgroup_rules"),
    HOST("DeviceRequests", "--gpus", "gpus"),
    HOST("Devices", "--device", "devices"),
    HOST("Dns", "--dns", "dns"),
    HOST("DnsOptions", "--dns-option", "dns_opt"),
    HOST("DnsSearch", "--dns-search", "dns_search"),
    HOST("ExtraHosts", "--add-host", "extra_hosts"),
    HOST("GroupAdd", "--group-add", "group_add"),
    HOST("Init", "--init", "init"),
    HOST("IpcMode", "--ipc", "ipc"),
    HOST("Isolation", "--isolation", "isolation"),
    HOST("Links", "--link", "links"),
    HOST("LogConfig.Config", "--log-opt", "logging"),
    HOST("LogConfig", "--log-driver", "logging"),
    HOST("MaskedPaths", "--security-opt systempaths", "security_opt"),
    HOST("Memory", "-m", "mem_limit"),
    HOST("MemoryReservation", "--memory-reservation", "mem_reservation"),
    HOST("MemorySwap", "--memory-swap", "memswap_limit"),
    HOST("MemorySwappiness", "--memory-swappiness", "mem_swappiness"),
    HOST("Mounts", "--mount", "volumes"),
    HOST("NanoCpus", "--cpus", "cpus"),
    HOST("NetworkMode", "--network", "network_mode"),
    HOST("OomKillDisable", "--oom-kill-disable", "oom_kill_disable"),
    HOST("OomScoreAdj", "--oom-score-adj", "oom_score_adj"),
    HOST("PidMode", "--pid", "pid"),
    HOST("PidsLimit", "--pids-limit", "pids_limit"),
    HOST("PortBindings", "-p", "ports"),
    HOST("Privileged", "--privileged", "privileged"),
    HOST("PublishAllPorts", "-P", NULL),
    HOST("ReadonlyPaths", "--security-opt systempaths", "security_opt"),
    HOST("ReadonlyRootfs", "--read-only", "read_only"),
    HOST("RestartPolicy", "--restart", "restart"),
    HOST("Runtime", "--runtime", "runtime"),
    HOST("SecurityOpt", "--security-opt", "security_opt"),
    HOST("ShmSize", "--shm-size", "shm_size"),
    HOST("StorageOpt", "--storage-opt", "storage_opt"),
    HOST("Sysctls", "--sysctl", "sysctls"),
    HOST("Tmpfs", "--tmpfs", "tmpfs"),
    HOST("UTSMode", "--uts", "uts"),
    HOST("Ulimits", "--ulimit", "ulimits"),
    HOST("UsernsMode", "--userns", "userns_mode"),
    HOST("VolumeDriver", "--volume-driver", NULL),
    HOST("VolumesFrom", "--volumes-from", "volumes_from"),
    {CREATE, "?name", "--name", "container_name"},
    {CREATE, "?platform", "--platform", "platform"},
    {CREATE, "Cmd", "the command", "command"},
    {CREATE, "Domainname", "--domainname", "domainname"},
    {CREATE, "Entrypoint", "--entrypoint", "entrypoint"},
    {CREATE, "Env", "-e", "environment"},
    {CREATE, "ExposedPorts", "--expose", "expose"},
    {CREATE, "Healthcheck", "--health-cmd", "healthcheck"},
    {CREATE, "Hostname", "-h", "hostname"},
    {CREATE, "Labels", "-l", "labels"},
    {CREATE, "MacAddress", "--mac-address", "mac_address"},
    {CREATE, "NetworkingConfig", "--network", "networks"},
    {CREATE, "OpenStdin", "-i", "stdin_open"},
    {CREATE, "StopSignal", "--stop-signal", "stop_signal"},
    {CREATE, "StopTimeout", "--stop-timeout", "stop_grace_period"},
    {CREATE, "Tty", "-t", "tty"},
    {CREATE, "User", "-u", "user"},
    {CREATE, "Volumes", "-v", "volumes"},
    {CREATE, "WorkingDir", "-w", "working_dir"},
    {"container.exec.create", "DetachKeys", "--detach-keys", NULL},
    {"container.exec.create", "Env", "-e", NULL},
    {"container.exec.create", "Privileged", "--privileged", NULL},
    {"container.exec.create", "Tty", "-t", NULL},
    {"container.exec.create", "User", "-u", NULL},
    {"container.exec.create", "WorkingDir", "-w", NULL},
    {"container.kill", "?signal", "-s", NULL},
    {"container.remove", "?force", "-f", NULL},
    {"container.remove", "?link", "-l", NULL},
    {"container.remove", "?v", "-v", NULL},
    {"container.start", "?checkpoint", "--checkpoint", NULL},
    {"container.stop", "?signal", "-s", NULL},
    {"container.top", "?ps_args", "the options of ps", NULL},
    {"container.update", "BlkioWeight", "--blkio-weight", NULL},
    {"container.update", "CpuPeriod", "--cpu-period", NULL},
    {"container.update", "CpuQuota", "--cpu-quota", NULL},
    {"container.update", "CpuShares", "--cpu-shares", NULL},
    {"container.update", "CpusetCpus", "--cpuset-cpus", NULL},
    {"container.update", "CpusetMems", "--cpuset-mems", NULL},
    {"container.update", "Memory", "-m", NULL},
    {"container.update", "MemoryReservation", "--memory-reservation", NULL},
    {"container.update", "MemorySwap", "--memory-swap", NULL},
    {"container.update", "NanoCpus", "--cpus", NULL},
    {"container.update", "PidsLimit", "--pids-limit", NULL},
    {"container.update", "RestartPolicy", "--restart", NULL},
    {"image.pull", "?platform", "--platform", "platform"},
    {"network.connect", "EndpointConfig.Aliases", "--alias", "aliases"},
    {"network.connect", "EndpointConfig.IPAMConfig", "--ip", "ipv4_address"},
    {"network.connect", "EndpointConfig.Links", "--link", "links"},
    {"network.create", "Attachable", "--attachable", "attachable"},
    {"network.create", "ConfigFrom", "--config-from", NULL},
    {"network.create", "ConfigOnly", "--config-only", NULL},
    {"network.create", "Driver", "-d", "driver"},
    {"network.create", "EnableIPv6", "--ipv6", "enable_ipv6"},
    {"network.create", "IPAM", "--subnet", "ipam"},
    {"network.create", "Ingress", "--ingress", NULL},
    {"network.create", "Internal", "--internal", "internal"},
    {"network.create", "Labels", "--label", "labels"},
    {"network.create", "Options", "-o", "driver_opts"},
    {"network.create", "Scope", "--scope", NULL},
    {"volume.create", "Driver", "-d", "driver"},
    {"volume.create", "DriverOpts", "-o", "driver_opts"},
    {"volume.create", "Labels", "--label", "labels"},
    {NULL, NULL, NULL, NULL},
};

const struct docker_flag *
docker_flag_table(void)
{
	return table;
}

static bool
is_of(const char *field, const char *row)
{
	size_t len = strlen(row);

	return strncmp(field, row, len) == 0 &&
	    (field[len] == '\0' || field[len] == '[' || field[len] == '.');
}

const struct docker_flag *
docker_flag_of(const struct call *call, const char *field)
{
	if (call == NULL)
		return NULL;
	for (size_t i = 0; table[i].field != NULL; i++) {
		if (strcmp(call->name, table[i].call) == 0 &&
		    is_of(field, table[i].field))
			return &table[i];
	}
	return NULL;
}

/* Is the key the flag's name, but for dashes ("--cap-add": "cap_add")? */
static bool
is_same(const char *flag, const char *compose)
{
	flag += strspn(flag, "-");
	for (; *flag != '\0' && *compose != '\0'; flag++, compose++) {
		if (*flag != *compose && (*flag != '-' || *compose != '_'))
			return false;
	}
	return *flag == '\0' && (*compose == '\0' || strcmp(compose, "s") == 0);
}

void
docker_flag_hint(
    const struct call *call, const char *field, char *text, size_t size)
{
	const struct docker_flag *row = docker_flag_of(call, field);
	bool two;

	*text = '\0';
	if (row == NULL)
		return;
	two = row->compose != NULL && !is_same(row->flag, row->compose);
	(void)snprintf(text, size, " (%s%s%s)", row->flag,
	    two ? ", compose: " : "", two ? row->compose : "");
}
