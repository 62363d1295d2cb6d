/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security_options -- HostConfig.SecurityOpt as a whole, and the paths of /proc
 * and /sys that are masked.
 *
 * The daemon reads the list last wins, "key=value" or the older "key:value".
 * So it is read here the same way and replaced as a whole.  Empty MaskedPaths
 * and ReadonlyPaths mean "mask nothing", which is what the client makes of
 * systempaths=unconfined.  (CIS Docker 5.2, 5.3, 5.22, 5.26; Pod Security.)
 */
#include <string.h>

#include "core/judges.h"
#include "core/patterns.h"
#include "filter.h"

#define FIELD "HostConfig.SecurityOpt"
#define NO_NEW "no-new-privileges"

struct conf {
	bool no_new_privileges, unmask, seccomp_inline;
	const json_t *seccomp, *apparmor, *label;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, no_new_privileges, "true",
	"Force no-new-privileges: setuid programs gain nothing."),
    SETTING_STRINGS(struct conf, seccomp, "[\"builtin\"]", NULL,
	"Values of seccomp= that are allowed (\"unconfined\" is the absence "
	"of any)."),
    SETTING_BOOL(struct conf, seccomp_inline, "false",
	"The caller may bring a seccomp profile of its own."),
    SETTING_STRINGS(struct conf, apparmor, "[\"docker-default\"]", NULL,
	"Values of apparmor= that are allowed."),
    SETTING_STRINGS(struct conf, label, NULL, NULL,
	"Values of label= that are allowed, such as \"type:container_t\" "
	"(fnmatch patterns)."),
    SETTING_BOOL(struct conf, unmask, "false",
	"MaskedPaths and ReadonlyPaths may be given."),
    SETTING_END,
};

/* What an option of the caller's is to us. */
enum fate {
	FATE_TAKEN_OUT = 0,
	FATE_KEPT,
	FATE_OURS, /* no-new-privileges, which we write ourselves */
};

/* The value behind "key=" or "key:", or NULL if it is of another key. */
static const char *
value_of(const char *option, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(option, key, len) != 0 ||
	    (option[len] != '=' && option[len] != ':'))
		return NULL;
	/* A ':' separates only where there is no '=' at all. */
	if (option[len] == ':' && strchr(option, '=') != NULL)
		return NULL;
	return option + len + 1;
}

static enum fate
fate_of(const struct conf *conf, const char *option)
{
	const char *value;

	if (strcmp(option, NO_NEW) == 0)
		return FATE_OURS;
	value = value_of(option, NO_NEW);
	if (value != NULL && strcmp(value, "true") == 0)
		return FATE_OURS;
	if (value != NULL && strcmp(value, "false") == 0 &&
	    !conf->no_new_privileges)
		return FATE_OURS;
	value = value_of(option, "seccomp");
	if (value != NULL)
		return (*value == '{' ? conf->seccomp_inline
				      : patterns_match(conf->seccomp, value))
		    ? FATE_KEPT
		    : FATE_TAKEN_OUT;
	value = value_of(option, "apparmor");
	if (value != NULL)
		return patterns_match(conf->apparmor, value) ? FATE_KEPT
							     : FATE_TAKEN_OUT;
	value = value_of(option, "label");
	return value != NULL && patterns_match(conf->label, value)
	    ? FATE_KEPT
	    : FATE_TAKEN_OUT;
}

/* The last word about no-new-privileges. */
static bool
asks_no_new(const json_t *options)
{
	bool asks = false;
	size_t i;
	json_t *item;

	json_array_foreach(options, i, item)
	{
		const char *text = json_string_value(item);
		const char *value = value_of(text, NO_NEW);

		if (strcmp(text, NO_NEW) == 0)
			asks = true;
		else if (value != NULL)
			asks = strcmp(value, "true") == 0;
	}
	return asks;
}

/* The whole list as it shall be; *refused counts what was taken out. */
static json_t *
make_list(const struct conf *conf, const json_t *options, size_t *refused)
{
	json_auto_t *list = json_array();
	size_t i;
	json_t *item;

	*refused = 0;
	if ((conf->no_new_privileges || asks_no_new(options)) &&
	    json_array_append_new(list, json_string(NO_NEW)) != 0)
		return NULL;
	json_array_foreach(options, i, item)
	{
		enum fate fate = fate_of(conf, json_string_value(item));

		if (fate == FATE_TAKEN_OUT)
			++*refused;
		else if (fate == FATE_KEPT &&
		    json_array_append(list, item) != 0)
			return NULL;
	}
	return json_incref(list);
}

static enum verdict
judge_options(const void *arg, struct request *req, struct report *report)
{
	json_t *options = request_body_get(req, FIELD);
	size_t refused;
	json_t *list = make_list(arg, options, &refused);

	if (list == NULL)
		return report_fail(report, FIELD, "out of memory");
	if (options == NULL && json_array_size(list) == 0) {
		json_decref(list);
		return VERDICT_PASS;
	}
	if (refused > 0)
		return enforce_body(req, report, FIELD, list,
		    "options that weaken seccomp, AppArmor or SELinux, or "
		    "that are not known, are not allowed");
	return rewrite_body(
	    req, report, FIELD, list, "no-new-privileges is always on");
}

static enum verdict
judge_paths(const void *arg, struct request *req, struct report *report)
{
	static const char *const fields[] = {
	    "HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths", NULL};
	const struct conf *conf = arg;
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; fields[i] != NULL && verdict > VERDICT_DENY; i++) {
		if (!conf->unmask && request_body_get(req, fields[i]) != NULL)
			verdict = verdict_and(verdict,
			    enforce_body(req, report, fields[i], NULL,
				"which paths of /proc and /sys are hidden is "
				"the daemon's choice"));
	}
	return verdict;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {judge_options, judge_paths, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {"container.create", NULL};

const struct filter security_options_filter = {
    .name = "security_options",
    .summary = "no-new-privileges, seccomp, AppArmor, SELinux, masked paths.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
