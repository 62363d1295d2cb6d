/* SPDX-License-Identifier: Apache-2.0 */
#include "core/image_changes.h"

#include <string.h>
#include <strings.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool
image_change_valid(const char *keyword, struct errmsg *err)
{
	static const char *const known[] = {"CMD", "ENTRYPOINT", "ENV",
	    "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER",
	    "VOLUME", "WORKDIR", NULL};
	size_t i = 0;

	while (known[i] != NULL && strcmp(known[i], keyword) != 0)
		i++;
	return known[i] != NULL ||
	    errmsg_set(err,
		"want CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, "
		"ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR");
}

static bool
begins_with(const char *change, const char *keyword)
{
	size_t len = strspn(change, LETTERS);

	return len == strlen(keyword) && change[len] == ' ' &&
	    strncasecmp(change, keyword, len) == 0;
}

bool
image_changes_allowed(
    const json_t *keywords, const json_t *changes, struct errmsg *err)
{
	size_t i, j;
	json_t *change, *keyword;

	json_array_foreach(changes, i, change)
	{
		const char *text = json_string_value(change);
		bool known = false;

		json_array_foreach(keywords, j, keyword)
		{
			if (begins_with(text, json_string_value(keyword)))
				known = true;
		}
		/* The text may be a secret (ENV): only its keyword is told. */
		if (!known)
			return errmsg_set(err,
			    "the instruction \"%.*s\" is not allowed",
			    (int)strspn(text, LETTERS), text);
		if (strpbrk(text, "\r\n") != NULL)
			return errmsg_set(err, "want one instruction a line");
	}
	return true;
}
