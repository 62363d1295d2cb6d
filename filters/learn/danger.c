/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/danger.h"

#include <fnmatch.h>
#include <string.h>

#include "call.h"
#include "core/mount_path.h"

static bool
matches(const char *const *patterns, const char *text)
{
	while (*patterns != NULL && fnmatch(*patterns, text, 0) != 0)
		patterns++;
	return *patterns != NULL;
}

const char *
danger_always(const char *text)
{
	(void)text;
	return "it gives away the host";
}

/* Whatever is the host's root by itself and is judged by no more than a few
 * settings; the others have filters that hold them. */
const char *
danger_call(const char *name)
{
	static const char *const guarded[] = {"container.create",
	    "container.start", "container.archive.put", "container.exec.create",
	    "build", "network.create", "volume.create", NULL};
	static const char *const never[] = {
	    "plugin.*", "swarm.*", "node.*", NULL};
	const struct call *call = call_by_name(name);

	if (call == NULL || matches(never, name) ||
	    (call->danger == DANGER_HOST_ROOT && !matches(guarded, name)))
		return call == NULL ? "unknown" : call->why;
	return NULL;
}

/* --- paths of the host ---------------------------------------------------- */

/* Is the path one of them, or below it, or above it? */
static bool
meets(const char *const *roots, const char *path)
{
	for (; *roots != NULL; roots++) {
		if (mount_path_within(path, *roots) ||
		    mount_path_within(*roots, path))
			return true;
	}
	return false;
}

static bool
is_engine_socket(const char *path)
{
	static const char *const patterns[] = {"*/docker.sock",
	    "*/containerd.sock", "*/podman.sock", "*/crio.sock",
	    "*/buildkitd.sock", NULL};

	return matches(patterns, path);
}

const char *
danger_path_write(const char *path)
{
	static const char *const system[] = {"/bin", "/boot", "/dev", "/etc",
	    "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/root", "/run",
	    "/sbin", "/snap", "/sys", "/usr", "/var/cache",
	    "/var/lib/containerd", "/var/lib/containers", "/var/lib/docker",
	    "/var/lib/kubelet", "/var/lib/systemd", "/var/log", "/var/run",
	    "/var/spool/cron", NULL};

	if (is_engine_socket(path))
		return "whoever has the engine's socket is root on its host; "
		       "docker_socket: replace gives the guarded one";
	if (strcmp(path, "/home") == 0)
		return "all users' files, their keys among them";
	return meets(system, path) ? "it is the host's own" : NULL;
}

const char *
danger_path_read(const char *path)
{
	static const char *const harmless[] = {"/etc/localtime",
	    "/etc/timezone", "/etc/ssl/certs", "/etc/pki/ca-trust",
	    "/etc/os-release", "/usr/share/ca-certificates",
	    "/usr/share/zoneinfo", NULL};

	for (size_t i = 0; harmless[i] != NULL; i++) {
		if (mount_path_within(path, harmless[i]))
			return NULL;
	}
	return danger_path_write(path);
}

/* --- privileges ----------------------------------------------------------- */

const char *
danger_capability(const char *name)
{
	/* Pod Security "baseline", and three that stay inside. */
	static const char *const harmless[] = {"AUDIT_WRITE", "CHOWN",
	    "DAC_OVERRIDE", "FOWNER", "FSETID", "IPC_LOCK", "KILL", "MKNOD",
	    "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP",
	    "SETUID", "SYS_CHROOT", "SYS_NICE", NULL};

	return matches(harmless, name)
	    ? NULL
	    : "beyond what Pod Security \"baseline\" allows";
}

const char *
danger_device(const char *path)
{
	static const char *const harmless[] = {"/dev/fuse", "/dev/null",
	    "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dri",
	    "/dev/dri/*", "/dev/nvidia*", "/dev/snd", "/dev/snd/*",
	    "/dev/video*", "/dev/ttyUSB*", "/dev/ttyACM*", NULL};

	return matches(harmless, path)
	    ? NULL
	    : "a device of the host that may be its disk";
}

const char *
danger_namespace(const char *mode)
{
	return strcmp(mode, "host") == 0 ? "the host's own namespace" : NULL;
}

const char *
danger_profile(const char *name)
{
	return strcmp(name, "unconfined") == 0 ? "no profile at all" : NULL;
}

const char *
danger_label(const char *label)
{
	return strcmp(label, "disable") == 0 || strstr(label, "spc_t") != NULL
	    ? "no SELinux"
	    : NULL;
}

const char *
danger_group(const char *group)
{
	static const char *const groups[] = {"0", "root", "docker", "disk",
	    "shadow", "sudo", "wheel", "kmem", NULL};

	return matches(groups, group) ? "a group that is as good as root"
				      : NULL;
}

const char *
danger_sysctl(const char *name)
{
	/* What has a namespace (man 7 namespaces; moby lets no other pass). */
	static const char *const harmless[] = {"net.*", "fs.mqueue.*",
	    "kernel.msg*", "kernel.sem", "kernel.shm*", NULL};

	return matches(harmless, name) ? NULL : "it is the host's, too";
}

/* --- networks and volumes ------------------------------------------------- */

const char *
danger_network_driver(const char *driver)
{
	static const char *const harmless[] = {
	    "bridge", "null", "overlay", NULL};

	return matches(harmless, driver) ? NULL
					 : "it takes an interface of the host";
}

const char *
danger_network_option(const char *option)
{
	static const char *const harmless[] = {
	    "com.docker.network.driver.mtu=*",
	    "com.docker.network.bridge.enable_icc=*",
	    "com.docker.network.bridge.enable_ip_masquerade=*",
	    "com.docker.network.bridge.host_binding_ipv4=*", NULL};

	return matches(harmless, option)
	    ? NULL
	    : "it may take an interface of the host";
}

/* Of the local driver, "type", "o" and "device" are those of mount(8). */
const char *
danger_volume_option(const char *option)
{
	static const char *const harmless[] = {"type=tmpfs", "type=nfs",
	    "type=nfs4", "type=cifs", "device=tmpfs", "device=:*", "device=//*",
	    "size=*", NULL};

	if (matches(harmless, option))
		return NULL;
	if (strncmp(option, "o=", 2) == 0 && strstr(option, "bind") == NULL &&
	    strcmp(option, "o=...") != 0)
		return NULL;
	return "it may mount any path of the host";
}

const char *
danger_propagation(const char *word)
{
	return strstr(word, "shared") != NULL
	    ? "what the container mounts, the host has mounted"
	    : NULL;
}

const char *
danger_storage(const char *key)
{
	return strcmp(key, "size") == 0 ? NULL : "it is the storage driver's";
}
