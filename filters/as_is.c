/* SPDX-License-Identifier: Apache-2.0 */
/*
 * as_is -- containers run what their image says, and nothing else: no entry
 * point, command, user, environment, directory or shell of the caller's.  Off
 * unless a tier asks for it.
 */
#include "filter.h"

static bool
is_empty(const json_t *value)
{
	return value == NULL ||
	    (json_is_array(value) && json_array_size(value) == 0) ||
	    (json_is_string(value) && *json_string_value(value) == '\0');
}

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	static const char *const fields[] = {"Entrypoint", "Cmd", "User", "Env",
	    "WorkingDir", "Shell", "OnBuild", "StopSignal", NULL};
	enum verdict verdict = VERDICT_PASS;

	(void)conf;
	for (size_t i = 0; fields[i] != NULL && verdict > VERDICT_DENY; i++) {
		if (!is_empty(request_body_get(req, fields[i])))
			verdict = verdict_and(verdict,
			    enforce_body(req, report, fields[i], NULL,
				"images run as they are; leave this out"));
	}
	return verdict;
}

static const char *const calls[] = {"container.create", NULL};

const struct filter as_is_filter = {
    .name = "as_is",
    .summary = "Only the image's own command, user and environment.",
    .calls = calls,
    .action = ACTION_OFF,
    .apply = apply,
};
