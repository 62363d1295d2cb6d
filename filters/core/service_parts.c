/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reference.h"
#include "core/service_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mount.h"
#include "core/owner.h"
#include "core/pointer.h"
#include "core/text.h"

#define PRIVILEGES SERVICE_SPEC ".Privileges"
#define NO_NEW "no-new-privileges"
#define OPTIONS "HostConfig.SecurityOpt"
#define QUOTA "HostConfig.CpuQuota"
#define NANO "TaskTemplate.Resources.Limits.NanoCPUs"
#define TMPFS "HostConfig.Tmpfs"
#define MODE "HostConfig.NetworkMode"
#define ENDPOINTS "NetworkingConfig.EndpointsConfig"
#define MOUNTS SERVICE_SPEC ".Mounts"
/* Seccomp, AppArmor and no-new-privileges are cleared below this. */
#define PRIVILEGES_MINOR 44

/* --- Privileges and SecurityOpt ------------------------------------------- */

static bool
add(json_t *list, const char *key, const char *value)
{
	return json_array_append_new(list, json_sprintf("%s%s", key, value)) ==
	    0;
}

static bool
add_seccomp(const struct request *req, json_t *list)
{
	const char *mode = text_of(
	    request_body_get(req, PRIVILEGES ".Seccomp.Mode"));

	/* A profile counts as the caller's own whatever the mode says. */
	if (*text_of(request_body_get(req, PRIVILEGES ".Seccomp.Profile")) !=
		'\0' ||
	    strcmp(mode, "custom") == 0)
		return add(list, "seccomp=", "{}");
	return *mode == '\0' || strcmp(mode, "default") == 0 ||
	    add(list, "seccomp=", mode);
}

static bool
add_apparmor(const struct request *req, json_t *list)
{
	const char *mode = text_of(
	    request_body_get(req, PRIVILEGES ".AppArmor.Mode"));

	return *mode == '\0' || strcmp(mode, "default") == 0 ||
	    add(list, "apparmor=",
		strcmp(mode, "disabled") == 0 ? "unconfined" : mode);
}

static bool
add_labels(const struct request *req, json_t *list)
{
	static const struct {
		const char *field, *option;
	} labels[] = {
	    {PRIVILEGES ".SELinuxContext.User", "label=user:"},
	    {PRIVILEGES ".SELinuxContext.Role", "label=role:"},
	    {PRIVILEGES ".SELinuxContext.Type", "label=type:"},
	    {PRIVILEGES ".SELinuxContext.Level", "label=level:"},
	};

	if (json_is_true(
		request_body_get(req, PRIVILEGES ".SELinuxContext.Disable")) &&
	    !add(list, "label=", "disable"))
		return false;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		const char *value = text_of(
		    request_body_get(req, labels[i].field));

		if (*value != '\0' && !add(list, labels[i].option, value))
			return false;
	}
	return true;
}

bool
service_security_show(const struct request *req, json_t **view)
{
	json_auto_t *list = json_array();

	if (list == NULL || !add_seccomp(req, list) ||
	    !add_apparmor(req, list) || !add_labels(req, list) ||
	    (json_is_true(
		 request_body_get(req, PRIVILEGES ".NoNewPrivileges")) &&
		!add(list, NO_NEW, "")))
		return false;
	return json_array_size(list) == 0 || pointer_set(view, OPTIONS, list);
}

/* Is every option with this beginning still there? */
static bool
kept_all(const json_t *before, const json_t *after, const char *key)
{
	size_t i;
	json_t *item;

	json_array_foreach(before, i, item)
	{
		const char *text = json_string_value(item);

		if (strncmp(text, key, strlen(key)) == 0 &&
		    !reference_listed_exactly(after, text))
			return false;
	}
	return true;
}

static enum verdict
take_options(const json_t *before, const json_t *after, struct request *req,
    struct report *report, const char *why)
{
	static const struct {
		const char *key, *field;
	} parts[] = {
	    {"seccomp=", PRIVILEGES ".Seccomp"},
	    {"apparmor=", PRIVILEGES ".AppArmor"},
	    {"label=", PRIVILEGES ".SELinuxContext"},
	};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!kept_all(before, after, parts[i].key) &&
		    verdict > VERDICT_DENY)
			verdict = verdict_and(verdict,
			    rewrite_body(
				req, report, parts[i].field, NULL, why));
	}
	return verdict;
}

