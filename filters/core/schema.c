/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <string.h>

#include "core/schema_reading.h"

/* --- scalars -------------------------------------------------------------- */

static json_t *
read_bool(struct reading *reading)
{
	char c = json_text_next(&reading->text);

	return c == 't' || c == 'f'
	    ? json_text_scalar(&reading->text)
	    : schema_refuse(reading, "want true or false");
}

static json_t *
read_number(struct reading *reading)
{
	return json_text_next(&reading->text) == '0'
	    ? json_text_scalar(&reading->text)
	    : schema_refuse(reading, "want a number");
}

static json_t *
read_int(struct reading *reading, const struct shape *shape)
{
	json_auto_t *number = NULL;
	long long value;

	if (json_text_next(&reading->text) != '0')
		return schema_refuse(reading, "want an integer");
	number = json_text_scalar(&reading->text);
	value = json_integer_value(number);
	if (number != NULL && !json_is_integer(number))
		return schema_refuse(reading, "want an integer");
	if ((shape->min != 0 || shape->max != 0) &&
	    (value < shape->min || value > shape->max))
		return schema_refuse(reading, "the integer is out of range");
	return json_incref(number);
}

static json_t *
read_string(struct reading *reading)
{
	struct json_piece piece;

	if (json_text_next(&reading->text) != '"')
		return schema_refuse(reading, "want a string");
	/* Known to be UTF-8. */
	return json_text_string(&reading->text, &piece)
	    ? json_stringn_nocheck(piece.bytes, piece.len)
	    : NULL;
}

static json_t *
read_empty(struct reading *reading)
{
	bool first = true;

	if (json_text_next(&reading->text) != '{' ||
	    !json_text_open(&reading->text, '{') ||
	    json_text_item(&reading->text, '}', &first))
		return schema_refuse(reading, "want {}");
	return json_object();
}

/* --- lists and maps ------------------------------------------------------- */

static bool
open_list(struct reading *reading)
{
	return json_text_next(&reading->text) == '['
	    ? json_text_open(&reading->text, '[')
	    : schema_refuse(reading, "want a list") != NULL;
}

bool
schema_open(struct reading *reading)
{
	return json_text_next(&reading->text) == '{'
	    ? json_text_open(&reading->text, '{')
	    : schema_refuse(reading, "want an object") != NULL;
}

static json_t *
read_item(struct reading *reading, const struct shape *shape)
{
	if (shape->nullable_items && json_text_next(&reading->text) == 'n')
		return json_text_scalar(&reading->text);
	return schema_value(reading, shape->of);
}

static json_t *
read_list(struct reading *reading, const struct shape *shape)
{
	json_auto_t *list = json_array();
	struct place place = {reading->place, {NULL, 0}, 0};
	bool first = true, done = true;

	if (!open_list(reading))
		return NULL;
	reading->place = &place;
	for (; done && json_text_item(&reading->text, ']', &first);
	     place.index++)
		done = json_array_append_new(list, read_item(reading, shape)) ==
		    0;
	reading->place = place.above;
	return done ? json_incref(list) : NULL;
}

static json_t *
read_words(struct reading *reading)
{
	json_auto_t *list = NULL;

	if (json_text_next(&reading->text) != '"')
		return read_list(reading, &shape_strings);
	list = json_array();
	return json_array_append_new(list, read_string(reading)) == 0
	    ? json_incref(list)
	    : NULL;
}

/* {"v": true} as ["v"]: to the daemon, even {"v": false} has v. */
static json_t *
read_set(struct reading *reading)
{
	json_auto_t *list = json_array(), *names = json_object();
	struct json_piece name;
	bool first = true;

	if (!schema_open(reading))
		return NULL;
	while (json_text_item(&reading->text, '}', &first)) {
		if (!json_text_name(&reading->text, &name))
			return NULL;
		if (json_object_getn(names, name.bytes, name.len) != NULL)
			return schema_refuse(reading, "a name comes twice");
		if (json_object_setn_new_nocheck(
			names, name.bytes, name.len, read_bool(reading)) != 0 ||
		    json_array_append_new(
			list, json_stringn_nocheck(name.bytes, name.len)) != 0)
			return NULL;
	}
	return json_incref(list);
}

/* What is under a name of a map. */
static json_t *
read_mapped(struct reading *reading, const struct shape *shape)
{
	if (shape->kind != SHAPE_FILTERS)
		return read_item(reading, shape);
	return json_text_next(&reading->text) == '{' ? read_set(reading)
						     : read_words(reading);
}

static json_t *
read_map(struct reading *reading, const struct shape *shape)
{
	json_auto_t *map = json_object();
	struct place place = {reading->place, {NULL, 0}, 0};
	struct json_piece *key = &place.key;
	bool first = true, done = true;

	if (!schema_open(reading))
		return NULL;
	reading->place = &place;
	while (done && json_text_item(&reading->text, '}', &first)) {
		done = json_text_name(&reading->text, key);
		if (done && json_object_getn(map, key->bytes, key->len) != NULL)
			done = schema_refuse(reading, "comes twice") != NULL;
		done = done &&
		    json_object_setn_new_nocheck(map, key->bytes, key->len,
			read_mapped(reading, shape)) == 0;
	}
	reading->place = place.above;
	return done ? json_incref(map) : NULL;
}

/* --- any value ------------------------------------------------------------ */

static json_t *
read_kind(struct reading *reading, const struct shape *shape)
{
	switch (shape->kind) {
	case SHAPE_NONE:
		break;
	case SHAPE_BOOL:
		return read_bool(reading);
	case SHAPE_INT:
		return read_int(reading, shape);
	case SHAPE_NUMBER:
		return read_number(reading);
	case SHAPE_STRING:
		return read_string(reading);
	case SHAPE_WORDS:
		return read_words(reading);
	case SHAPE_LIST:
		return read_list(reading, shape);
	case SHAPE_MAP:
	case SHAPE_FILTERS:
		return read_map(reading, shape);
	case SHAPE_STRUCT:
		return schema_struct(reading, shape);
	case SHAPE_EMPTY:
		return read_empty(reading);
	}
	return schema_refuse(reading, "takes no value");
}

/* NULL: the text has failed. */
json_t *
schema_value(struct reading *reading, const struct shape *shape)
{
	json_t *made = read_kind(reading, shape);

	if (!reading->text.failed)
		return made != NULL ? made : json_text_nomem(&reading->text);
	json_decref(made);
	return NULL;
}

json_t *
schema_read(const struct shape *shape, const char *bytes, size_t len,
    const struct json_limits *limits, enum unknown_members unknown,
    json_t *dropped, bool *bad_input, struct errmsg *err)
{
	struct reading reading = {.unknown = unknown, .dropped = dropped};
	json_t *made;

	json_text_init(&reading.text, bytes, len, limits, err);
	made = schema_value(&reading, shape);
	if (!json_text_end(&reading.text)) {
		json_decref(made);
		made = NULL;
	}
	json_text_done(&reading.text);
	*bad_input = !reading.text.nomem;
	return made;
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
	const struct field *field;
	struct json_piece key;

	while (shape != NULL && *dotted != '\0') {
		if (*dotted == '.')
			dotted++;
		key = (struct json_piece){dotted, strcspn(dotted, ".[{")};
		if (shape->kind != SHAPE_STRUCT)
			return false;
		field = schema_field(shape, &key);
		if (field == NULL || field->ignored)
			return false;
		dotted += key.len;
		shape = inner(field->shape, &dotted);
	}
	return shape != NULL;
}
