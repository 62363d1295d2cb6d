/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals -- what a container is told to end with, and how long it is waited
 * for: ?signal of kill, and of stop and restart from API 1.42 on; ?t.
 *
 * A signal reaches the container's own first process and nothing else, so any
 * may be sent by default, but it must be one: the daemon takes a number, or a
 * name in any case with or without SIG (moby/sys/signal, ParseSignal), and Go
 * reads "+9" as a number and upper-cases U+017F to S, which we do not.  Without
 * a signal kill sends KILL; stop and restart send the container's own and KILL
 * when the time is over.  A negative ?t is for ever, and a huge one overflows
 * into whatever; either holds the daemon's lock on the container.  Without ?t the
 * container's own StopTimeout counts, which the shutdown of the daemon waits
 * for, too, so that a create obeys the same limit; its StopSignal is what stop
 * sends without a word of the caller's.  (An image's own one is not seen here.)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter.h"

#define RTMIN 34 /* of the C library, which keeps two for itself */
#define RTMAX 64

struct conf {
	const json_t *allow;
	long long timeout_max;
	bool forever;
};

/* moby/sys/signal, SignalMap for Linux; numbers as on amd64 and arm64. */
static const struct {
	const char *name;
	int number;
} names[] = {
    {"ABRT", 6},
    {"ALRM", 14},
    {"BUS", 7},
    {"CHLD", 17},
    {"CLD", 17},
    {"CONT", 18},
    {"FPE", 8},
    {"HUP", 1},
    {"ILL", 4},
    {"INT", 2},
    {"IO", 29},
    {"IOT", 6},
    {"KILL", 9},
    {"PIPE", 13},
    {"POLL", 29},
    {"PROF", 27},
    {"PWR", 30},
    {"QUIT", 3},
    {"RTMAX", RTMAX},
    {"RTMIN", RTMIN},
    {"SEGV", 11},
    {"STKFLT", 16},
    {"STOP", 19},
    {"SYS", 31},
    {"TERM", 15},
    {"TRAP", 5},
    {"TSTP", 20},
    {"TTIN", 21},
    {"TTOU", 22},
    {"URG", 23},
    {"USR1", 10},
    {"USR2", 12},
    {"VTALRM", 26},
    {"WINCH", 28},
    {"XCPU", 24},
    {"XFSZ", 25},
};

/* A plain number from 1 to most, or 0. */
static int
plain_number(const char *text, int most)
{
	size_t len = strspn(text, "0123456789");
	int number;

	if (len == 0 || len > 2 || text[len] != '\0' || text[0] == '0')
		return 0;
	number = (int)strtol(text, NULL, 10);
	return number <= most ? number : 0;
}

/* "RTMIN+3", "RTMAX-14"; or 0. */
static int
real_time(const char *text)
{
	int n;

	if (strncasecmp(text, "RTMIN+", 6) == 0) {
		n = plain_number(text + 6, 15);
		return n == 0 ? 0 : RTMIN + n;
	}
	if (strncasecmp(text, "RTMAX-", 6) == 0) {
		n = plain_number(text + 6, 14);
		return n == 0 ? 0 : RTMAX - n;
	}
	return 0;
}

/* The number of the signal that text names, or 0. */
static int
signal_number(const char *text)
{
	if (*text >= '0' && *text <= '9')
		return plain_number(text, RTMAX);
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(text, names[i].name) == 0)
			return names[i].number;
	}
	return real_time(text);
}

static bool
signal_valid(const char *value, struct errmsg *err)
{
	return strcmp(value, "*") == 0 || signal_number(value) != 0 ||
	    errmsg_set(err,
		"want a signal such as \"TERM\", \"SIGKILL\", \"9\" or "
		"\"RTMIN+3\", or \"*\"");
}

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, "[\"*\"]", signal_valid,
	"Signals that may be sent, by name or number, and that a container "
	"may be stopped with; \"*\" is any."),
    SETTING_SECONDS(struct conf, timeout_max, 0, 86400000, "\"10m\"",
	"The longest that stop and restart may wait before they kill."),
    SETTING_BOOL(struct conf, forever, "false",
	"Stop and restart may wait for ever (a negative timeout)."),
    SETTING_END,
};

static bool
is_allowed(const json_t *allow, int number)
{
	size_t i;
	json_t *item;

	json_array_foreach(allow, i, item)
	{
		const char *text = json_string_value(item);

		if (strcmp(text, "*") == 0 || signal_number(text) == number)
			return true;
	}
	return false;
}

/* text may be NULL: none. */
static enum verdict
judge_signal(const struct conf *conf, struct report *report, const char *field,
    const char *text)
{
	int number;

	if (text == NULL || *text == '\0')
		return VERDICT_PASS;
	number = signal_number(text);
	if (number == 0)
		return report_deny(
		    report, field, "\"%.40s\" is not a signal", text);
	if (!is_allowed(conf->allow, number))
		return report_deny(
		    report, field, "the signal \"%.40s\" is not allowed", text);
	return VERDICT_PASS;
}

/* What ?signal asks for. */
static const char *
signal_of(const struct request *req)
{
	const char *text = request_query(req, "signal");

	if ((text == NULL || *text == '\0') &&
	    strcmp(req->call->name, "container.kill") == 0)
		return "KILL";
	return text;
}

static bool
is_short(const struct conf *conf, long long seconds)
{
	return seconds < 0 ? conf->forever
			   : seconds <= conf->timeout_max / 1000;
}

static enum verdict
judge_wait(const struct conf *conf, struct request *req, struct report *report)
{
	const char *text = request_query(req, "t");
	long long most = conf->timeout_max / 1000;
	json_t *ours;

	if (text == NULL || is_short(conf, strtoll(text, NULL, 10)))
		return VERDICT_PASS;
	if (report->action != ACTION_REWRITE)
		return report_deny(report, "?t",
		    "the time to wait is at most %lld seconds", most);
	ours = json_sprintf("%lld", most);
	if (ours == NULL)
		return report_fail(report, "?t", "out of memory");
	return rewrite_query(
	    req, report, "t", ours, "longer than containers are waited for");
}

/* Absent: the daemon's 10 seconds. */
static enum verdict
judge_stop_timeout(
    const struct conf *conf, struct request *req, struct report *report)
{
	json_t *value = request_body_get(req, "StopTimeout");
	long long most = conf->timeout_max / 1000;
	json_t *ours;

	if (value == NULL || is_short(conf, json_integer_value(value)))
		return VERDICT_PASS;
	ours = json_integer(most);
	if (ours == NULL)
		return report_fail(report, "StopTimeout", "out of memory");
	return enforce_body(req, report, "StopTimeout", ours,
	    "longer than containers are waited for");
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	bool create = strcmp(req->call->name, "container.create") == 0;
	enum verdict verdict = create
	    ? judge_signal(arg, report, "StopSignal",
		  json_string_value(request_body_get(req, "StopSignal")))
	    : judge_signal(arg, report, "?signal", signal_of(req));

	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict,
	    create ? judge_stop_timeout(arg, req, report)
		   : judge_wait(arg, req, report));
}

static const char *const calls[] = {"container.create", "container.kill",
    "container.restart", "container.stop", NULL};

const struct filter signals_filter = {
    .name = "signals",
    .summary = "Signals that may be sent, and how long is waited.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
