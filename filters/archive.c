/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive -- docker cp: which containers it may be used on, and what files are
 * put into them: the tar of container.archive.put, entry by entry while it
 * streams.
 *
 * For get, stat and put alike the daemon mounts the container's volumes and
 * binds, and its own /etc/hosts, hostname and resolv.conf, below the
 * container's root on the host (mountVolumes, setupMounts), by paths that it
 * resolved before.  Who can change a directory on the way makes it a link and
 * has them mounted over the host's (CVE-2018-15664's family), from
 *  - a volume or bind: whoever shares it, be this container stopped.  That a
 *    destination lies in no other one proves nothing, for its name, or /etc,
 *    may be a link in the image that leads into one;
 *  - the root: what runs in it, if it can be written to.
 * So `mounts: safe` wants neither.  A tmpfs is not mounted for this, whether of
 * HostConfig.Tmpfs or of Mounts, and is not in the fact.
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
 *
 * Who is stopped when the call is judged may run before the archive is
 * unpacked: the engine has no lock over both, and an upload may take its time.
 * What was mounted then is mounted already, by paths that nobody could change,
 * and the engine unpacks in a chroot of the container's root (since 18.09.7); so
 * a program that swaps directories moves files within the container alone.
 * Where engines are older, leave container.archive.put out of a tier's calls.
 */
#include <string.h>

#include "core/container_fact.h"
#include "core/mount_path.h"
#include "core/owner.h"
#include "core/tar_settings.h"
#include "filter.h"

enum { MOUNTS_SAFE, MOUNTS_ANY };

static const char *const mounts_words[] = {"safe", "any", NULL};

struct conf {
	int mounts;
	bool running;
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    SETTING_ENUM(struct conf, mounts, mounts_words, "\"safe\"",
	"Containers that files are taken from and put into: those without "
	"volumes and binds that are stopped or have a read-only root (safe), "
	"or "
	"any. The daemon mounts them on the host by path; programs that change "
	"the path meanwhile have them mounted over the host's files."),
    SETTING_BOOL(struct conf, running, "false",
	"Files may be put into containers that run."),
    TAR_SETTING_ROWS(struct conf, "\"within\""),
    SETTING_END,
};

/* --- the container -------------------------------------------------------- */

static bool
is_put(const struct request *req)
{
	return strcmp(req->call->name, "container.archive.put") == 0;
}

/* Is nothing asked that depends on the container? */
static bool
is_any(const struct conf *conf, const struct request *req)
{
	return conf->mounts == MOUNTS_ANY && (conf->running || !is_put(req));
}

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	return is_any(arg, req) || container_fact_want(req, wanted);
}

static enum verdict
judge_mounts(const json_t *about, struct report *report)
{
	const json_t *mounts = json_object_get(about, "Mounts");
	const char *first = json_string_value(json_array_get(mounts, 0));

	if (!json_is_array(mounts))
		return report_fail(
		    report, "", "the container's mounts are not known");
	if (json_array_size(mounts) > 0)
		return report_deny(report, "",
		    "cp is not possible with a mount on \"%s\": what shares it "
		    "could have the daemon mount it elsewhere on the host",
		    first == NULL ? "" : first);
	if (!json_is_false(json_object_get(about, "Running")) &&
	    !json_is_true(json_object_get(about, "ReadonlyRootfs")))
		return report_deny(report, "",
		    "cp is not possible while a container with a writable root "
		    "runs; stop it first");
	return VERDICT_PASS;
}

static enum verdict
judge_container(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const json_t *about = is_any(conf, req)
	    ? NULL
	    : owner_fact(req, "container", request_var(req, "container"));

	/* The daemon says itself what is not there. */
	if (is_any(conf, req) || json_is_string(about))
		return VERDICT_PASS;
	if (!json_is_object(about))
		return report_fail(
		    report, "", "the container could not be looked at");
	if (is_put(req) && !conf->running &&
	    !json_is_false(json_object_get(about, "Running")))
		return report_deny(report, "",
		    "files are put into containers before they run; create "
		    "it, copy, then start it");
	return conf->mounts == MOUNTS_ANY ? VERDICT_PASS
					  : judge_mounts(about, report);
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
apply_put(const struct conf *conf, struct request *req, struct report *report)
{
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

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	return is_put(req) ? apply_put(arg, req, report)
			   : judge_container(arg, req, report);
}

static const char *const calls[] = {"container.archive.get",
    "container.archive.stat", "container.archive.put", NULL};

const struct filter archive_filter = {
    .name = "archive",
    .summary = "Which containers docker cp is used on, and what files it puts "
	       "into them.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
