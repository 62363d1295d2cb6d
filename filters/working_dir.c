/* SPDX-License-Identifier: Apache-2.0 */
/*
 * working_dir -- where the first process starts.  "/proc/self/fd/8" as a
 * working directory was a way out to the host (CVE-2024-21626), so it is an
 * absolute, clean path outside of /proc.  For an exec too, and in an image that
 * a commit makes, where create would not see it.  ("/dev/fd" is a link there.)
 */
#include <string.h>
#include <strings.h>

#include "core/mount_path.h"
#include "filter.h"

static enum verdict
judge(const char *dir, const char *field, struct report *report)
{
	char clean[MOUNT_PATH_LEN];

	if (!mount_path_take(clean, dir, strlen(dir)) ||
	    mount_path_within(clean, "/proc") ||
	    mount_path_within(clean, "/dev/fd"))
		return report_deny(report, field,
		    "\"%.200s\" is not an absolute, clean path outside of "
		    "/proc",
		    dir);
	return VERDICT_PASS;
}

/* "WORKDIR /srv" among the changes of a commit.  The daemon would expand
 * variables and take quotes and escapes off. */
static enum verdict
judge_changes(const json_t *changes, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;
	size_t i;
	json_t *change;

	json_array_foreach(changes, i, change)
	{
		const char *text = json_string_value(change);

		if (strncasecmp(text, "WORKDIR", 7) != 0)
			continue;
		text += 7 + strspn(text + 7, " ");
		verdict = text[strcspn(text, "$\\\"'` ")] != '\0'
		    ? report_deny(report, "?changes",
			  "want a WORKDIR without variables, quotes and blanks")
		    : judge(text, "?changes", report);
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	const char *dir = json_string_value(
	    request_body_get(req, "WorkingDir"));
	enum verdict verdict = VERDICT_PASS;

	(void)conf;
	if (dir != NULL && *dir != '\0')
		verdict = judge(dir, "WorkingDir", report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return judge_changes(json_object_get(req->query, "changes"), report);
}

static const char *const calls[] = {
    "container.commit", "container.create", "container.exec.create", NULL};

const struct filter working_dir_filter = {
    .name = "working_dir",
    .summary = "A working directory that leads nowhere else.",
    .calls = calls,
    .action = ACTION_REJECT,
    .apply = apply,
};
