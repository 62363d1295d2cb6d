/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin_grant -- a list of what plugins may be granted or set, as name=pattern.
 */
#ifndef PLUGIN_GRANT_H
#define PLUGIN_GRANT_H

#include <stdbool.h>

#include "errmsg.h"
#include "json.h"

/* Is the text of a setting "name=pattern"? */
bool plugin_grant_valid(const char *text, struct errmsg *err);

/* Is "name=value" one of the list?  The name has len bytes.  Of a path every
 * component must be what it says. */
bool plugin_grant_listed(
    const json_t *grants, const char *name, size_t len, const char *value);

/* May the privilege be granted?  False with the reason. */
bool plugin_privilege_allowed(const json_t *grants, const char *name,
    const char *value, struct errmsg *why);

#endif
