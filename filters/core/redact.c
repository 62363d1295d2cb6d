/* SPDX-License-Identifier: Apache-2.0 */
#include "core/redact.h"

#include <stdbool.h>
#include <string.h>

static bool
is_env(const char *field)
{
	const char *dot = strrchr(field, '.');

	return strncmp(dot == NULL ? field : dot + 1, "Env", 3) == 0;
}

/* "PASSWORD=x" to "PASSWORD=". */
static json_t *
name_only(const json_t *item)
{
	const char *text = json_string_value(item);
	const char *equals = text == NULL ? NULL : strchr(text, '=');

	if (equals == NULL)
		return json_deep_copy(item);
	return json_stringn(text, (size_t)(equals - text) + 1);
}

static json_t *
names_only(const json_t *list)
{
	json_auto_t *names = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (json_array_append_new(names, name_only(item)) != 0)
			return NULL;
	}
	return json_incref(names);
}

json_t *
redact_copy(const char *field, const json_t *value)
{
	if (value == NULL)
		return json_null();
	if (is_env(field))
		return json_is_array(value) ? names_only(value)
					    : name_only(value);
	return json_deep_copy(value);
}
