/* SPDX-License-Identifier: Apache-2.0 */
#include "core/plugin_grant.h"

#include <fnmatch.h>
#include <string.h>

bool
plugin_grant_valid(const char *text, struct errmsg *err)
{
	return (*text != '=' && strchr(text, '=') != NULL) ||
	    errmsg_set(err, "want \"name=pattern\"");
}

bool
plugin_grant_listed(
    const json_t *grants, const char *name, size_t len, const char *value)
{
	size_t i;
	json_t *grant;

	if (strstr(value, "..") != NULL)
		return false;
	json_array_foreach(grants, i, grant)
	{
		const char *text = json_string_value(grant);

		if (strncmp(text, name, len) == 0 && text[len] == '=' &&
		    fnmatch(text + len + 1, value, FNM_NOESCAPE) == 0)
			return true;
	}
	return false;
}

bool
plugin_privilege_allowed(const json_t *grants, const char *name,
    const char *value, struct errmsg *why)
{
	return plugin_grant_listed(grants, name, strlen(name), value) ||
	    errmsg_set(why,
		"the privilege \"%.60s\" (%.200s) may not be granted", name,
		value);
}
