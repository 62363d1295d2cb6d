/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_dir.h"

#include <string.h>

#define NAME_CHARS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Behind the variable that text, a "$", begins: of "${NAME:-word}" the word
 * stays. */
static const char *
skip_variable(const char *text)
{
	text++;
	if (*text != '{')
		return text + strspn(text, NAME_CHARS);
	text += 1 + strspn(text + 1, NAME_CHARS);
	if (*text == ':' && text[1] != '\0')
		text += 2;
	return text;
}

/* The text without what means more than itself; false if it is too long. */
static bool
bare(char out[DOCKERFILE_DIR_LEN], const char *text)
{
	size_t len = 0;

	while (*text != '\0' && len + 1 < DOCKERFILE_DIR_LEN) {
		if (*text == '$')
			text = skip_variable(text);
		else if (strchr("\"'\\`}", *text) != NULL)
			text++;
		else
			out[len++] = *text++;
	}
	out[len] = '\0';
	return *text == '\0';
}

/* One part of a path more, or one less. */
static bool
enter(char dir[DOCKERFILE_DIR_LEN], const char *part, size_t len)
{
	size_t at = strcmp(dir, "/") == 0 ? 0 : strlen(dir);

	if (len == 0 || (len == 1 && *part == '.'))
		return true;
	if (len == 2 && strncmp(part, "..", 2) == 0) {
		*strrchr(dir, '/') = '\0';
		if (*dir == '\0')
			memcpy(dir, "/", 2);
		return true;
	}
	if (at + len + 2 > DOCKERFILE_DIR_LEN)
		return false;
	dir[at] = '/';
	memcpy(dir + at + 1, part, len);
	dir[at + 1 + len] = '\0';
	return true;
}

bool
dockerfile_dir_change(
    char dir[DOCKERFILE_DIR_LEN], const char *text, struct errmsg *why)
{
	char path[DOCKERFILE_DIR_LEN];
	bool fits = bare(path, text);
	size_t len;

	if (fits && *path == '/')
		memcpy(dir, "/", 2);
	for (const char *part = path; fits && *part != '\0'; part += len) {
		part += strspn(part, "/");
		len = strcspn(part, "/");
		fits = enter(dir, part, len);
	}
	return (fits && !mount_path_within(dir, "/proc") &&
		   !mount_path_within(dir, "/dev/fd")) ||
	    errmsg_set(why, "WORKDIR %.100s is not allowed", text);
}
