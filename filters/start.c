/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start -- a container starts as it was created: not from a checkpoint, which
 * is a process image that the caller may have written, read from a directory of
 * the host's ("checkpoint-dir").
 */
#include "filter.h"

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	static const char *const names[] = {
	    "checkpoint", "checkpoint-dir", NULL};

	(void)conf;
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *value = request_query(req, names[i]);

		if (value != NULL && *value != '\0')
			return report_deny(report, names[i],
			    "containers are not started from checkpoints");
	}
	return VERDICT_PASS;
}

static const char *const calls[] = {"container.start", NULL};

const struct filter start_filter = {
    .name = "start",
    .summary = "Containers start as they were created.",
    .calls = calls,
    .action = ACTION_REJECT,
    .apply = apply,
};
