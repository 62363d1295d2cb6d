/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_archive -- files for a container (container.archive.put).  "base" of the
 * rules is the directory that they go to, absolute and clean.  What is mounted
 * at /proc, /sys and /dev is not a container's.
 */
#include <stdio.h>
#include <string.h>

#include "core/mount_path.h"
#include "core/tar_kind.h"

static const char *
base_of(const json_t *rules)
{
	return json_string_value(json_object_get(rules, "base"));
}

static bool
begin(const json_t *rules, json_t *state, struct errmsg *err)
{
	const char *base = base_of(rules);

	(void)state;
	return (base != NULL && mount_path_is_clean(base)) ||
	    errmsg_set(err, "the rules cannot be read");
}

static bool
entry(const json_t *rules, json_t *state, const struct tar_entry *entry,
    bool *hold, struct errmsg *why)
{
	static const char *const kernels[] = {"/proc", "/sys", "/dev", NULL};
	const char *base = base_of(rules);
	char path[2 * TAR_NAME_LEN];

	(void)state;
	*hold = false;
	(void)snprintf(path, sizeof(path), "%s/%s",
	    strcmp(base, "/") == 0 ? "" : base, entry->name);
	for (size_t i = 0; kernels[i] != NULL; i++) {
		/* The directory itself may be there, as in any root. */
		if (entry->type == TAR_DIRECTORY &&
		    strcmp(path, kernels[i]) == 0)
			return true;
		if (mount_path_within(path, kernels[i]))
			return errmsg_set(
			    why, "%s is the kernel's", kernels[i]);
	}
	return true;
}

const struct tar_kind tar_kind_archive = {
    .name = "archive",
    .begin = begin,
    .entry = entry,
};
