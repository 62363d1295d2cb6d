/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls -- which calls of the API a tier may make at all.
 *
 * It is the first filter and cannot be switched off: a tier that names no call
 * may make none.  It looks only at the name of the call, so that a refused one
 * costs nothing; see tier_admit().
 */
#include <stdio.h>
#include <string.h>

#include "filter.h"

struct conf {
	const json_t *allow, *deny;
};

#define CALLS_MAX 255

/* The group of a wrong one, such as "containers.*": of the nearest call's name
 * the first word. */
static void
hint_group(const char *wrong, char *hint, size_t size)
{
	const struct call *call = call_table();
	size_t len = strlen(wrong) - strlen(".*");
	char word[64], group[64];
	const char *const names[] = {group, NULL};

	hint[0] = '\0';
	(void)snprintf(word, sizeof(word), "%.*s", (int)len, wrong);
	for (; call->name != NULL && hint[0] == '\0'; call++) {
		(void)snprintf(group, sizeof(group), "%.*s",
		    (int)strcspn(call->name, "."), call->name);
		if (call->name[strlen(group)] == '.' &&
		    nearest_name(word, names) != NULL)
			(void)snprintf(
			    hint, size, "; did you mean \"%s.*\"?", group);
	}
}

/* "; did you mean ...", of the calls that there are; or "". */
static void
hint_call(const char *wrong, char *hint, size_t size)
{
	const char *names[CALLS_MAX + 1] = {NULL};
	const struct call *call = call_table();
	size_t len = strlen(wrong);

	if (len > 2 && strcmp(wrong + len - 2, ".*") == 0) {
		hint_group(wrong, hint, size);
		return;
	}
	for (size_t i = 0; i < CALLS_MAX && call[i].name != NULL; i++)
		names[i] = call[i].name;
	nearest_hint(wrong, names, hint, size);
}

static bool
pattern_valid(const char *pattern, struct errmsg *err)
{
	char hint[160];

	if (call_pattern_known(pattern))
		return true;
	hint_call(pattern, hint, sizeof(hint));
	if (hint[0] != '\0')
		return errmsg_set(err, "no call \"%.60s\"%s", pattern, hint);
	return errmsg_set(err,
	    "want a call, a group such as \"container.*\", a class such as "
	    "\"danger:safe-read\", or \"*\"; `sockwarden calls` lists them");
}

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, NULL, pattern_valid,
	"Calls that may be made: names (\"container.create\"), groups "
	"(\"image.*\"), danger classes (\"danger:safe-read\") or \"*\"."),
    SETTING_STRINGS(struct conf, deny, NULL, pattern_valid,
	"Calls that may not be made, whatever allow says."),
    SETTING_END,
};

static bool
listed(const json_t *patterns, const struct call *call)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(patterns, i, pattern)
	{
		if (call_matches(call, json_string_value(pattern)))
			return true;
	}
	return false;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const struct call *call = req->call;

	if (listed(conf->deny, call) || !listed(conf->allow, call))
		return report_deny(report, "",
		    "the call %s (%s %s) is not allowed here", call->name,
		    http_method_name(call->method), call->path);
	return VERDICT_PASS;
}

static const char *const calls[] = {"*", NULL};

const struct filter calls_filter = {
    .name = "calls",
    .summary = "Which calls of the Docker Engine API may be made at all.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .always = true,
    .apply = apply,
};