enum verdict
service_security_take(json_t **old, const json_t *view, struct request *req,
    struct report *report, const char *why)
{
	static const char field[] = PRIVILEGES ".NoNewPrivileges";
	json_t *before = pointer_get(*old, OPTIONS);
	json_t *after = pointer_get(view, OPTIONS);
	enum verdict verdict = take_options(before, after, req, report, why);
	bool no_new = reference_listed_exactly(after, NO_NEW) &&
	    !reference_listed_exactly(before, NO_NEW);

	if (verdict > VERDICT_DENY && no_new && req->minor < PRIVILEGES_MINOR)
		return report_deny(report, field,
		    "the engine looks at this from API 1.%d on only; use a "
		    "newer client and engine",
		    PRIVILEGES_MINOR);
	if (verdict > VERDICT_DENY && no_new)
		verdict = verdict_and(verdict,
		    rewrite_body(req, report, field, json_true(), why));
	if (!pointer_set(old, OPTIONS, after))
		return report_fail(report, field, "out of memory");
	return verdict;
}

/* --- CPU time ------------------------------------------------------------- */

/* A quota in a period of 100 ms, which is the daemon's own, as billionths of a
 * CPU. */
enum verdict
service_cpu_take(json_t **old, const json_t *view, struct request *req,
    struct report *report, const char *why)
{
	json_t *quota = pointer_get(view, QUOTA), *nano;

	if (quota == NULL)
		return VERDICT_PASS;
	nano = json_integer(json_integer_value(quota) * 10000);
	if (nano == NULL || !pointer_set(old, QUOTA, quota)) {
		json_decref(nano);
		return report_fail(report, NANO, "out of memory");
	}
	return rewrite_body(req, report, NANO, nano, why);
}

/* --- Tmpfs ---------------------------------------------------------------- */

/* An octal number behind "mode=", or 0. */
static long long
mode_of(const struct mount *mount)
{
	const char *mode = strstr(mount->tmpfs_options, "mode=");

	return mode == NULL ? 0 : strtoll(mode + strlen("mode="), NULL, 8);
}

/* "/tmp": "mode=1777,size=64m" as an item of Mounts: new, or NULL. */
static json_t *
tmpfs_item(const char *target, const json_t *options)
{
	struct mount mount MOUNT_UNSET;
	struct errmsg why;

	if (!mount_from_tmpfs(target, options, &mount, &why) ||
	    mount.tmpfs_size < 0)
		return NULL;
	return json_pack("{s:s, s:s, s:{s:I, s:I}}", "Type", "tmpfs", "Target",
	    mount.target, "TmpfsOptions", "SizeBytes",
	    (json_int_t)mount.tmpfs_size, "Mode", (json_int_t)mode_of(&mount));
}

enum verdict
service_tmpfs_take(json_t **old, const json_t *view, struct request *req,
    struct report *report, const char *why)
{
	json_t *tmpfs = pointer_get(view, TMPFS), *options, *list;
	json_t *mounts = request_body_get(req, MOUNTS);
	const char *target;

	if (tmpfs == NULL)
		return VERDICT_PASS;
	list = mounts == NULL ? json_array() : json_deep_copy(mounts);
	json_object_foreach(tmpfs, target, options)
	{
		if (json_array_append_new(list, tmpfs_item(target, options)) !=
		    0) {
			json_decref(list);
			return report_deny(report, MOUNTS,
			    "a service cannot have the tmpfs that this tier "
			    "puts at \"%.100s\"",
			    target);
		}
	}
	if (list == NULL || !pointer_set(old, TMPFS, tmpfs)) {
		json_decref(list);
		return report_fail(report, MOUNTS, "out of memory");
	}
	return rewrite_body(req, report, MOUNTS, list, why);
}

/* --- networks ------------------------------------------------------------- */

static const char *const network_lists[] = {
    "TaskTemplate.Networks", "Networks", NULL};

bool
service_networks_want(const struct request *req, json_t *wanted)
{
	size_t i;
	json_t *network;

	for (const char *const *list = network_lists; *list != NULL; list++) {
		json_array_foreach(request_body_get(req, *list), i, network)
		{
			const char *target = json_string_value(
			    json_object_get(network, "Target"));

			if (target != NULL &&
			    !owner_want("network", target, wanted))
				return false;
		}
	}
	return true;
}

static bool
show_network(
    const struct request *req, const json_t *network, json_t *endpoints)
{
	const char *target = json_string_value(
	    json_object_get(network, "Target"));
	const char *name = target == NULL ? ""
					  : owner_name(req, "network", target);
	json_t *endpoint = json_pack("{s:O*, s:O*}", "Aliases",
	    json_object_get(network, "Aliases"), "DriverOpts",
	    json_object_get(network, "DriverOpts"));

	/* Twice the same would hide the first from the filter; no network has
	 * an empty name. */
	if (json_object_get(endpoints, name) != NULL)
		name = "";
	return json_object_set_new(endpoints, name, endpoint) == 0;
}

