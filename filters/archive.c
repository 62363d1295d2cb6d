/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive -- what files are put into a container (docker cp): the tar of
 * container.archive.put, entry by entry while it streams.
 *
 * The daemon unpacks it as root, through what is mounted in the container.  So
 * no device nodes (a disk of the host's, made and opened in the container), no
 * set-user-id bits and no capabilities of files, no names and links that lead
 * out (CVE-2014-9356 and many since), and no compressed ones: daemons up to 29.5.0
 * looked for xz and unpigz inside the container and ran them as root of the
 * host (CVE-2026-41567).  What the daemon gets is written anew from the judged
 * entries; those before one that is refused may have been unpacked.
 *
 * A process in the container can swap directories for links while the daemon
 * walks them (CVE-2018-15664, CVE-2026-41568, CVE-2026-42306), so containers
 * that run get nothing unless `running` says so.  Without noOverwriteDirNonDir
 * a file takes the place of a directory and all that is in it, volumes too.
 * copyUIDGID only chooses between owners inside.
 */
#include <string.h>

#include "core/container_fact.h"
#include "core/mount_path.h"
#include "core/owner.h"
#include "core/tar_settings.h"
#include "filter.h"

struct conf {
	bool running;
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, running, "false",
	"Files may be put into containers that run."),
    TAR_SETTING_ROWS(struct conf),
    SETTING_END,
};

/* --- the container -------------------------------------------------------- */

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	const struct conf *conf = arg;

	return conf->running || container_fact_want(req, wanted);
}

static enum verdict
judge_container(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const json_t *about = conf->running
	    ? NULL
	    : owner_fact(req, "container", request_var(req, "container"));

	/* The daemon says itself what is not there. */
	if (conf->running || json_is_string(about) ||
	    json_is_false(json_object_get(about, "Running")))
		return VERDICT_PASS;
	if (!json_is_object(about))
		return report_fail(
		    report, "", "the container could not be looked at");
	return report_deny(report, "",
	    "files are put into containers before they run; create it, copy, "
	    "then start it");
}

/* --- the query ------------------------------------------------------------ */

static enum verdict
judge_body(const struct conf *conf, const char *base, struct report *report)
{
	struct tar_settings tar = TAR_SETTINGS_OF(conf);
	json_t *rules = tar_rules_make("archive", &tar, report);

	if (rules != NULL &&
	    json_object_set_new(rules, "base", json_string(base)) != 0) {
		json_decref(rules);
		rules = NULL;
	}
	return report_stream(report, rules);
}

static enum verdict
keep_directories(struct request *req, struct report *report)
{
	static const char name[] = "noOverwriteDirNonDir";
	const char *given = request_query(req, name);
	json_t *value;

	if (given != NULL && strcmp(given, "1") == 0)
		return VERDICT_PASS;
	value = json_string("1");
	return value == NULL
	    ? report_fail(report, "", "out of memory")
	    : rewrite_query(req, report, name, value,
		  "a file does not take the place of a directory and all in "
		  "it");
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *path = request_query(req, "path");
	char base[MOUNT_PATH_LEN];
	enum verdict verdict;

	if (path == NULL || !mount_path_in_container(base, path))
		return report_deny(report, "?path",
		    "want a path in the container without \"..\" and empty "
		    "parts");
	verdict = judge_container(conf, req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	verdict = keep_directories(req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_body(conf, base, report));
}

static const char *const calls[] = {"container.archive.put", NULL};

const struct filter archive_filter = {
    .name = "archive",
    .summary = "What files are put into containers.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
