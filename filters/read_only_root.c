/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_only_root -- a container that cannot change its own root file system,
 * with room for temporary files in memory (CIS Docker 5.13).
 */
#include <stdint.h>
#include <string.h>

#include "filter.h"

struct conf {
	const json_t *tmpfs;
};

static const struct setting settings[] = {
    SETTING_MAP(struct conf, tmpfs,
	"{\"/tmp\": \"rw,nosuid,nodev,mode=1777,size=64m\", "
	"\"/run\": \"rw,nosuid,nodev,mode=755,size=16m\"}",
	"Paths that get a tmpfs with these options, unless the caller mounts "
	"something there."),
    SETTING_END,
};

/* The target of "source:target:options". */
static bool
bind_has_target(const char *bind, const char *path)
{
	const char *target = strchr(bind, ':');
	size_t len = strlen(path);

	return target != NULL && strncmp(target + 1, path, len) == 0 &&
	    (target[1 + len] == '\0' || target[1 + len] == ':');
}

/* Does the caller mount something at the path? */
static bool
is_mounted(const struct request *req, const char *path)
{
	size_t i;
	json_t *item;

	if (json_object_get(request_body_get(req, "HostConfig.Tmpfs"), path) !=
		NULL ||
	    json_object_get(request_body_get(req, "Volumes"), path) != NULL)
		return true;
	json_array_foreach(request_body_get(req, "HostConfig.Binds"), i, item)
	{
		if (bind_has_target(json_string_value(item), path))
			return true;
	}
	json_array_foreach(request_body_get(req, "HostConfig.Mounts"), i, item)
	{
		const char *target = json_string_value(
		    json_object_get(item, "Target"));

		if (target != NULL && strcmp(target, path) == 0)
			return true;
	}
	return false;
}

static enum verdict
add_tmpfs(const struct conf *conf, struct request *req, struct report *report)
{
	json_t *old = request_body_get(req, "HostConfig.Tmpfs");
	json_t *map = old == NULL ? json_object() : json_deep_copy(old);
	size_t before = json_object_size(map);
	json_auto_t *wanted = json_deep_copy((json_t *)(uintptr_t)conf->tmpfs);
	const char *path;
	json_t *options;

	if (map == NULL || wanted == NULL) {
		json_decref(map);
		return report_fail(report, "HostConfig.Tmpfs", "out of memory");
	}
	json_object_foreach(wanted, path, options)
	{
		if (!is_mounted(req, path) &&
		    json_object_set(map, path, options) != 0) {
			json_decref(map);
			return report_fail(
			    report, "HostConfig.Tmpfs", "out of memory");
		}
	}
	if (json_object_size(map) > before)
		return rewrite_body(req, report, "HostConfig.Tmpfs", map,
		    "room for temporary files beside the read-only root");
	json_decref(map);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	if (!json_is_true(request_body_get(req, "HostConfig.ReadonlyRootfs")))
		verdict = enforce_body(req, report, "HostConfig.ReadonlyRootfs",
		    json_true(),
		    "the root file system must be read-only (--read-only); "
		    "write to a volume or a tmpfs");
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, add_tmpfs(arg, req, report));
}

static const char *const calls[] = {"container.create", NULL};

const struct filter read_only_root_filter = {
    .name = "read_only_root",
    .summary = "A read-only root file system, with tmpfs where it is needed.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
