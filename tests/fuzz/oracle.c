/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/oracle.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Is what stands in this place harmless?  value is never NULL. */
typedef bool harmless_fn(const json_t *value, const char *socket);

static const char *
text(const json_t *value)
{
	return json_is_string(value) ? json_string_value(value) : "\001";
}

static bool
is_one_of(const json_t *value, const char *const *words)
{
	while (*words != NULL && strcmp(*words, text(value)) != 0)
		words++;
	return *words != NULL;
}

/* --- what is harmless ----------------------------------------------------- */

static bool
nothing(const json_t *value, const char *socket)
{
	(void)value;
	(void)socket;
	return false;
}

static bool
looked_at_below(const json_t *value, const char *socket)
{
	(void)value;
	(void)socket;
	return true;
}

/* Absent, to the daemon: null, false, "", [], {}. */
static bool
empty(const json_t *value, const char *socket)
{
	(void)socket;
	return json_is_null(value) || json_is_false(value) ||
	    strcmp(text(value), "") == 0 ||
	    (json_is_array(value) && json_array_size(value) == 0) ||
	    (json_is_object(value) && json_object_size(value) == 0);
}

/* For MaskedPaths and ReadonlyPaths, [] is the attack. */
static bool
null_only(const json_t *value, const char *socket)
{
	(void)socket;
	return json_is_null(value);
}

static bool
local(const json_t *value, const char *socket)
{
	return empty(value, socket) || strcmp(text(value), "local") == 0;
}

/* runc is what an engine has when nothing is named. */
static bool
usual_runtime(const json_t *value, const char *socket)
{
	return empty(value, socket) || strcmp(text(value), "runc") == 0;
}

static bool
bridge(const json_t *value, const char *socket)
{
	return empty(value, socket) || strcmp(text(value), "bridge") == 0;
}

static bool
own_ipc(const json_t *value, const char *socket)
{
	static const char *const words[] = {"private", "none", NULL};

	(void)socket;
	return is_one_of(value, words);
}

/* A network of its own, whatever its name; "host" is the host's, and
 * "container:x" another's. */
static bool
own_network(const json_t *value, const char *socket)
{
	(void)socket;
	return json_is_string(value) && strcasecmp(text(value), "host") != 0 &&
	    strcasecmp(text(value), "container") != 0 &&
	    strncasecmp(text(value), "container:", 10) != 0;
}

static bool
mount_type(const json_t *value, const char *socket)
{
	static const char *const words[] = {"volume", "tmpfs", "bind", NULL};

	(void)socket;
	return is_one_of(value, words); /* bind: its Source is looked at */
}

static bool
propagation(const json_t *value, const char *socket)
{
	static const char *const words[] = {"", "private", "rprivate", NULL};

	(void)socket;
	return is_one_of(value, words);
}

