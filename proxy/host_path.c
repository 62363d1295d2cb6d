/* SPDX-License-Identifier: Apache-2.0 */
#include "host_path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "limit.h"

#define PATH_SIZE 4096

static const char *
name_error(void)
{
	return errno == ENOENT || errno == ENOTDIR ? "absent" : "unseen";
}

/*
 * One part of the path after the other, from the root.  Somebody who may rename
 * a part meanwhile can make this lie; but he can as well rename it after any
 * check, and before the engine looks, so nothing is lost by not asking for all
 * at once (openat2), which a process that may open no file cannot do.
 */
const char *
host_path_look(const char *path)
{
	char part[PATH_SIZE];
	size_t len = strlen(path), depth = 0;
	struct stat st;

	if (path[0] != '/' || len >= sizeof(part))
		return "unseen";
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		if (++depth > LIMIT_PATH_DEPTH)
			return "unseen";
		part[i] = '\0';
		if (lstat(part, &st) != 0)
			return name_error();
		if (S_ISLNK(st.st_mode))
			return "symlink";
		part[i] = path[i];
	}
	return "plain";
}
