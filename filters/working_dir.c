/* SPDX-License-Identifier: Apache-2.0 */
/*
 * working_dir -- where the first process starts.  "/proc/self/fd/8" as a
 * working directory was a way out to the host (CVE-2024-21626), so it is an
 * absolute, clean path outside of /proc.
 */
#include <string.h>

#include "core/mount_path.h"
#include "filter.h"

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	const char *dir = json_string_value(
	    request_body_get(req, "WorkingDir"));
	char clean[MOUNT_PATH_LEN];

	(void)conf;
	if (dir == NULL || *dir == '\0')
		return VERDICT_PASS;
	if (!mount_path_take(clean, dir, strlen(dir)) ||
	    mount_path_within(clean, "/proc"))
		return report_deny(report, "WorkingDir",
		    "\"%.200s\" is not an absolute, clean path outside of "
		    "/proc",
		    dir);
	return VERDICT_PASS;
}

static const char *const calls[] = {"container.create", NULL};

const struct filter working_dir_filter = {
    .name = "working_dir",
    .summary = "A working directory that leads nowhere else.",
    .calls = calls,
    .action = ACTION_REJECT,
    .apply = apply,
};
