/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capabilities -- which parts of root's power a container has.
 *
 * The daemon takes names in any case, with or without "CAP_", and ALL; with ALL
 * dropped, what is added is all there is.  (CIS Docker 5.4; Pod Security
 * "restricted" drops ALL and adds at most NET_BIND_SERVICE.)
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/judges.h"
#include "core/keep.h"
#include "filter.h"

struct conf {
	const json_t *allow, *drop;
};

static const char *const names[] = {"ALL", "AUDIT_CONTROL", "AUDIT_READ",
    "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN",
    "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK",
    "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN",
    "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST",
    "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG",
    "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE",
    "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME",
    "SYS_TTY_CONFIG", "WAKE_ALARM", NULL};

/* The name as this table has it, or NULL. */
static const char *
find_name(const char *text)
{
	if (strncasecmp(text, "CAP_", 4) == 0)
		text += 4;
	for (size_t i = 0; names[i] != NULL; i++) {
		if (strcasecmp(names[i], text) == 0)
			return names[i];
	}
	return NULL;
}

static bool
name_valid(const char *value, struct errmsg *err)
{
	const char *name = find_name(value);

	return (name != NULL && strcmp(name, value) == 0) ||
	    errmsg_set(err,
		"want a capability such as \"NET_BIND_SERVICE\", or \"ALL\"");
}

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, NULL, name_valid,
	"Capabilities that may be added.  \"ALL\" allows only --cap-add ALL "
	"itself, which is nearly the host's root."),
    SETTING_STRINGS(struct conf, drop, "[\"ALL\"]", name_valid,
	"Capabilities that are always dropped."),
    SETTING_END,
};

static bool
holds(const json_t *list, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *is = find_name(json_string_value(item));

		if (is != NULL && strcmp(is, name) == 0)
			return true;
	}
	return false;
}

static bool
may_be_added(const void *arg, const char *text, const json_t *item)
{
	const struct conf *conf = arg;
	const char *name = find_name(text);

	(void)item;
	return name != NULL && holds(conf->allow, name);
}

/* What is told of those that may not be added. */
static void
name_refused(const struct conf *conf, const json_t *add, struct errmsg *why)
{
	char list[256] = "";
	size_t len = 0, i;
	json_t *item;

	json_array_foreach(add, i, item)
	{
		const char *text = json_string_value(item);

		if (may_be_added(conf, text, item) || len >= sizeof(list))
			continue;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
		    len == 0 ? "" : ", ", find_name(text));
	}
	(void)errmsg_set(why, "these capabilities may not be added: %s", list);
}

static enum verdict
judge_add(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.CapAdd";
	const json_t *add = request_body_get(req, field);
	struct errmsg why;
	size_t i;
	json_t *item;

	json_array_foreach(add, i, item)
	{
		if (find_name(json_string_value(item)) == NULL)
			return report_deny(report, field,
			    "\"%s\" is not a capability",
			    json_string_value(item));
	}
	name_refused(arg, add, &why);
	return keep_in_body(req, report, field, may_be_added, arg, why.text);
}

/* The caller's list and ours. */
static enum verdict
judge_drop(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	json_t *drop = request_body_get(req, "HostConfig.CapDrop"), *item;
	json_t *list = drop == NULL ? json_array() : json_deep_copy(drop);
	bool changed = false;
	size_t i;

	json_array_foreach(conf->drop, i, item)
	{
		if (list == NULL || holds(list, json_string_value(item)))
			continue;
		changed = true;
		if (json_array_append(list, item) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	if (list == NULL)
		return report_fail(
		    report, "HostConfig.CapDrop", "out of memory");
	if (changed)
		return rewrite_body(req, report, "HostConfig.CapDrop", list,
		    "these capabilities are always dropped");
	json_decref(list);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_add, judge_drop, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.create", NULL};

const struct filter capabilities_filter = {
    .name = "capabilities",
    .summary = "Which capabilities are dropped, and which may be added.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
