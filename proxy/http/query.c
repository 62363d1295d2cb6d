/* SPDX-License-Identifier: Apache-2.0 */
#include "http/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/target.h"
#include "schema.h"

#define WORD_CHARS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static bool
refuse(int *status, int code, struct errmsg *err, const char *what,
    const char *name)
{
	*status = code;
	return errmsg_set(err, "query parameter \"%.60s\": %s", name, what);
}

/* --- reading -------------------------------------------------------------- */

/* Decode "%XX" and "+" in place; false if malformed or a control byte. */
static bool
decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		int c = (unsigned char)*text;

		if (c == '+')
			c = ' ';
		if (c == '%') {
			int high = hex_digit(text[1]);
			int low = high < 0 ? -1 : hex_digit(text[2]);

			if (low < 0)
				return false;
			c = high * 16 + low;
			text += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		*to++ = (char)c;
	}
	*to = '\0';
	return true;
}

static const struct call_param *
find_param(const struct call *call, const char *name)
{
	const struct call_param *param = call->params;

	for (; param != NULL && param->name != NULL; param++) {
		if (strcmp(param->name, name) == 0)
			return param;
	}
	return NULL;
}

/* What the daemon takes for false (moby's httputils.BoolValue); the rest is
 * true to it. */
static bool
is_false(const char *value)
{
	static const char *const no[] = {"", "0", "no", "false", "none", NULL};
	size_t i = 0;

	while (no[i] != NULL && strcasecmp(no[i], value) != 0)
		i++;
	return no[i] != NULL;
}

static bool
is_integer(const char *value)
{
	if (*value == '-')
		value++;
	return *value != '\0' && strlen(value) < 19 &&
	    strspn(value, "0123456789") == strlen(value);
}

static json_t *
read_json(const struct call_param *param, const char *value, int *status,
    struct errmsg *err)
{
	bool bad_input;
	json_t *tree = schema_read(param->shape, value, strlen(value),
	    &json_limits_default, UNKNOWN_REJECT, NULL, &bad_input, err);

	if (tree == NULL) {
		*status = bad_input ? 400 : 500;
		(void)errmsg_prefix(err, "query parameter \"%s\"", param->name);
	}
	return tree;
}

/* One of several JSON texts: a string, written anew. */
static json_t *
read_json_text(const struct call_param *param, const char *value, int *status,
    struct errmsg *err)
{
	json_auto_t *tree = read_json(param, value, status, err);
	size_t len;
	char *text = tree == NULL ? NULL : schema_write(tree, &len);
	json_t *made = text == NULL ? NULL : json_stringn(text, len);

	free(text);
	if (tree != NULL && made == NULL) {
		*status = 500;
		(void)errmsg_nomem(err);
	}
	return made;
}

/* The value as the request shall hold it, new; NULL with the reason. */
static json_t *
read_value(const struct call_param *param, const char *value, int *status,
    struct errmsg *err)
{
	json_t *made = NULL;

	switch (param->kind) {
	case PARAM_JSON:
		return read_json(param, value, status, err);
	case PARAM_BOOL:
		made = json_string(is_false(value) ? "0" : "1");
		break;
	case PARAM_INT:
		if (!is_integer(value)) {
			(void)refuse(
			    status, 400, err, "want an integer", param->name);
			return NULL;
		}
		made = json_string(value);
		break;
	case PARAM_LIST:
		if (param->shape != NULL)
			return read_json_text(param, value, status, err);
		made = json_string(value);
		break;
	case PARAM_STRING:
		made = json_string(value);
		break;
	}
	if (made == NULL)
		(void)refuse(status, 400, err, "not valid UTF-8", param->name);
	return made;
}

/* Empty numbers and JSON texts mean "not given"; so does the null that the
 * docker CLI sends for an empty list (build's ulimits). */
static bool
is_absent(const struct call_param *param, const char *value)
{
	if (param->kind == PARAM_JSON)
		return *value == '\0' || strcmp(value, "null") == 0;
	return param->kind == PARAM_INT && *value == '\0';
}

static bool
add(json_t *query, const struct call_param *param, const char *value,
    int *status, struct errmsg *err)
{
	json_t *list = json_object_get(query, param->name), *made;

	if (is_absent(param, value))
		return true;
	if (param->kind != PARAM_LIST && list != NULL)
		return refuse(
		    status, 400, err, "may come only once", param->name);
	made = read_value(param, value, status, err);
	if (made == NULL)
		return false;
	if (param->kind == PARAM_LIST) {
		if (list == NULL &&
		    json_object_set_new(query, param->name, json_array()) == 0)
			list = json_object_get(query, param->name);
		if (json_array_append_new(list, made) == 0)
			return true;
	} else if (json_object_set_new(query, param->name, made) == 0) {
		return true;
	}
	*status = 500;
	return errmsg_nomem(err);
}