/* The first is the mode, and all of them are endpoints.  Without any a service
 * is in the default network, as a container is. */
bool
service_networks_show(const struct request *req, json_t **view)
{
	json_auto_t *endpoints = json_object();
	json_auto_t *first = NULL;
	size_t i;
	json_t *network;

	for (const char *const *list = network_lists; *list != NULL; list++) {
		json_array_foreach(request_body_get(req, *list), i, network)
		{
			if (!show_network(req, network, endpoints))
				return false;
		}
	}
	if (endpoints == NULL)
		return false;
	if (json_object_size(endpoints) == 0)
		return true;
	first = json_string(json_object_iter_key(json_object_iter(endpoints)));
	return first != NULL && pointer_set(view, MODE, first) &&
	    pointer_set(view, ENDPOINTS, endpoints);
}

static bool
same(const json_t *a, const json_t *b)
{
	return a != NULL && b != NULL && json_equal(a, b);
}

/* One network of the service.  The filter may have put the id in place of the
 * name that it was shown, if it is the id of this very network; what else it
 * has changed cannot be said of a service. */
static enum verdict
take_network(const char *field, const json_t *before, const json_t *after,
    struct request *req, struct report *report, const char *why)
{
	const char *target = json_string_value(request_body_get(req, field));
	const char *name = owner_name(
	    req, "network", target == NULL ? "" : target);
	const char *id = owner_id(req, "network", target == NULL ? "" : target);
	const json_t *endpoint = json_object_get(before, name);
	json_t *value;

	if (same(endpoint, json_object_get(after, name)))
		return VERDICT_PASS;
	if (!same(endpoint, json_object_get(after, id)))
		return report_deny(report, field, "%s", why);
	value = json_string(id);
	if (value == NULL)
		return report_fail(report, field, "out of memory");
	return rewrite_body(req, report, field, value, why);
}

/* As many networks as there were, each of them explained by one of the service,
 * are all there are. */
enum verdict
service_networks_take(json_t **old, const json_t *view, struct request *req,
    struct report *report, const char *why)
{
	const json_t *before = pointer_get(*old, ENDPOINTS);
	json_t *after = pointer_get(view, ENDPOINTS);
	enum verdict verdict = VERDICT_PASS;
	json_t *mode = pointer_get(view, MODE);
	char field[64];

	if (before == NULL || json_equal(before, after) ||
	    json_object_size(before) != json_object_size(after))
		return VERDICT_PASS;
	for (const char *const *list = network_lists; *list != NULL; list++) {
		size_t n = json_array_size(request_body_get(req, *list));

		for (size_t i = 0; i < n && verdict > VERDICT_DENY; i++) {
			(void)snprintf(
			    field, sizeof(field), "%s[%zu].Target", *list, i);
			verdict = verdict_and(verdict,
			    take_network(
				field, before, after, req, report, why));
		}
	}
	if (json_object_get(after, json_string_value(mode)) != NULL &&
	    !pointer_set(old, MODE, mode))
		return report_fail(report, field, "out of memory");
	if (verdict > VERDICT_DENY && !pointer_set(old, ENDPOINTS, after))
		return report_fail(report, field, "out of memory");
	return verdict;
}

/* --- /etc/hosts ----------------------------------------------------------- */

/* "address name..." as "name:address" for each name; what is no such line is
 * shown as it is, and no filter of hosts will take it for one. */
static bool
show_line(const char *line, json_t *lines)
{
	size_t address = strcspn(line, " \t");
	const char *name = line + address + strspn(line + address, " \t");

	if (address == 0 || *name == '\0')
		return json_array_append_new(lines, json_string("")) == 0;
	while (*name != '\0') {
		size_t len = strcspn(name, " \t");

		if (json_array_append_new(lines,
			json_sprintf("%.*s:%.*s", (int)len, name, (int)address,
			    line)) != 0)
			return false;
		name += len + strspn(name + len, " \t");
	}
	return true;
}

bool
service_hosts_show(const struct request *req, json_t **view)
{
	json_auto_t *lines = json_array();
	size_t i;
	json_t *line;

	json_array_foreach(
	    request_body_get(req, SERVICE_SPEC ".Hosts"), i, line)
	{
		if (!show_line(json_string_value(line), lines))
			return false;
	}
	if (lines == NULL)
		return false;
	return json_array_size(lines) == 0 ||
	    pointer_set(view, "HostConfig.ExtraHosts", lines);
}
