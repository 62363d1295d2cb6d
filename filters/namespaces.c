/* SPDX-License-Identifier: Apache-2.0 */
/*
 * namespaces -- what a container shares with the host or another container.
 *
 * "host" opens the host's processes, shared memory, name or cgroups; a join of
 * "container:<x>" opens another caller's.  What the daemon would choose by
 * itself depends on its version (IpcMode is shareable below API 1.40), so the
 * private mode is written down.  (CIS Docker 5.16, 5.17, 5.21; Pod Security
 * "baseline".)
 */
#include <string.h>

#include "core/owner.h"
#include "core/patterns.h"
#include "filter.h"

struct conf {
	const json_t *pid, *ipc, *uts, *cgroup;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, pid, NULL, NULL,
	"PidMode values that are allowed besides a namespace of its own: "
	"\"host\", \"container:NAME\" (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, ipc, NULL, NULL,
	"IpcMode values that are allowed besides \"private\" and \"none\"."),
    SETTING_STRINGS(struct conf, uts, NULL, NULL,
	"UTSMode values that are allowed besides a namespace of its own."),
    SETTING_STRINGS(struct conf, cgroup, NULL, NULL,
	"CgroupnsMode values that are allowed besides \"private\"."),
    SETTING_END,
};

/* One of the four. */
struct mode {
	const char *field;
	const char *safe; /* what it becomes */
	const char *other; /* as safe as that, or NULL */
	const json_t *allowed; /* patterns */
};

static enum verdict
to_safe(const struct mode *mode, struct request *req, struct report *report,
    bool asked, const char *why)
{
	json_t *safe = *mode->safe == '\0' ? NULL : json_string(mode->safe);

	if (*mode->safe != '\0' && safe == NULL)
		return report_fail(report, mode->field, "out of memory");
	return asked ? enforce_body(req, report, mode->field, safe, why)
		     : rewrite_body(req, report, mode->field, safe, why);
}

static enum verdict
judge_mode(const struct mode *mode, struct request *req, struct report *report)
{
	const char *is = json_string_value(request_body_get(req, mode->field));
	char text[OWNER_MODE_LEN];

	if (is == NULL)
		is = "";
	if (strcmp(is, mode->safe) == 0 ||
	    (mode->other != NULL && strcmp(is, mode->other) == 0))
		return VERDICT_PASS;
	/* Daemons that do not know the field (API 1.40) do not mind it; those
	 * that do share the host's when they are asked by an old version. */
	if (*is == '\0')
		return to_safe(mode, req, report, false,
		    "a namespace of its own, whatever the daemon's default is");
	if (patterns_match(mode->allowed, owner_mode(req, NULL, is, text)))
		return VERDICT_PASS;
	if (strcmp(is, "host") == 0 || strcmp(is, "shareable") == 0)
		return to_safe(mode, req, report, true,
		    "sharing this namespace is not allowed; leave the option "
		    "out");
	/* To leave a join out would run something else than was meant. */
	return report_deny(report, mode->field,
	    "\"%s\" is not allowed; leave the option out", is);
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const struct mode modes[] = {
	    {"HostConfig.PidMode", "", NULL, conf->pid},
	    {"HostConfig.IpcMode", "private", "none", conf->ipc},
	    {"HostConfig.UTSMode", "", NULL, conf->uts},
	    {"HostConfig.CgroupnsMode", "private", NULL, conf->cgroup},
	};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0;
	     i < sizeof(modes) / sizeof(modes[0]) && verdict > VERDICT_DENY;
	     i++)
		verdict = verdict_and(
		    verdict, judge_mode(&modes[i], req, report));
	return verdict;
}

static const char *const calls[] = {"container.create", NULL};

const struct filter namespaces_filter = {
    .name = "namespaces",
    .summary = "No namespaces shared with the host or other containers.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