/* A plain word, and not a known one in another spelling. */
static bool
may_be_dropped(const struct call *call, const char *name)
{
	const struct call_param *param = call->params;

	if (*name == '\0' || name[strspn(name, WORD_CHARS)] != '\0')
		return false;
	while (param != NULL && param->name != NULL &&
	    strcasecmp(param->name, name) != 0)
		param++;
	return param == NULL || param->name == NULL;
}

static bool
drop(const struct call *call, json_t *dropped, const char *name, int *status,
    struct errmsg *err)
{
	struct errmsg shown;

	if (!may_be_dropped(call, name))
		return refuse(
		    status, 400, err, "this call does not have it", name);
	(void)errmsg_set(&shown, "?%.100s", name);
	if (json_array_append_new(dropped, json_string(shown.text)) == 0)
		return true;
	*status = 500;
	return errmsg_nomem(err);
}

static bool
take_pair(const struct call *call, json_t *query, char *pair, json_t *dropped,
    int *status, struct errmsg *err)
{
	const struct call_param *param;
	char *equals = strchr(pair, '=');
	char nothing[1] = "", *value = nothing;

	if (*pair == '\0')
		return true;
	if (equals != NULL) {
		*equals = '\0';
		value = equals + 1;
	}
	if (!decode(pair) || !decode(value))
		return refuse(status, 400, err, "malformed escape", pair);
	param = find_param(call, pair);
	if (param == NULL)
		return drop(call, dropped, pair, status, err);
	return add(query, param, value, status, err);
}

json_t *
query_read(const struct call *call, struct span raw, json_t *dropped,
    int *status, struct errmsg *err)
{
	json_t *query = json_object();
	char *text = strndup(raw.at == NULL ? "" : raw.at, raw.len);
	char *at = text, *next;
	bool sound = query != NULL && text != NULL;

	*status = 500;
	if (!sound)
		(void)errmsg_nomem(err);
	/* Some parsers split at ";" too. */
	if (sound && strchr(text, ';') != NULL) {
		*status = 400;
		sound = errmsg_set(err, "\";\" in the query");
	}
	for (; sound && at != NULL; at = next) {
		next = strchr(at, '&');
		if (next != NULL)
			*next++ = '\0';
		sound = take_pair(call, query, at, dropped, status, err);
	}
	free(text);
	if (!sound) {
		json_decref(query);
		return NULL;
	}
	return query;
}

bool
query_has(struct span raw, const char *name)
{
	char *text = strndup(raw.at == NULL ? "" : raw.at, raw.len);
	char *at = text, *next;
	bool found = false;

	for (; at != NULL && !found; at = next) {
		next = strchr(at, '&');
		if (next != NULL)
			*next++ = '\0';
		at[strcspn(at, "=")] = '\0';
		found = decode(at) && strcmp(at, name) == 0;
	}
	free(text);
	return found;
}

/* --- writing -------------------------------------------------------------- */

static void
put_escaped(struct buffer *out, const char *value)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;
		char escaped[3] = {'%', digits[c >> 4], digits[c & 15]};
		bool plain = (c < 0x80 && isalnum(c)) ||
		    strchr("._~-", c) != NULL;

		if (plain)
			buffer_add(out, value, 1);
		else
			buffer_add(out, escaped, 3);
	}
}

/* *mark is what stands before the pair. */
static void
put_pair(
    struct buffer *out, const char **mark, const char *name, const char *value)
{
	buffer_text(out, *mark);
	put_escaped(out, name);
	buffer_text(out, "=");
	put_escaped(out, value);
	*mark = "&";
}

static void
put_param(struct buffer *out, const char **mark, const struct call_param *param,
    json_t *value)
{
	size_t i, len;
	json_t *item;
	char *json;

	if (param->kind == PARAM_JSON) {
		json = schema_write(value, &len);
		if (json == NULL)
			out->failed = true;
		else
			put_pair(out, mark, param->name, json);
		free(json);
		return;
	}
	if (param->kind != PARAM_LIST) {
		put_pair(out, mark, param->name, json_string_value(value));
		return;
	}
	json_array_foreach(value, i, item)
	    put_pair(out, mark, param->name, json_string_value(item));
}

void
query_write(struct buffer *out, const struct call *call, const json_t *query)
{
	const struct call_param *param = call->params;
	const char *mark = "?";

	if (json_object_size(query) == 0)
		return;
	for (; param != NULL && param->name != NULL; param++) {
		json_t *value = json_object_get(query, param->name);

		if (value != NULL)
			put_param(out, &mark, param, value);
	}
}
