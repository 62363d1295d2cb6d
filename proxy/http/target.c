/* SPDX-License-Identifier: Apache-2.0 */
#include "http/target.h"

#include <stdlib.h>
#include <string.h>

static bool
refuse(int *status, struct errmsg *err, const char *text)
{
	*status = 400;
	return errmsg_set(err, "%s", text);
}

int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* May names behind this path hold slashes, so that "%2F" is one? */
static bool
slashes_in_names(const char *path)
{
	return strstr(path, "/images/") != NULL ||
	    strstr(path, "/plugins/") != NULL ||
	    strstr(path, "/distribution/") != NULL;
}

/* The byte that "%XX" at raw.at[i] stands for, or -1. */
static int
unescape(struct span raw, size_t i)
{
	int high, low;

	if (raw.len - i < 3)
		return -1;
	high = hex_digit(raw.at[i + 1]);
	low = hex_digit(raw.at[i + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Decode percent escapes, once.  What a name cannot hold is refused. */
static bool
decode(struct span raw, char *path, int *status, struct errmsg *err)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.len; i++) {
		int c = (unsigned char)raw.at[i];

		if (c == '%') {
			c = unescape(raw, i);
			i += 2;
			path[n] = '\0';
			if (c < 0 || (c == '/' && !slashes_in_names(path)))
				return refuse(status, err,
				    "a malformed escape, or an escaped "
				    "slash, in the path");
		}
		if (c <= 0x20 || c >= 0x7f || strchr("\\;#?%\"<>{}", c) != NULL)
			return refuse(
			    status, err, "forbidden byte in the path");
		path[n++] = (char)c;
	}
	path[n] = '\0';
	return true;
}

/* No "//", "/./", "/../", and no such end. */
static bool
is_clean(const char *path)
{
	size_t len;

	for (const char *at = path; *at != '\0'; at += 1 + len) {
		len = strcspn(at + 1, "/");

		if (len == 0 && at[1] != '\0')
			return false;
		if ((len == 1 || len == 2) && at[1] == '.' &&
		    (len == 1 || at[2] == '.'))
			return false;
	}
	return path[0] == '/';
}

static bool
refuse_version(int *status, struct errmsg *err)
{
	*status = 400;
	return errmsg_set(err, "want an API version: v1.%d to v1.%d are known",
	    API_MINOR_FIRST, API_MINOR_LAST);
}

/* "/v1.41" before the rest: exactly so, two numbers without leading zeros. */
static bool
take_version(struct target *target, int *status, struct errmsg *err)
{
	char *path = target->path, *end;
	long minor;

	if (path[1] != 'v' || strchr("0123456789.", path[2]) == NULL ||
	    path[2] == '\0')
		return true;
	if (strncmp(path, "/v1.", 4) != 0 || path[4] < '1' || path[4] > '9')
		return refuse_version(status, err);
	minor = strtol(path + 4, &end, 10);
	if (*end != '/' || end - path > 7)
		return refuse_version(status, err);
	*status = 400;
	if (minor > API_MINOR_LAST)
		return errmsg_set(err,
		    "client version 1.%ld is too new. Maximum supported API "
		    "version is 1.%d",
		    minor, API_MINOR_LAST);
	if (minor < API_MINOR_FIRST)
		return errmsg_set(err,
		    "client version 1.%ld is too old. Minimum supported API "
		    "version is 1.%d, please upgrade your client to a newer "
		    "version",
		    minor, API_MINOR_FIRST);
	target->minor = (int)minor;
	memmove(path, end, strlen(end) + 1);
	return true;
}

bool
target_read(
    struct span raw, struct target *target, int *status, struct errmsg *err)
{
	const char *mark = memchr(raw.at, '?', raw.len);
	struct span path = raw;

	target->minor = 0;
	target->query = (struct span){NULL, 0};
	if (mark != NULL) {
		path.len = (size_t)(mark - raw.at);
		target->query.at = mark + 1;
		target->query.len = raw.len - path.len - 1;
	}
	if (path.len >= sizeof(target->path))
		return refuse(status, err, "the path is too long");
	if (!decode(path, target->path, status, err))
		return false;
	if (!is_clean(target->path))
		return refuse(status, err,
		    "the path is not clean: \"//\", \"/./\" or \"/../\"");
	return take_version(target, status, err);
}
