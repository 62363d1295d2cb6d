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

/* Options of drivers: addresses, and the passwords for them. */
static bool
holds_options(const char *name)
{
	return strcmp(name, "Config") == 0 || strcmp(name, "Options") == 0 ||
	    strcmp(name, "DriverOpts") == 0;
}

/* Credentials of registries; arguments of a build, which hold passwords and the
 * addresses of proxies. */
static bool
is_secret(const char *field)
{
	return strncmp(field, "X-Registry-", 11) == 0 ||
	    strcmp(field, "?buildargs") == 0;
}

/* An object's names with "..." for values. */
static json_t *
keys_only(json_t *object)
{
	json_auto_t *keys = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (json_object_set_new(keys, name, json_string("...")) != 0)
			return NULL;
	}
	return json_incref(keys);
}

static json_t *redact_value(const char *name, json_t *value);

static json_t *
redact_object(json_t *object)
{
	json_auto_t *copy = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (json_object_set_new(
			copy, name, redact_value(name, value)) != 0)
			return NULL;
	}
	return json_incref(copy);
}

static json_t *
redact_array(json_t *array)
{
	json_auto_t *copy = json_array();
	size_t i;
	json_t *value;

	json_array_foreach(array, i, value)
	{
		if (json_array_append_new(copy, redact_value("", value)) != 0)
			return NULL;
	}
	return json_incref(copy);
}

/* NULL if out of memory.  Depth is that of a body: bounded. */
static json_t *
redact_value(const char *name, json_t *value)
{
	if (json_is_object(value))
		return holds_options(name) ? keys_only(value)
					   : redact_object(value);
	return json_is_array(value) ? redact_array(value)
				    : json_deep_copy(value);
}

json_t *
redact_copy(const char *field, json_t *value)
{
	const char *dot = strrchr(field, '.');

	if (value == NULL)
		return json_null();
	if (is_secret(field))
		return keys_only(value);
	if (is_env(field))
		return json_is_array(value) ? names_only(value)
					    : name_only(value);
	return redact_value(dot == NULL ? field : dot + 1, value);
}
