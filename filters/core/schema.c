/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fold.h"
#include "core/json_scan.h"
#include "core/utf8.h"

/* wire.md 3: real bodies are below 64 KiB and 2,000 values. */
const struct json_limits json_limits_default = {
    .bytes = 1024 * 1024,
    .depth = 64,
    .values = 20000,
    .string = 64 * 1024,
};

/* One reading: where we are, and what went wrong. */
struct reading {
	enum unknown_members unknown;
	json_t *dropped;
	char path[256];
	size_t path_len;
	bool bad_input;
	struct errmsg *err;
};

static json_t *convert(
    struct reading *reading, const struct shape *shape, json_t *from);

static json_t *
nomem(struct reading *reading)
{
	reading->bad_input = false;
	(void)errmsg_nomem(reading->err);
	return NULL;
}

/* Refuse the member at hand. */
static json_t *
refuse(struct reading *reading, const char *text)
{
	reading->bad_input = true;
	(void)errmsg_set(reading->err, "%s%s%s", reading->path,
	    reading->path_len == 0 ? "" : ": ", text);
	return NULL;
}

/* --- the path, for messages ----------------------------------------------- */

static size_t
enter(struct reading *reading, const char *key)
{
	size_t was = reading->path_len;
	int n = snprintf(reading->path + was, sizeof(reading->path) - was,
	    "%s%.60s", was == 0 ? "" : ".", key);

	/* The cut may have gone through a character. */
	utf8_tidy(reading->path);
	if (n > 0 && was + (size_t)n < sizeof(reading->path))
		reading->path_len = was + (size_t)n;
	return was;
}

static size_t
enter_item(struct reading *reading, size_t i)
{
	size_t was = reading->path_len;
	int n = snprintf(
	    reading->path + was, sizeof(reading->path) - was, "[%zu]", i);

	if (n > 0 && was + (size_t)n < sizeof(reading->path))
		reading->path_len = was + (size_t)n;
	return was;
}

static void
leave(struct reading *reading, size_t was)
{
	reading->path_len = was;
	reading->path[was] = '\0';
}

/* --- scalars -------------------------------------------------------------- */

static json_t *
convert_int(struct reading *reading, const struct shape *shape, json_t *from)
{
	long long value = json_integer_value(from);

	if (!json_is_integer(from))
		return refuse(reading, "want an integer");
	if ((shape->min != 0 || shape->max != 0) &&
	    (value < shape->min || value > shape->max))
		return refuse(reading, "the integer is out of range");
	return json_integer(value);
}

static json_t *
convert_string(struct reading *reading, json_t *from)
{
	if (!json_is_string(from))
		return refuse(reading, "want a string");
	return json_stringn(json_string_value(from), json_string_length(from));
}

/* --- lists and maps ------------------------------------------------------- */

static json_t *
convert_item(struct reading *reading, const struct shape *shape, json_t *item)
{
	if (json_is_null(item) && shape->nullable_items)
		return json_null();
	return convert(reading, shape->of, item);
}

static json_t *
convert_list(struct reading *reading, const struct shape *shape, json_t *from)
{
	json_auto_t *list = json_array();
	size_t i, was;
	json_t *item, *made;

	if (!json_is_array(from))
		return refuse(reading, "want a list");
	json_array_foreach(from, i, item)
	{
		was = enter_item(reading, i);
		made = convert_item(reading, shape, item);
		leave(reading, was);
		if (made == NULL)
			return NULL;
		if (json_array_append_new(list, made) != 0)
			return nomem(reading);
	}
	return json_incref(list);
}

static json_t *
convert_words(struct reading *reading, json_t *from)
{
	if (json_is_string(from))
		return json_pack("[o]", convert_string(reading, from));
	return convert_list(reading, &shape_strings, from);
}

static json_t *
convert_map(struct reading *reading, const struct shape *shape, json_t *from)
{
	json_auto_t *map = json_object();
	size_t was;
	const char *key;
	json_t *item, *made;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	json_object_foreach(from, key, item)
	{
		was = enter(reading, key);
		made = convert_item(reading, shape, item);
		leave(reading, was);
		if (made == NULL)
			return NULL;
		if (json_object_set_new(map, key, made) != 0)
			return nomem(reading);
	}
	return json_incref(map);
}

