/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files -- which paths of a container are read and written from outside: ?path
 * of archive GET, HEAD and PUT, and export, which is all of them.
 *
 * The daemon resolves links inside the container's root, with its volumes and
 * binds mounted, on running, stopped and never started containers alike; what
 * is mounted there was judged at create.  A path says nothing of where a link
 * leads: lists narrower than "/" hold for containers that do not make links to
 * get around them.  /proc, /sys and /dev are left out because the races of
 * archive (CVE-2018-15664, CVE-2026-41568, CVE-2026-42306) and of masked paths
 * live there, and no file of the container's does.
 *
 * The daemon takes a path without its leading slash, and reads a slash or "/."
 * at its end as "what is in it".  noOverwriteDirNonDir refuses more and
 * copyUIDGID gives files to the container's own user; the tar that is put is
 * not judged here.
 */
#include <string.h>

#include "core/mount_path.h"
#include "filter.h"

struct conf {
	const json_t *read, *write, *deny;
};

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, read, "[\"/\"]", mount_path_valid,
	"Paths in the container that may be read, with all below them."),
    SETTING_STRINGS(struct conf, write, "[\"/\"]", mount_path_valid,
	"Paths in the container that may be written to, with all below them."),
    SETTING_STRINGS(struct conf, deny, NULL, mount_path_valid,
	"Paths that may be neither, whatever read and write say; /proc, /sys "
	"and /dev always are."),
    SETTING_END,
};

static bool
is_kernels(const char *path)
{
	return mount_path_within(path, "/proc") ||
	    mount_path_within(path, "/sys") || mount_path_within(path, "/dev");
}

static bool
is_within(const json_t *roots, const char *path)
{
	size_t i;
	json_t *root;

	json_array_foreach(roots, i, root)
	{
		if (mount_path_within(path, json_string_value(root)))
			return true;
	}
	return false;
}

/* Is something that is denied below path? */
static bool
has_within(const json_t *roots, const char *path)
{
	size_t i;
	json_t *root;

	json_array_foreach(roots, i, root)
	{
		if (mount_path_within(json_string_value(root), path))
			return true;
	}
	return false;
}

static enum verdict
judge_path(
    const struct conf *conf, const struct request *req, struct report *report)
{
	bool put = strcmp(req->call->name, "container.archive.put") == 0;
	bool stat = strcmp(req->call->name, "container.archive.stat") == 0;
	const char *text = request_query(req, "path");
	char path[MOUNT_PATH_LEN];

	if (text == NULL || !mount_path_in_container(path, text))
		return report_deny(report, "?path",
		    "want a path in the container without \"..\" and empty "
		    "parts");
	/* A GET brings all that is below, a PUT may write to it. */
	if (!is_within(put ? conf->write : conf->read, path) ||
	    is_kernels(path) || is_within(conf->deny, path) ||
	    (!stat && has_within(conf->deny, path)))
		return report_deny(report, "?path",
		    "the path \"%.200s\" of the container is not allowed",
		    path);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	if (strcmp(req->call->name, "container.export") != 0)
		return judge_path(conf, req, report);
	if (!is_within(conf->read, "/") || has_within(conf->deny, "/"))
		return report_deny(report, "",
		    "an export is the whole file system, and not all of it "
		    "may be read");
	return VERDICT_PASS;
}

static const char *const calls[] = {
    "container.archive.*", "container.export", NULL};

const struct filter files_filter = {
    .name = "files",
    .summary = "Which paths of a container are read and written.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
