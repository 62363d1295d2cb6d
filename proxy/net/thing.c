/* SPDX-License-Identifier: Apache-2.0 */
#include "net/thing.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"

#define NAME_LEN 255
#define ID_MIN 12
#define ID_MAX 64

/* A member of the engine's answer that becomes one of the fact. */
struct member {
	const char *section, *name; /* NULL: at its top */
	json_type type;
	bool needed;
	const char *as; /* its name in the fact, or NULL: the same */
};

/* Of several types, or null. */
#define ANY_TYPE JSON_NULL

static const struct member container_members[] = {
    {NULL, "Id", JSON_STRING, true, NULL},
    {NULL, "Name", JSON_STRING, true, NULL},
    {NULL, "Image", JSON_STRING, false, NULL},
    {"Config", "User", JSON_STRING, false, NULL},
    {"Config", "Tty", ANY_TYPE, false, NULL},
    {"State", "Running", ANY_TYPE, false, NULL},
    {"HostConfig", "Privileged", ANY_TYPE, false, NULL},
    {"HostConfig", "CapAdd", ANY_TYPE, false, NULL},
    {"HostConfig", "SecurityOpt", ANY_TYPE, false, NULL},
    {"HostConfig", "ReadonlyRootfs", ANY_TYPE, false, NULL},
    {"HostConfig", "NetworkMode", ANY_TYPE, false, NULL},
    {"HostConfig", "PidMode", ANY_TYPE, false, NULL},
    {"HostConfig", "IpcMode", ANY_TYPE, false, NULL},
    {"HostConfig", "UsernsMode", ANY_TYPE, false, NULL},
    {"HostConfig", "AutoRemove", ANY_TYPE, false, NULL},
    {"HostConfig", "RestartPolicy", ANY_TYPE, false, NULL},
    {"HostConfig", "Memory", ANY_TYPE, false, NULL},
    {"HostConfig", "MemoryReservation", ANY_TYPE, false, NULL},
    {"HostConfig", "MemorySwap", ANY_TYPE, false, NULL},
    {"HostConfig", "MemorySwappiness", ANY_TYPE, false, NULL},
    {"HostConfig", "KernelMemory", ANY_TYPE, false, NULL},
    {"HostConfig", "OomKillDisable", ANY_TYPE, false, NULL},
    {"HostConfig", "NanoCpus", ANY_TYPE, false, NULL},
    {"HostConfig", "CpuPeriod", ANY_TYPE, false, NULL},
    {"HostConfig", "CpuQuota", ANY_TYPE, false, NULL},
    {"HostConfig", "CpuShares", ANY_TYPE, false, NULL},
    {"HostConfig", "CpuRealtimePeriod", ANY_TYPE, false, NULL},
    {"HostConfig", "CpuRealtimeRuntime", ANY_TYPE, false, NULL},
    {"HostConfig", "CpusetCpus", ANY_TYPE, false, NULL},
    {"HostConfig", "CpusetMems", ANY_TYPE, false, NULL},
    {"HostConfig", "PidsLimit", ANY_TYPE, false, NULL},
    {"HostConfig", "BlkioWeight", ANY_TYPE, false, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

static const struct member exec_members[] = {
    {NULL, "ID", JSON_STRING, true, NULL},
    {NULL, "ContainerID", JSON_STRING, true, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

static const struct member volume_members[] = {
    {NULL, "Name", JSON_STRING, true, NULL},
    {NULL, "Driver", JSON_STRING, true, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

static const struct member network_members[] = {
    {NULL, "Id", JSON_STRING, true, NULL},
    {NULL, "Name", JSON_STRING, true, NULL},
    {NULL, "Driver", JSON_STRING, false, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

/* Services, secrets and configs. */
static const struct member swarm_members[] = {
    {NULL, "ID", JSON_STRING, true, "Id"},
    {"Spec", "Name", JSON_STRING, true, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

static const struct member task_members[] = {
    {NULL, "ID", JSON_STRING, true, "Id"},
    {NULL, "ServiceID", JSON_STRING, false, NULL},
    {NULL, NULL, JSON_NULL, false, NULL},
};

static const struct kind {
	const char *prefix;
	const char *call, *variable; /* that asks for it */
	bool labelled;
	const char *labels; /* the section with its labels */
	const struct member *members;
} kinds[] = {
    {"container:", "container.inspect", "container", true, "Config",
	container_members},
    {"exec:", "exec.inspect", "exec", false, NULL, exec_members},
    {"volume:", "volume.inspect", "volume", true, NULL, volume_members},
    {"network:", "network.inspect", "network", true, NULL, network_members},
    {"service:", "service.inspect", "service", true, "Spec", swarm_members},
    {"secret:", "secret.inspect", "secret", true, "Spec", swarm_members},
    {"config:", "config.inspect", "config", true, "Spec", swarm_members},
    {"task:", "task.inspect", "task", false, NULL, task_members},
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct kind *
find_kind(const char *fact)
{
	for (size_t i = 0; i < NKINDS; i++) {
		if (strncmp(fact, kinds[i].prefix, strlen(kinds[i].prefix)) ==
		    0)
			return &kinds[i];
	}
	return NULL;
}

bool
thing_is(const char *fact)
{
	return find_kind(fact) != NULL;
}

/* Does the path ask for what it was made to ask for?  A name with a slash, or
 * one that had to be escaped, does not. */
static bool
asks_for(const struct kind *kind, const char *path)
{
	const struct call *call;
	struct errmsg err;
	json_t *vars;

	call = call_find(METHOD_GET, path, false, &vars, &err);
	json_decref(vars);
	return call != NULL && strcmp(call->name, kind->call) == 0;
}

char *
thing_path(const char *fact)
{
	const struct kind *kind = find_kind(fact);
	const char *name = kind == NULL ? "" : fact + strlen(kind->prefix);
	json_auto_t *vars = NULL;
	char *path;

	if (*name == '\0' || strlen(name) > NAME_LEN)
		return NULL;
	vars = json_pack("{s:s}", kind->variable, name);
	path = vars == NULL ? NULL
			    : call_path(call_by_name(kind->call), 0, vars);
	if (path != NULL && asks_for(kind, path))
		return path;
	free(path);
	return NULL;
}

/* --- answers -------------------------------------------------------------- */

/* A member of the answer; Go writes null for what is empty. */
static json_t *
find(const json_t *answer, const char *section, const char *name)
{
	json_t *value = json_object_get(
	    section == NULL ? answer : json_object_get(answer, section), name);

	return json_is_null(value) ? NULL : value;
}

static bool
copy_members(json_t *thing, const struct member *member, const json_t *answer)
{
	for (; member->name != NULL; member++) {
		json_t *value = find(answer, member->section, member->name);

		if (value != NULL && member->type != ANY_TYPE &&
		    json_typeof(value) != member->type)
			return false;
		if (value == NULL
			? member->needed
			: json_object_set(thing,
			      member->as == NULL ? member->name : member->as,
			      value) != 0)
			return false;
	}
	return true;
}

static bool
copy_labels(json_t *thing, const char *section, const json_t *answer)
{
	json_t *labels = find(answer, section, "Labels");

	if (labels == NULL)
		return json_object_set_new(thing, "Labels", json_object()) == 0;
	return json_is_object(labels) &&
	    json_object_set(thing, "Labels", labels) == 0;
}

/* The names of the networks that a container joins when it starts, of the
 * volumes that are mounted into it, and where anything but a tmpfs is. */
static bool
copy_ties(json_t *thing, const json_t *answer)
{
	json_auto_t *networks = json_array(), *volumes = json_array(),
		    *mounts = json_array();
	const char *name;
	size_t i;
	json_t *item;

	json_object_foreach(
	    find(answer, "NetworkSettings", "Networks"), name, item)
	{
		if (json_array_append_new(networks, json_string(name)) != 0)
			return false;
	}
	json_array_foreach(json_object_get(answer, "Mounts"), i, item)
	{
		const char *type = json_string_value(
		    json_object_get(item, "Type"));

		if ((type == NULL || strcmp(type, "tmpfs") != 0) &&
		    json_array_append(
			mounts, json_object_get(item, "Destination")) != 0)
			return false;
		if (type == NULL || strcmp(type, "volume") != 0)
			continue;
		if (json_array_append(volumes, json_object_get(item, "Name")) !=
		    0)
			return false;
	}
	return json_object_set(thing, "Networks", networks) == 0 &&
	    json_object_set(thing, "Volumes", volumes) == 0 &&
	    json_object_set(thing, "Mounts", mounts) == 0;
}

/* An id goes into paths of ours: letters and digits (swarm's are shorter). */
static bool
is_id(const char *text)
{
	size_t len = strlen(text);

	return len >= ID_MIN && len <= ID_MAX &&
	    strspn(text,
		"0123456789abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len;
}

static bool
ids_are_ids(const json_t *thing)
{
	static const char *const names[] = {
	    "Id", "ContainerID", "ServiceID", NULL};

	for (size_t i = 0; names[i] != NULL; i++) {
		const json_t *id = json_object_get(thing, names[i]);

		if (id != NULL && !is_id(json_string_value(id)))
			return false;
	}
	return true;
}

/* A volume has only its name; the others may be asked for by another. */
static bool
is_what_was_asked(
    const struct kind *kind, const char *fact, const json_t *thing)
{
	const char *name = json_string_value(json_object_get(thing, "Name"));

	return strcmp(kind->prefix, "volume:") != 0 ||
	    strcmp(name, fact + strlen(kind->prefix)) == 0;
}

/* Several things have ids that begin like this, in words of any age and with
 * any status; the name that was asked for has no blanks, and is none of it. */
static bool
is_ambiguous(int status, const json_t *answer)
{
	const char *message = json_string_value(
	    json_object_get(answer, "message"));

	return status >= 400 && message != NULL &&
	    (strstr(message, "ultiple IDs found with") != NULL ||
		strstr(message, " is ambiguous (") != NULL);
}

json_t *
thing_read(const char *fact, int status, const json_t *answer)
{
	const struct kind *kind = find_kind(fact);
	json_auto_t *thing = json_object();

	/* How many things others have is nobody's business: no one thing is
	 * meant, so there is none. */
	if (status == 404 || is_ambiguous(status, answer))
		return json_string("absent");
	if (kind == NULL || status != 200 || !json_is_object(answer) ||
	    !copy_members(thing, kind->members, answer) ||
	    !ids_are_ids(thing) || !is_what_was_asked(kind, fact, thing))
		return NULL;
	if (kind->labelled && !copy_labels(thing, kind->labels, answer))
		return NULL;
	if (strcmp(kind->prefix, "container:") == 0 &&
	    !copy_ties(thing, answer))
		return NULL;
	/* Of the engine's whole answer nothing is kept but this. */
	return json_deep_copy(thing);
}