static bool
is_volume_name(const char *name, size_t len)
{
	static const char first[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (size_t i = 0; i < len; i++) {
		if (name[i] == '\0' ||
		    (strchr(first, name[i]) == NULL &&
			(i == 0 || strchr("_.-", name[i]) == NULL)))
			return false;
	}
	return true;
}

/* Does the list with commas have one of the words? */
static bool
has_option(const char *options, const char *const *words)
{
	while (*options != '\0') {
		size_t n = strcspn(options, ",");

		for (size_t i = 0; words[i] != NULL; i++) {
			if (strlen(words[i]) == n &&
			    memcmp(words[i], options, n) == 0)
				return true;
		}
		options += n + (options[n] == ',');
	}
	return false;
}

/* The source of a Bind is what stands before the first colon; without one
 * there is no source.  Options can share mounts with the host, and give what is
 * the host's another label; a volume may have one. */
static bool
bind(const json_t *line, const char *socket)
{
	static const char *const shares[] = {
	    "shared", "rshared", "slave", "rslave", NULL};
	static const char *const labels[] = {"z", "Z", NULL};
	const char *source = text(line), *colon = strchr(source, ':');
	const char *last = strrchr(source, ':');
	const char *options = last == NULL || last == colon ? "" : last + 1;
	size_t len = colon == NULL ? 0 : (size_t)(colon - source);
	bool ours = socket != NULL && len == strlen(socket) &&
	    memcmp(source, socket, len) == 0;

	if (has_option(options, shares))
		return false;
	return ours ? !has_option(options, labels)
		    : is_volume_name(source, len);
}

/* Volume names have no slash, so one rule serves every type of mount. */
static bool
mount_source(const json_t *value, const char *socket)
{
	const char *source = text(value);

	return (socket != NULL && strcmp(source, socket) == 0) ||
	    is_volume_name(source, strlen(source));
}

/* Confining options alone: the daemon takes ":" for "=" in old ones. */
static bool
security_option(const json_t *value, const char *socket)
{
	static const char *const words[] = {"no-new-privileges",
	    "no-new-privileges=true", "no-new-privileges:true", NULL};

	(void)socket;
	return is_one_of(value, words) ||
	    strncmp(text(value), "label=level:", 12) == 0 ||
	    strncmp(text(value), "label:level:", 12) == 0;
}

static bool
words_of_seccomp(const json_t *value, const char *socket)
{
	return empty(value, socket) || strcmp(text(value), "default") == 0;
}

static bool
container_runtime(const json_t *value, const char *socket)
{
	return empty(value, socket) || strcmp(text(value), "container") == 0;
}

/* The options of a bridge that say nothing about the host. */
static bool
network_options(const json_t *value, const char *socket)
{
	static const char *const harmless[] = {
	    "com.docker.network.bridge.enable_icc",
	    "com.docker.network.bridge.enable_ip_masquerade",
	    "com.docker.network.driver.mtu", NULL};
	const char *key;
	json_t *item;

	(void)socket;
	json_object_foreach((json_t *)(uintptr_t)value, key, item)
	{
		json_auto_t *name = json_string(key);

		if (!is_one_of(name, harmless))
			return false;
	}
	return json_is_object(value);
}

static bool
build_network(const json_t *value, const char *socket)
{
	static const char *const words[] = {"none", "default", "bridge", NULL};

	return empty(value, socket) || is_one_of(value, words);
}

/* --- the rows ------------------------------------------------------------- */

/* A row of fields.tsv.  required: what is absent is not harmless either. */
struct row {
	const char *endpoint, *path;
	harmless_fn *harmless;
	bool required;
};

#define CREATE "container.create"
#define SERVICE "service.create+update"
#define SPEC "TaskTemplate.ContainerSpec."
#define PLUGIN "TaskTemplate.PluginSpec"

static const struct row rows[] = {
    {CREATE, "HostConfig.Binds", looked_at_below, false},
    {CREATE, "HostConfig.Binds[]", bind, false},
    {CREATE, "HostConfig.LxcConf", nothing, false},
    {CREATE, "HostConfig.Privileged", empty, false},
    {CREATE, "HostConfig.NetworkMode", own_network, false},
    {CREATE, "HostConfig.Devices", empty, false},
    {CREATE, "HostConfig.Devices[].PathOnHost", nothing, false},
    {CREATE, "HostConfig.CapAdd", empty, false},
    {CREATE, "SecurityOpt", nothing, false},
    {"exec.create", "Privileged", empty, false},
    {CREATE, "HostConfig.IpcMode", own_ipc, true},
    {CREATE, "HostConfig.SecurityOpt", looked_at_below, false},
    {CREATE, "HostConfig.SecurityOpt[]", security_option, false},
    {CREATE, "HostConfig.PidMode", empty, false},
    {"volume.create", "Driver", local, false},
    {"volume.create", "DriverOpts", empty, false},
    {"network.create", "Driver", bridge, false},
    {"network.create", "Options", network_options, false},
    {CREATE, "HostConfig.UsernsMode", empty, false},
    {CREATE, "HostConfig.Runtime", usual_runtime, false},
    {SERVICE, SPEC "Mounts[].Type", mount_type, false},
    {SERVICE, SPEC "Mounts[].Source", mount_source, false},
    {SERVICE, SPEC "Mounts[].BindOptions", looked_at_below, false},
    {SERVICE, SPEC "Mounts[].BindOptions.Propagation", propagation, false},
    {SERVICE, SPEC "Mounts[].VolumeOptions", looked_at_below, false},
    {SERVICE, SPEC "Mounts[].VolumeOptions.DriverConfig", looked_at_below,
	false},
    {SERVICE, SPEC "Mounts[].VolumeOptions.DriverConfig.Name", local, false},
    {SERVICE, SPEC "Mounts[].VolumeOptions.DriverConfig.Options", empty, false},
    {"plugin.pull", "Name", nothing, false},
    {"plugin.pull", "Description", nothing, false},
    {"plugin.pull", "Value", nothing, false},
    {"checkpoint.create", "CheckpointID", nothing, false},
    {"checkpoint.create", "Exit", nothing, false},
    {CREATE, "HostConfig.Mounts", looked_at_below, false},
    {CREATE, "HostConfig.Mounts[].Type", mount_type, true},
    {CREATE, "HostConfig.Mounts[].Source", mount_source, false},
    {CREATE, "HostConfig.Mounts[].BindOptions", looked_at_below, false},
    {CREATE, "HostConfig.Mounts[].BindOptions.Propagation", propagation, false},
    {CREATE, "HostConfig.Mounts[].VolumeOptions", looked_at_below, false},
    {CREATE, "HostConfig.Mounts[].VolumeOptions.DriverConfig", looked_at_below,
	false},
    {CREATE, "HostConfig.Mounts[].VolumeOptions.DriverConfig.Name", local,
	false},
    {CREATE, "HostConfig.Mounts[].VolumeOptions.DriverConfig.Options", empty,
	false},
    {CREATE, "HostConfig.InitPath", nothing, false},
    {"checkpoint.create", "CheckpointDir", nothing, false},
    {CREATE, "HostConfig.DeviceCgroupRules", empty, false},
    {SERVICE, SPEC "Privileges", looked_at_below, false},
    {SERVICE, SPEC "Privileges.SELinuxContext.Disable", empty, false},
    {SERVICE, "TaskTemplate.Runtime", container_runtime, false},
    {SERVICE, PLUGIN, empty, false},
    {SERVICE, PLUGIN ".name", nothing, false},
    {SERVICE, PLUGIN ".remote", nothing, false},
    {SERVICE, PLUGIN ".privileges", nothing, false},
    {SERVICE, PLUGIN ".privileges[].name", nothing, false},
    {SERVICE, PLUGIN ".privileges[].description", nothing, false},
    {SERVICE, PLUGIN ".privileges[].value", nothing, false},
    {SERVICE, PLUGIN ".disabled", nothing, false},
    {CREATE, "HostConfig.MaskedPaths", null_only, false},
    {CREATE, "HostConfig.ReadonlyPaths", null_only, false},
    {CREATE, "HostConfig.Capabilities", nothing, false},
    {CREATE, "HostConfig.DeviceRequests", empty, false},
    {SERVICE, SPEC "CapabilityAdd", empty, false},
    {SERVICE, PLUGIN ".env", nothing, false},
    {SERVICE, SPEC "Privileges.Seccomp.Mode", words_of_seccomp, false},
    {SERVICE, SPEC "Privileges.Seccomp.Profile", empty, false},
    {SERVICE, SPEC "Privileges.AppArmor.Mode", words_of_seccomp, false},
    {"build", "?networkmode", build_network, false},
    {"container.start", "?checkpoint", nothing, false},
    {"container.start", "?checkpoint-dir", nothing, false},
};

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* Calls that are the host's in themselves, with whatever body. */
static const char *const never[] = {"plugin.pull", "plugin.create",
    "plugin.upgrade", "plugin.enable", "plugin.set", "swarm.init", "swarm.join",
    "checkpoint.create", "checkpoint.remove", "session", "grpc", "node.update",
    NULL};

/* --- walking -------------------------------------------------------------- */

static bool walk(const struct row *row, const char *path, const json_t *value,
    const char *socket);

static bool
walk_list(const struct row *row, const char *path, const json_t *list,
    const char *socket)
{
	size_t i;
	json_t *item;

	if (!json_is_array(list))
		return json_is_null(list);
	json_array_foreach(list, i, item)
	{
		if (!walk(row, path, item, socket))
			return false;
	}
	return true;
}

/* Is the value at path below this one harmless?  A name is matched as the
 * daemon would, whatever its case. */
static bool
walk_members(const struct row *row, const char *path, const json_t *object,
    const char *socket)
{
	size_t len = strcspn(path, ".[");
	bool found = false;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (strlen(key) != len || strncasecmp(key, path, len) != 0)
			continue;
		found = true;
		if (!walk(row, path + len, value, socket))
			return false;
	}
	return found || !row->required || path[len] != '\0';
}

