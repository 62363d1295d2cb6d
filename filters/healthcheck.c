/* SPDX-License-Identifier: Apache-2.0 */
/*
 * healthcheck -- an image's check may not be switched off (CIS Docker 5.27),
 * and none may run so often that it is a load of its own.
 */
#include <string.h>

#include "filter.h"

struct conf {
	bool allow_disable;
	long long min_interval;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, allow_disable, "false",
	"An image's health check may be switched off (--no-healthcheck)."),
    SETTING_SECONDS(struct conf, min_interval, 1, 3600000, "\"1s\"",
	"The shortest time between two checks."),
    SETTING_END,
};

static enum verdict
judge_interval(const struct conf *conf, struct request *req,
    struct report *report, const char *field)
{
	long long is = json_integer_value(request_body_get(req, field));
	long long least = conf->min_interval * 1000000; /* nanoseconds */
	json_t *number;

	/* 0 is the image's, or the daemon's 30 s. */
	if (is == 0 || is >= least)
		return VERDICT_PASS;
	number = json_integer(least);
	if (number == NULL)
		return report_fail(report, field, "out of memory");
	return enforce_body(req, report, field, number,
	    "health checks this often are not "
	    "allowed");
}

/* Of words that the daemon does not know it only warns, and checks nothing. */
static bool
checks_nothing(const char *word)
{
	return word != NULL && *word != '\0' && strcmp(word, "CMD") != 0 &&
	    strcmp(word, "CMD-SHELL") != 0;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *first = json_string_value(
	    json_array_get(request_body_get(req, "Healthcheck.Test"), 0));
	enum verdict verdict;

	if (checks_nothing(first) &&
	    !(conf->allow_disable && strcmp(first, "NONE") == 0))
		return enforce_body(req, report, "Healthcheck", NULL,
		    "health checks may not be switched off");
	verdict = judge_interval(conf, req, report, "Healthcheck.Interval");
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict,
	    judge_interval(conf, req, report, "Healthcheck.StartInterval"));
}

static const char *const calls[] = {"container.create", NULL};

const struct filter healthcheck_filter = {
    .name = "healthcheck",
    .summary = "Health checks stay on, and do not run too often.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