/* {"v": true} to ["v"]: to the daemon, even {"v": false} has v. */
static json_t *
filter_values(struct reading *reading, json_t *from)
{
	json_auto_t *list = json_array();
	const char *key;
	json_t *item;

	json_object_foreach(from, key, item)
	{
		if (!json_is_boolean(item))
			return refuse(reading, "want true or false");
		if (json_array_append_new(list, json_string(key)) != 0)
			return nomem(reading);
	}
	return json_incref(list);
}

static json_t *
convert_filters(struct reading *reading, json_t *from)
{
	json_auto_t *map = json_object();
	const char *key;
	json_t *item, *made;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	json_object_foreach(from, key, item)
	{
		size_t was = enter(reading, key);

		made = json_is_object(item) ? filter_values(reading, item)
					    : convert_words(reading, item);
		leave(reading, was);
		if (made == NULL)
			return NULL;
		if (json_object_set_new(map, key, made) != 0)
			return nomem(reading);
	}
	return json_incref(map);
}

/* --- structs -------------------------------------------------------------- */

static const struct field *
find_field(const struct shape *shape, const char *key)
{
	const struct field *field = shape->fields;

	while (field->name != NULL && strcmp(field->name, key) != 0 &&
	    (field->alias == NULL || strcmp(field->alias, key) != 0))
		field++;
	return field->name == NULL ? NULL : field;
}

/* A spelling that the daemon would take for a field that we know. */
static const struct field *
find_folded(const struct shape *shape, const char *key)
{
	const struct field *field = shape->fields;

	while (field->name != NULL && !fold_equal(field->name, key))
		field++;
	return field->name == NULL ? NULL : field;
}

/* A member that no field matches.  True if it may be left out. */
static bool
drop_unknown(struct reading *reading, const struct shape *shape,
    const char *key, const json_t *value)
{
	const struct field *folded = find_folded(shape, key);
	size_t was = enter(reading, key);
	char text[128];
	bool dropped = false;

	if (folded != NULL) {
		(void)snprintf(
		    text, sizeof(text), "is spelt \"%s\"", folded->name);
		(void)refuse(reading, text);
	} else if (json_is_null(value)) {
		dropped = true; /* absent, to any daemon */
	} else if (reading->unknown == UNKNOWN_REJECT) {
		(void)refuse(
		    reading, "no API version that we know has this member");
	} else if (reading->dropped != NULL &&
	    json_array_append_new(
		reading->dropped, json_string(reading->path)) != 0) {
		(void)nomem(reading);
	} else {
		dropped = true;
	}
	leave(reading, was);
	return dropped;
}

static bool
convert_member(struct reading *reading, json_t *object,
    const struct field *field, json_t *value)
{
	size_t was;
	json_t *made;

	if (field->ignored || (json_is_null(value) && !field->keep_null))
		return true;
	was = enter(reading, field->name);
	if (field->alias != NULL &&
	    json_object_get(object, field->name) != NULL) {
		(void)refuse(reading, "comes twice, in two spellings");
		leave(reading, was);
		return false;
	}
	made = json_is_null(value) ? json_null()
				   : convert(reading, field->shape, value);
	leave(reading, was);
	if (made == NULL)
		return false;
	if (json_object_set_new(object, field->name, made) == 0)
		return true;
	(void)nomem(reading);
	return false;
}

static json_t *
convert_struct(struct reading *reading, const struct shape *shape, json_t *from)
{
	json_auto_t *object = json_object();
	const struct field *field;
	const char *key;
	json_t *value;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	json_object_foreach(from, key, value)
	{
		field = find_field(shape, key);
		if (field != NULL
			? !convert_member(reading, object, field, value)
			: !drop_unknown(reading, shape, key, value))
			return NULL;
	}
	for (field = shape->fields; field->name != NULL; field++) {
		if (field->always &&
		    json_object_get(object, field->name) == NULL &&
		    json_object_set_new(object, field->name, json_object()) !=
			0)
			return nomem(reading);
	}
	return json_incref(object);
}

