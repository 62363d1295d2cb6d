/* SPDX-License-Identifier: Apache-2.0 */
#include "core/redact_body.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

#define HIDDEN "..."

static json_t *redact(const char *name, json_t *value);

static bool
is_one_of(const char *const *names, const char *name, size_t len)
{
	for (; *names != NULL; names++) {
		if (strlen(*names) == len && strncmp(*names, name, len) == 0)
			return true;
	}
	return false;
}

/* Members whose text is a secret, of credentials and of a swarm. */
static bool
is_secret(const char *name)
{
	static const char *const names[] = {"Data", "JoinToken", "SigningCAKey",
	    "UnlockKey", "auth", "email", "identitytoken", "password",
	    "registrytoken", "username", NULL};

	return is_one_of(names, name, strlen(name));
}

/* --- options of drivers --------------------------------------------------- */

/* Is all of "addr=10.0.0.1,rw" something other than a password? */
static bool
mount_options_shown(const char *text)
{
	static const char *const names[] = {"addr", "async", "bind", "gid",
	    "hard", "lock", "mode", "nfsvers", "noatime", "nodev", "noexec",
	    "nolock", "nosuid", "proto", "rbind", "retrans", "ro", "rsize",
	    "rw", "size", "soft", "sync", "tcp", "timeo", "uid", "vers",
	    "wsize", NULL};

	while (*text != '\0') {
		size_t len = strcspn(text, ","), name = strcspn(text, ",=");

		if (!is_one_of(names, text, name))
			return false;
		text += len + (text[len] == ',');
	}
	return true;
}

static bool
option_shown(const char *name, const char *value)
{
	static const char *const patterns[] = {"com.docker.network.*",
	    "compress", "labels", "labels-regex", "macvlan_mode", "ipvlan_mode",
	    "max-buffer-size", "max-file", "max-size", "mode", "parent", "size",
	    "tag", "type", NULL};

	if (strcmp(name, "o") == 0)
		return mount_options_shown(value);
	/* A path, or a share: no URL, which may have a password in it. */
	if (strcmp(name, "device") == 0)
		return strchr(value, '@') == NULL && strchr(value, '?') == NULL;
	for (size_t i = 0; patterns[i] != NULL; i++) {
		if (fnmatch(patterns[i], name, 0) == 0)
			return true;
	}
	return false;
}

static json_t *
redact_options(json_t *options)
{
	json_auto_t *copy = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(options, name, value)
	{
		const char *text = json_string_value(value);
		bool shown = text != NULL && option_shown(name, text);

		if (json_object_set_new(
			copy, name, json_string(shown ? text : HIDDEN)) != 0)
			return NULL;
	}
	return json_incref(copy);
}

/* --- values --------------------------------------------------------------- */

/* "NAME=value" to "NAME=". */
static json_t *
redact_variable(json_t *item)
{
	const char *text = json_string_value(item);
	const char *equals = text == NULL ? NULL : strchr(text, '=');

	return equals == NULL ? json_deep_copy(item)
			      : json_stringn(text, (size_t)(equals - text) + 1);
}

/* The items of a list of that name. */
static json_t *
redact_list(const char *name, json_t *list)
{
	bool variables = strcmp(name, "Env") == 0;
	json_auto_t *copy = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (json_array_append_new(copy,
			variables ? redact_variable(item) : redact("", item)) !=
		    0)
			return NULL;
	}
	return json_incref(copy);
}

static json_t *
redact_object(json_t *object)
{
	json_auto_t *copy = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (json_object_set_new(copy, name, redact(name, value)) != 0)
			return NULL;
	}
	return json_incref(copy);
}

static json_t *
redact(const char *name, json_t *value)
{
	static const char *const options[] = {
	    "Config", "DriverOpts", "Options", NULL};

	if (json_is_array(value))
		return redact_list(name, value);
	if (json_is_object(value))
		return is_one_of(options, name, strlen(name))
		    ? redact_options(value)
		    : redact_object(value);
	return json_is_string(value) && is_secret(name) ? json_string(HIDDEN)
							: json_copy(value);
}

json_t *
redact_body(json_t *body)
{
	if (body == NULL)
		return json_null();
	/* The settings of a plugin are a list of variables by itself. */
	return redact(json_is_array(body) ? "Env" : "", body);
}