static bool
walk(const struct row *row, const char *path, const json_t *value,
    const char *socket)
{
	if (*path == '\0')
		return row->harmless(value, socket);
	if (strncmp(path, "[]", 2) == 0)
		return walk_list(row, path + 2, value, socket);
	if (*path == '.')
		path++;
	return walk_members(row, path, value, socket);
}

static bool
is_of(const struct row *row, const char *call)
{
	if (strcmp(row->endpoint, SERVICE) == 0)
		return strcmp(call, "service.create") == 0 ||
		    strcmp(call, "service.update") == 0;
	if (strcmp(row->endpoint, "exec.create") == 0)
		return strcmp(call, "container.exec.create") == 0;
	return strcmp(row->endpoint, call) == 0;
}

/* When there is no HostConfig, old daemons take the top of a create body for
 * it. */
static bool
has_host_config(const json_t *body)
{
	return json_is_object(json_object_get(body, "HostConfig"));
}

const char *
oracle_host_root(const char *call, const json_t *body, const json_t *query,
    const char *socket)
{
	for (size_t i = 0; never[i] != NULL; i++) {
		if (strcmp(never[i], call) == 0)
			return call;
	}
	if (strcmp(call, CREATE) == 0 && !has_host_config(body))
		return "<any HostConfig field at TOP LEVEL>";
	if (strcmp(call, "container.start") == 0 && body != NULL)
		return "<body: HostConfig or {HostConfig:..}>";
	for (size_t i = 0; i < NROWS; i++) {
		const char *path = rows[i].path;

		if (!is_of(&rows[i], call))
			continue;
		if (*path == '?' ? !walk(&rows[i], path + 1, query, socket)
				 : !walk(&rows[i], path, body, socket))
			return path;
	}
	return NULL;
}

bool
oracle_has_row(const char *endpoint, const char *path)
{
	/* Rules of their own, above; every plugin call is never. */
	if (*path == '<' || strcmp(endpoint, "plugin.*") == 0)
		return true;
	for (size_t i = 0; i < NROWS; i++) {
		if (strcmp(rows[i].endpoint, endpoint) == 0 &&
		    strcmp(rows[i].path, path) == 0)
			return true;
	}
	return false;
}
