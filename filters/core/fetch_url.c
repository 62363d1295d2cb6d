/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fetch_url.h"

#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *
after_scheme(const char *url)
{
	static const char *const schemes[] = {
	    "https://", "http://", "git://", NULL};

	for (size_t i = 0; schemes[i] != NULL; i++) {
		if (strncmp(url, schemes[i], strlen(schemes[i])) == 0)
			return url + strlen(schemes[i]);
	}
	return NULL;
}

/* Is the first part of url, len bytes, a URL that is read in one way? */
static bool
plain(const char *url, size_t len)
{
	const char *host = after_scheme(url), *path;
	size_t host_len;

	if (host == NULL)
		return false;
	host_len = strcspn(host, "/");
	path = host + host_len;
	return host_len > 0 && path < url + len && *host != '.' &&
	    strspn(host, LOWER DIGITS ".:-") >= host_len &&
	    path + strspn(path, LOWER UPPER DIGITS "._~/+=,-") >= url + len &&
	    strstr(url, "..") == NULL && strstr(path, "//") == NULL;
}

/* "#branch" or "#branch:directory". */
static bool
fragment_valid(const char *text)
{
	size_t len = strspn(text + 1, LOWER UPPER DIGITS "._/-");
	const char *directory = text + 1 + len;

	if (len == 0 || text[1] == '-')
		return false;
	if (*directory == '\0')
		return true;
	return *directory == ':' && directory[1] != '-' &&
	    directory[1] != '/' &&
	    directory[1 + strspn(directory + 1, LOWER UPPER DIGITS "._/-")] ==
	    '\0';
}

/* Where the "**" at the end of a pattern stands, or its length. */
static size_t
fixed_part(const char *pattern)
{
	size_t len = strlen(pattern);

	if (len > 3 && strcmp(pattern + len - 3, "/**") == 0)
		return len - 2;
	return len;
}

bool
fetch_url_valid(const char *pattern, struct errmsg *err)
{
	return plain(pattern, fixed_part(pattern)) ||
	    errmsg_set(err,
		"want a URL with a path, such as "
		"\"https://files.example.com/images/base.tar\", or with "
		"\"/**\" at its end");
}

bool
fetch_url_allowed(
    const json_t *patterns, const char *url, bool git, struct errmsg *err)
{
	size_t len = strcspn(url, "#"), i;
	json_t *item;

	if (!plain(url, len) ||
	    (url[len] == '#' && (!git || !fragment_valid(url + len))))
		return errmsg_set(err,
		    "want a URL of http, https or git, without user, query, "
		    "escapes or \"..\"");
	json_array_foreach(patterns, i, item)
	{
		const char *pattern = json_string_value(item);
		size_t fixed = fixed_part(pattern);

		if (strncmp(url, pattern, fixed) == 0 &&
		    (pattern[fixed] != '\0' ? len > fixed : len == fixed))
			return true;
	}
	return errmsg_set(err, "this URL is not on the list of this tier");
}
