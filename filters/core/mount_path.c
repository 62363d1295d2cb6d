/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mount_path.h"

#include <stdio.h>
#include <string.h>

static bool
component_is_clean(const char *text, size_t len)
{
	if (len == 0 || (len == 1 && text[0] == '.') ||
	    (len == 2 && text[0] == '.' && text[1] == '.'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f ||
		    text[i] == '\\')
			return false;
	}
	return true;
}

bool
mount_path_is_clean_below(const char *path)
{
	for (;;) {
		size_t len = strcspn(path, "/");

		if (!component_is_clean(path, len))
			return false;
		if (path[len] == '\0')
			return true;
		path += len + 1;
	}
}

bool
mount_path_is_clean(const char *path)
{
	return path[0] == '/' &&
	    (path[1] == '\0' || mount_path_is_clean_below(path + 1));
}

bool
mount_path_take(char *out, const char *text, size_t len)
{
	if (len > 1 && text[len - 1] == '/')
		len--;
	/* jansson keeps \u0000 only in strings that are asked for their length;
	 * the daemon would see more than we do. */
	if (len == 0 || len >= MOUNT_PATH_LEN ||
	    memchr(text, '\0', len) != NULL)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return mount_path_is_clean(out);
}

bool
mount_path_in_container(char *out, const char *text)
{
	char path[MOUNT_PATH_LEN];
	int n = snprintf(
	    path, sizeof(path), "%s%s", *text == '/' ? "" : "/", text);
	size_t len = (size_t)n;

	if (*text == '\0' || n < 0 || len >= sizeof(path))
		return false;
	if (len >= 2 && strcmp(path + len - 2, "/.") == 0)
		len--;
	return mount_path_take(out, path, len);
}

bool
mount_path_within(const char *path, const char *root)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);

	return strncmp(path, root, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/');
}

bool
mount_path_is_free(const char *path)
{
	return strcmp(path, "/") != 0 && !mount_path_within(path, "/proc") &&
	    !mount_path_within(path, "/sys") &&
	    (!mount_path_within(path, "/dev") || strcmp(path, "/dev/shm") == 0);
}

bool
mount_path_valid(const char *value, struct errmsg *err)
{
	return (mount_path_is_clean(value) && strlen(value) < MOUNT_PATH_LEN) ||
	    errmsg_set(err,
		"want an absolute path without \"..\" or a slash at its end");
}