/* --- any value ------------------------------------------------------------ */

static json_t *
convert_kind(struct reading *reading, const struct shape *shape, json_t *from)
{
	switch (shape->kind) {
	case SHAPE_NONE:
		break;
	case SHAPE_BOOL:
		return json_is_boolean(from)
		    ? json_incref(from)
		    : refuse(reading, "want true or false");
	case SHAPE_INT:
		return convert_int(reading, shape, from);
	case SHAPE_NUMBER:
		return json_is_number(from) ? json_copy(from)
					    : refuse(reading, "want a number");
	case SHAPE_STRING:
		return convert_string(reading, from);
	case SHAPE_WORDS:
		return convert_words(reading, from);
	case SHAPE_LIST:
		return convert_list(reading, shape, from);
	case SHAPE_MAP:
		return convert_map(reading, shape, from);
	case SHAPE_STRUCT:
		return convert_struct(reading, shape, from);
	case SHAPE_EMPTY:
		return json_is_object(from) && json_object_size(from) == 0
		    ? json_object()
		    : refuse(reading, "want {}");
	case SHAPE_FILTERS:
		return convert_filters(reading, from);
	}
	return refuse(reading, "takes no value");
}

static json_t *
convert(struct reading *reading, const struct shape *shape, json_t *from)
{
	json_t *made;

	(void)errmsg_set(reading->err, "%s", "");
	made = convert_kind(reading, shape, from);
	if (made == NULL && reading->err->text[0] == '\0')
		return nomem(reading);
	return made;
}

json_t *
schema_read(const struct shape *shape, const char *bytes, size_t len,
    const struct json_limits *limits, enum unknown_members unknown,
    json_t *dropped, bool *bad_input, struct errmsg *err)
{
	struct reading reading = {
	    .unknown = unknown, .dropped = dropped, .err = err};
	json_error_t why;
	json_auto_t *tree = NULL;
	json_t *made;

	*bad_input = true;
	if (!json_scan(bytes, len, limits, err))
		return NULL;
	tree = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &why);
	if (tree == NULL) {
		*bad_input = json_error_code(&why) != json_error_out_of_memory;
		(void)errmsg_set(err, "not valid JSON: %s (line %d, column %d)",
		    why.text, why.line, why.column);
		return NULL;
	}
	made = convert(&reading, shape, tree);
	*bad_input = reading.bad_input;
	return made;
}

/* Not json_dumps(): where its buffer cannot grow it leaves out the name of a
 * member and goes on (jansson 2.14, do_dump), so that other JSON would be sent
 * than was judged.  Into a buffer of the right size nothing can fail half. */
char *
schema_write(const json_t *tree, size_t *len)
{
	const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	char *text;

	*len = json_dumpb(tree, NULL, 0, flags);
	text = *len == 0 ? NULL : malloc(*len + 1);
	if (text == NULL)
		return NULL;
	if (json_dumpb(tree, text, *len, flags) != *len) {
		free(text);
		return NULL;
	}
	text[*len] = '\0';
	return text;
}

/* Step over "[]" and "{}" into what a list or map holds. */
static const struct shape *
inner(const struct shape *shape, const char **dotted)
{
	while (
	    strncmp(*dotted, "[]", 2) == 0 || strncmp(*dotted, "{}", 2) == 0) {
		*dotted += 2;
		if (shape->of == NULL)
			return NULL;
		shape = shape->of;
	}
	return shape;
}

bool
schema_has(const struct shape *shape, const char *dotted)
{
	char key[64];
	size_t len;
	const struct field *field;

	while (shape != NULL && *dotted != '\0') {
		if (*dotted == '.')
			dotted++;
		len = strcspn(dotted, ".[{");
		if (shape->kind != SHAPE_STRUCT || len >= sizeof(key))
			return false;
		memcpy(key, dotted, len);
		key[len] = '\0';
		field = find_field(shape, key);
		if (field == NULL || field->ignored)
			return false;
		dotted += len;
		shape = inner(field->shape, &dotted);
	}
	return shape != NULL;
}
