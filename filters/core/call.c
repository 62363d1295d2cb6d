/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call_params.h"

static const struct call calls[] = {
#define CALL(name, method, path, params, body, reply, danger, schema, why)     \
	{name, METHOD_##method, path, CALL_BODY_##body, CALL_REPLY_##reply,    \
	    DANGER_##danger, schema, params_##params, why},
#include "core/calls.def"
#undef CALL
    {.name = NULL},
};

const struct call *
call_table(void)
{
	return calls;
}

const char *
http_method_name(enum http_method method)
{
	static const char *const names[] = {
	    [METHOD_NONE] = "?",
	    [METHOD_GET] = "GET",
	    [METHOD_HEAD] = "HEAD",
	    [METHOD_POST] = "POST",
	    [METHOD_PUT] = "PUT",
	    [METHOD_DELETE] = "DELETE",
	};

	return names[method];
}

const char *
danger_name(enum danger danger)
{
	static const char *const names[] = {
	    [DANGER_HOST_ROOT] = "host-root",
	    [DANGER_CROSS_TENANT] = "cross-tenant",
	    [DANGER_SECRET_LEAK] = "secret-leak",
	    [DANGER_DOS] = "dos",
	    [DANGER_SAFE_READ] = "safe-read",
	};

	return names[danger];
}

const struct call *
call_by_name(const char *name)
{
	for (const struct call *call = calls; call->name != NULL; call++) {
		if (strcmp(call->name, name) == 0)
			return call;
	}
	return NULL;
}

/* --- finding -------------------------------------------------------------- */

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* A container, volume, network, ...: the daemon's own grammar, which has no
 * slash, so that "/containers/x/kill/start" is not the start of "x/kill". */
static bool
is_name(const char *text, size_t len)
{
	return len > 0 && strchr(ALNUM, text[0]) != NULL &&
	    strspn(text, ALNUM "_.-") >= len;
}

/* An image or plugin reference: segments of reference characters. */
static bool
is_reference(const char *text, size_t len)
{
	return len > 0 && text[0] != '/' && text[len - 1] != '/' &&
	    strspn(text, ALNUM "_.-/:@+") >= len;
}

static bool
has_slashes(const char *variable)
{
	return strncmp(variable, "{image}", 7) == 0 ||
	    strncmp(variable, "{plugin}", 8) == 0 ||
	    strncmp(variable, "{reference}", 11) == 0;
}

/* Where a path is matched against a template. */
struct match {
	const char *key, *value;
	size_t key_len, value_len;
};

/* The first n segments after "{...}" must fit literally; the name is all
 * before them. */
static size_t
name_len(const char *path, const char *rest, bool slashes)
{
	size_t len = strlen(path), tail = strlen(rest);

	if (!slashes)
		return strcspn(path, "/");
	return len > tail ? len - tail : 0;
}

static bool
match_template(const char *template, const char *path, struct match *match)
{
	match->key = NULL;
	while (*template != '\0') {
		if (*template != '{') {
			if (*template ++ != *path++)
				return false;
			continue;
		}
		match[1].key = NULL;
		match->key = template + 1;
		match->key_len = strcspn(template + 1, "}");
		match->value = path;
		match->value_len = name_len(
		    path, template + match->key_len + 2, has_slashes(template));
		if (!(has_slashes(template)
			    ? is_reference(path, match->value_len)
			    : is_name(path, match->value_len)))
			return false;
		path += match->value_len;
		template += match->key_len + 2;
		match++;
		match->key = NULL;
	}
	return *path == '\0';
}

static json_t *
make_vars(const struct match *match, struct errmsg *err)
{
	json_auto_t *vars = json_object();

	for (; match->key != NULL; match++) {
		if (json_object_setn_new(vars, match->key, match->key_len,
			json_stringn(match->value, match->value_len)) != 0) {
			(void)errmsg_nomem(err);
			return NULL;
		}
	}
	if (vars == NULL)
		(void)errmsg_nomem(err);
	return json_incref(vars);
}

const struct call *
call_find(enum http_method method, const char *path, bool from_src,
    json_t **vars, struct errmsg *err)
{
	struct match match[4];
	const char *wanted = from_src ? "image.pull" : "image.import";

	for (const struct call *call = calls; call->name != NULL; call++) {
		if (call->method != method ||
		    !match_template(call->path, path, match) ||
		    strcmp(call->name, wanted) == 0)
			continue;
		*vars = make_vars(match, err);
		return *vars == NULL ? NULL : call;
	}
	*vars = NULL;
	(void)errmsg_set(
	    err, "no such call: %s %.200s", http_method_name(method), path);
	return NULL;
}

bool
call_may_name(enum http_method method, const char *path)
{
	size_t len = 1 + strcspn(path + 1, "/") + 1;

	for (const struct call *call = calls; call->name != NULL; call++) {
		if (method == METHOD_GET && call->method == METHOD_GET &&
		    strlen(path) > len && strncmp(call->path, path, len) == 0 &&
		    call->path[len] == '{')
			return true;
	}
	return false;
}

/* --- the path to send ----------------------------------------------------- */

/* Names that passed call_find() need no escapes but these.  Returns the end. */
static char *
put_name(char *to, const char *name)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (strchr(ALNUM "._~/:@-", c) != NULL) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	return to;
}

/* The template with names in the place of variables, and a NUL; false if one is
 * missing. */
static bool
put_path(char *to, const char *template, const json_t *vars)
{
	size_t len;
	const char *value;

	for (; *template != '\0'; template ++) {
		if (*template != '{') {
			*to++ = *template;
			continue;
		}
		len = strcspn(template + 1, "}");
		value = json_string_value(
		    json_object_getn(vars, template + 1, len));
		if (value == NULL)
			return false;
		to = put_name(to, value);
		template += len + 1;
	}
	*to = '\0';
	return true;
}

/* The most that a path can take: every byte of a name escaped. */
static size_t
path_size(const char *template, const json_t *vars)
{
	size_t size = strlen(template) + sizeof("/v1.99");
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)vars, name, value)
	    size += 3 * json_string_length(value);
	return size;
}

char *
call_path(const struct call *call, int minor, const json_t *vars)
{
	char *path = malloc(path_size(call->path, vars)), *to = path;

	if (path == NULL)
		return NULL;
	if (minor != 0)
		to += snprintf(path, sizeof("/v1.99"), "/v1.%d", minor);
	if (put_path(to, call->path, vars))
		return path;
	free(path);
	return NULL;
}

/* --- patterns ------------------------------------------------------------- */

bool
call_matches(const struct call *call, const char *pattern)
{
	size_t len = strlen(pattern);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (strncmp(pattern, "danger:", 7) == 0)
		return strcmp(danger_name(call->danger), pattern + 7) == 0;
	if (len > 2 && strcmp(pattern + len - 2, ".*") == 0)
		return strncmp(call->name, pattern, len - 1) == 0;
	return strcmp(call->name, pattern) == 0;
}

bool
call_matches_any(const struct call *call, const char *const *patterns)
{
	while (*patterns != NULL && !call_matches(call, *patterns))
		patterns++;
	return *patterns != NULL;
}

bool
call_pattern_known(const char *pattern)
{
	for (const struct call *call = calls; call->name != NULL; call++) {
		if (call_matches(call, pattern))
			return true;
	}
	return false;
}
