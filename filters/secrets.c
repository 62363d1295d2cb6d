/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secrets -- which secrets and configs may be made and changed.
 *
 * A driver is a plugin that is asked for the value, and a template is run with
 * what its service may see (moby, daemon/cluster/secrets.go; swarmkit,
 * template/), so a config could show a secret.  An update changes labels alone:
 * the engine refuses another name, so that a list of names holds, and it
 * compares the data, which makes it tell whether a guess is right; so there is
 * none in an update.
 *
 * What is read is not judged here: lists and inspections of secrets show names,
 * those of configs all that is in them, which is a permission of its own
 * (config.inspect, config.list).
 */
#include <string.h>

#include "core/judges.h"
#include "core/patterns.h"
#include "core/reserved_labels.h"
#include "core/text.h"
#include "filter.h"

struct conf {
	const json_t *drivers, *templates;
	struct pattern_set *names, *reserved_labels;
	long long size;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, names, "[\"*\"]", NULL,
	"Names of secrets and configs that may be made and changed (fnmatch "
	"patterns)."),
    SETTING_PATTERNS(struct conf, reserved_labels,
	"[\"com.docker.swarm.*\", \"desktop.docker.io/*\", \"sockwarden.*\"]",
	NULL, "Labels that a caller may not set (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, drivers, NULL, NULL,
	"Plugins that secrets may be asked from (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, templates, NULL, NULL,
	"Template drivers that may be used, such as \"golang\" (fnmatch "
	"patterns)."),
    SETTING_BYTES(struct conf, size, 0, 1024 * 1024, "\"48k\"",
	"The most that one may hold."),
    SETTING_END,
};

static enum verdict
judge_driver(const json_t *allowed, const struct request *req,
    struct report *report, const char *field)
{
	json_t *driver = request_body_get(req, field);

	if (driver == NULL || patterns_match(allowed, text_at(driver, "Name")))
		return VERDICT_PASS;
	return report_deny(report, field,
	    "secrets and configs hold what they are given; this is not "
	    "allowed");
}

static enum verdict
judge_labels(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return reserved_labels_judge(conf->reserved_labels, req, report);
}

/* Base64: four characters are three bytes. */
static enum verdict
judge_data(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	size_t len = json_string_length(request_body_get(req, "Data"));
	const char *dot = strrchr(req->call->name, '.');

	if (len > 0 && strcmp(dot, ".update") == 0)
		return report_deny(report, "Data",
		    "only labels may be changed; make a new one");
	if ((long long)(len / 4 * 3) > conf->size)
		return report_deny(
		    report, "Data", "want %lld bytes at most", conf->size);
	return VERDICT_PASS;
}

static enum verdict
judge_name(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return pattern_set_match(conf->names, text_at(req->body, "Name"))
	    ? VERDICT_PASS
	    : report_deny(report, "Name", "this name may not be used");
}

static enum verdict
judge_drivers(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	enum verdict verdict = judge_driver(
	    conf->drivers, req, report, "Driver");

	return verdict <= VERDICT_DENY
	    ? verdict
	    : judge_driver(conf->templates, req, report, "Templating");
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	static judge_fn *const judges[] = {
	    judge_name, judge_drivers, judge_labels, judge_data, NULL};

	return judges_run(judges, arg, req, report);
}

static const char *const calls[] = {
    "secret.create", "secret.update", "config.create", "config.update", NULL};

const struct filter secrets_filter = {
    .name = "secrets",
    .summary = "Which secrets and configs may be made and changed.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
