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

/* Where we are: a member or, without a key, an item, of what is above.  On the
 * stack of whoever looks inside it. */
struct place {
	const struct place *above;
	const char *key;
	size_t index;
};

/* One reading: where we are, and what went wrong. */
struct reading {
	enum unknown_members unknown;
	json_t *dropped;
	const struct place *place;
	bool bad_input, said;
	struct errmsg *err;
};

static json_t *convert(
    struct reading *reading, const struct shape *shape, json_t *from);

/* --- the path, for messages ----------------------------------------------- */

struct path {
	char text[256];
	size_t len;
};

static void
put_place(struct path *path, const struct place *place)
{
	size_t room;
	int n;

	if (place == NULL)
		return;
	put_place(path, place->above);
	room = sizeof(path->text) - path->len;
	n = place->key == NULL
	    ? snprintf(path->text + path->len, room, "[%zu]", place->index)
	    : snprintf(path->text + path->len, room, "%s%.60s",
		  path->len == 0 ? "" : ".", place->key);
	/* The cut may have gone through a character. */
	utf8_tidy(path->text);
	if (n > 0 && (size_t)n < room)
		path->len += (size_t)n;
}

static void
path_of(const struct reading *reading, struct path *path)
{
	memset(path, 0, sizeof(*path));
	put_place(path, reading->place);
}

static json_t *
nomem(struct reading *reading)
{
	reading->bad_input = false;
	reading->said = true;
	(void)errmsg_nomem(reading->err);
	return NULL;
}

/* Refuse the member at hand. */
static json_t *
refuse(struct reading *reading, const char *text)
{
	struct path path;

	path_of(reading, &path);
	reading->bad_input = true;
	reading->said = true;
	(void)errmsg_set(
	    reading->err, "%s%s%s", path.text, path.len == 0 ? "" : ": ", text);
	return NULL;
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
	struct place place = {reading->place, NULL, 0};
	json_t *item, *made;

	if (!json_is_array(from))
		return refuse(reading, "want a list");
	json_array_foreach(from, place.index, item)
	{
		reading->place = &place;
		made = convert_item(reading, shape, item);
		reading->place = place.above;
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
	struct place place = {reading->place, NULL, 0};
	json_t *item, *made;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	json_object_foreach(from, place.key, item)
	{
		reading->place = &place;
		made = convert_item(reading, shape, item);
		reading->place = place.above;
		if (made == NULL)
			return NULL;
		if (json_object_set_new_nocheck(map, place.key, made) != 0)
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
	struct place place = {reading->place, NULL, 0};
	json_t *item, *made;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	json_object_foreach(from, place.key, item)
	{
		reading->place = &place;
		made = json_is_object(item) ? filter_values(reading, item)
					    : convert_words(reading, item);
		reading->place = place.above;
		if (made == NULL)
			return NULL;
		if (json_object_set_new(map, place.key, made) != 0)
			return nomem(reading);
	}
	return json_incref(map);
}

/* --- structs -------------------------------------------------------------- */

static bool
is_field(const struct field *field, const char *key)
{
	return strcmp(field->name, key) == 0 ||
	    (field->alias != NULL && strcmp(field->alias, key) == 0);
}

static const struct field *
find_field(const struct shape *shape, const char *key)
{
	const struct field *field = shape->fields;

	while (field->name != NULL && !is_field(field, key))
		field++;
	return field->name == NULL ? NULL : field;
}

/* Members mostly come in the order of the daemon's structs, and so do rows:
 * first look behind the last one. */
static const struct field *
find_next_field(
    const struct shape *shape, const struct field *last, const char *key)
{
	const struct field *field = last == NULL ? shape->fields : last + 1;

	while (field->name != NULL && !is_field(field, key))
		field++;
	return field->name != NULL ? field : find_field(shape, key);
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

/* A member that no field matches, at hand.  True if it may be left out. */
static bool
drop_unknown(struct reading *reading, const struct shape *shape,
    const char *key, const json_t *value)
{
	const struct field *folded = find_folded(shape, key);
	struct path path;
	char text[128];

	if (folded != NULL) {
		(void)snprintf(
		    text, sizeof(text), "is spelt \"%s\"", folded->name);
		return refuse(reading, text) != NULL;
	}
	if (json_is_null(value))
		return true; /* absent, to any daemon */
	if (reading->unknown == UNKNOWN_REJECT)
		return refuse(reading,
			   "no API version that we know has this member") !=
		    NULL;
	path_of(reading, &path);
	return reading->dropped == NULL ||
	    json_array_append_new(reading->dropped, json_string(path.text)) ==
	    0 ||
	    nomem(reading) != NULL;
}

/* The member at hand into object. */
static bool
convert_member(struct reading *reading, json_t *object,
    const struct field *field, json_t *value)
{
	json_t *made;

	if (field->ignored || (json_is_null(value) && !field->keep_null))
		return true;
	if (field->alias != NULL &&
	    json_object_get(object, field->name) != NULL)
		return refuse(reading, "comes twice, in two spellings") != NULL;
	made = json_is_null(value) ? json_null()
				   : convert(reading, field->shape, value);
	return made != NULL &&
	    (json_object_set_new_nocheck(object, field->name, made) == 0 ||
		nomem(reading) != NULL);
}

static json_t *
convert_struct(struct reading *reading, const struct shape *shape, json_t *from)
{
	json_auto_t *object = json_object();
	struct place place = {reading->place, NULL, 0};
	const struct field *field = NULL;
	const char *key;
	json_t *value;
	bool done = true;

	if (!json_is_object(from))
		return refuse(reading, "want an object");
	reading->place = &place;
	json_object_foreach(from, key, value)
	{
		field = find_next_field(shape, field, key);
		place.key = field == NULL ? key : field->name;
		done = field == NULL
		    ? drop_unknown(reading, shape, key, value)
		    : convert_member(reading, object, field, value);
		if (!done)
			break;
	}
	reading->place = place.above;
	if (!done)
		return NULL;
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
	json_t *made = convert_kind(reading, shape, from);

	return made != NULL || reading->said ? made : nomem(reading);
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
