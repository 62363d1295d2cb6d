/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reference.h"

#include <string.h>

#include "core/patterns.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool
reference_valid(const char *name)
{
	size_t len = strspn(name, LETTERS DIGITS "_.-");

	return len > 0 && len <= 255 && name[len] == '\0' &&
	    strchr("_.-", name[0]) == NULL;
}

bool
reference_may_be_id(const char *name)
{
	return name[strspn(name, DIGITS "abcdef")] == '\0';
}

bool
reference_listed_exactly(const json_t *patterns, const char *text)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(patterns, i, pattern)
	{
		if (strcmp(json_string_value(pattern), text) == 0)
			return true;
	}
	return false;
}

bool
reference_container_allowed(const json_t *patterns, const char *name)
{
	if (!reference_valid(name))
		return false;
	if (reference_may_be_id(name))
		return reference_listed_exactly(patterns, name) ||
		    reference_listed_exactly(patterns, "*");
	return patterns_match(patterns, name);
}
