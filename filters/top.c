/* SPDX-License-Identifier: Apache-2.0 */
/*
 * top -- what ps(1) may be asked for.
 *
 * The daemon runs the host's ps as root, with ?ps_args split at spaces as its
 * arguments, and drops the lines whose PID column is not of the container
 * (daemon/top_unix.go).  "e" shows environments, columns may be renamed to move
 * the PID column, and what else a ps has is the host's affair: so arguments are
 * taken from a list, to the letter, or are "-o" or "-eo" with columns of a
 * list.  Without arguments the daemon takes "-ef".
 */
#include <stdio.h>
#include <string.h>

#include "core/reference.h"
#include "filter.h"

struct conf {
	const json_t *allow, *columns;
};

static bool
arguments_valid(const char *value, struct errmsg *err)
{
	return value[strspn(value,
		   "abcdefghijklmnopqrstuvwxyz"
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789,%_- ")] == '\0' ||
	    errmsg_set(err, "want arguments of ps, without any \"=\"");
}

static bool
column_valid(const char *value, struct errmsg *err)
{
	return (*value != '\0' &&
		   value[strspn(value,
		       "abcdefghijklmnopqrstuvwxyz0123456789%_")] == '\0') ||
	    errmsg_set(err, "want the name of a column of ps");
}

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, "[\"-ef\", \"aux\", \"-aux\", \"ax\"]",
	arguments_valid, "Arguments of ps that may be given, to the letter."),
    SETTING_STRINGS(struct conf, columns,
	"[\"pid\", \"ppid\", \"pgid\", \"sid\", \"user\", \"uid\", \"group\", "
	"\"gid\", \"comm\", \"args\", \"cmd\", \"command\", \"stat\", "
	"\"state\", \"s\", \"tty\", \"time\", \"etime\", \"start\", "
	"\"stime\", \"lstart\", \"pcpu\", \"%cpu\", \"pmem\", \"%mem\", "
	"\"rss\", \"vsz\", \"nlwp\", \"ni\", \"pri\"]",
	column_valid, "Columns that may be asked for with -o."),
    SETTING_END,
};

/* "pid,comm": every one on the list. */
static bool
columns_allowed(const struct conf *conf, const char *text)
{
	char column[32];

	for (;;) {
		size_t len = strcspn(text, ",");

		if (len == 0 || len >= sizeof(column))
			return false;
		memcpy(column, text, len);
		column[len] = '\0';
		if (!reference_listed_exactly(conf->columns, column))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

static bool
is_allowed(const struct conf *conf, const char *args)
{
	if (reference_listed_exactly(conf->allow, args))
		return true;
	if (strncmp(args, "-o ", 3) == 0)
		return columns_allowed(conf, args + 3);
	return strncmp(args, "-eo ", 4) == 0 && columns_allowed(conf, args + 4);
}

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	const char *args = request_query(req, "ps_args");

	if (args == NULL || *args == '\0' || is_allowed(conf, args))
		return VERDICT_PASS;
	return report_deny(report, "?ps_args",
	    "these arguments of ps are not allowed; leave them out");
}

static const char *const calls[] = {"container.top", NULL};

const struct filter top_filter = {
    .name = "top",
    .summary = "What ps may be asked for, which runs on the host.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
