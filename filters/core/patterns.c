/* SPDX-License-Identifier: Apache-2.0 */
#include "core/patterns.h"

#include <fnmatch.h>

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

json_t *
patterns_pick(const json_t *patterns, json_t *object)
{
	json_auto_t *picked = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (patterns_match(patterns, name) &&
		    json_object_set(picked, name, value) != 0)
			return NULL;
	}
	return json_incref(picked);
}
