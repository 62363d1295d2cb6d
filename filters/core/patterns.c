/* SPDX-License-Identifier: Apache-2.0 */
#include "core/patterns.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#define TEXT_LEN 1024

bool
patterns_match(const json_t *patterns, const char *text)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(patterns, i, pattern)
	{
		if (fnmatch(json_string_value(pattern), text, FNM_NOESCAPE) ==
		    0)
			return true;
	}
	return false;
}

bool
patterns_match_caseless(const json_t *patterns, const char *text)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(patterns, i, pattern)
	{
		if (fnmatch(json_string_value(pattern), text,
			FNM_NOESCAPE | FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

bool
pattern_option_valid(const char *value, struct errmsg *err)
{
	const char *equals = strchr(value, '=');

	return (equals != NULL && equals != value) ||
	    errmsg_set(err, "want \"key=pattern\", such as \"type=tmpfs\"");
}

bool
patterns_match_option(
    const json_t *patterns, const char *key, const char *value, size_t len)
{
	char text[TEXT_LEN];
	int n;

	/* In "a=b=c" nobody can tell which is the key. */
	if (strchr(key, '=') != NULL || len >= sizeof(text))
		return false;
	n = snprintf(text, sizeof(text), "%s=%.*s", key, (int)len, value);
	return n > 0 && (size_t)n < sizeof(text) &&
	    patterns_match(patterns, text);
}
