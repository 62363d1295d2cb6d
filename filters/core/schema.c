/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdio.h>
#include <string.h>

#include "core/fold.h"
#include "core/json_text.h"
#include "core/utf8.h"

/* More than any struct of the API has. */
#define FIELDS_MAX 128

/* Where we are: a member or, without a key, an item, of what is above.  On the
 * stack of whoever looks inside it. */
struct place {
	const struct place *above;
	struct json_piece key;
	size_t index;
};

/* One reading, and where it is. */
struct reading {
	struct json_text text;
	enum unknown_members unknown;
	json_t *dropped;
	const struct place *place;
};

static json_t *read_value(struct reading *reading, const struct shape *shape);

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
	n = place->key.bytes == NULL
	    ? snprintf(path->text + path->len, room, "[%zu]", place->index)
	    : snprintf(path->text + path->len, room, "%s%.*s",
		  path->len == 0 ? "" : ".",
		  (int)(place->key.len < 60 ? place->key.len : 60),
		  place->key.bytes);
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

/* Refuse the member at hand; if the text itself is wrong there, for that. */
static json_t *
refuse(struct reading *reading, const char *why)
{
	struct path path;

	if (reading->text.failed)
		return NULL;
	path_of(reading, &path);
	reading->text.failed = true;
	(void)errmsg_set(reading->text.err, "%s%s%s", path.text,
	    path.len == 0 ? "" : ": ", why);
	return NULL;
}

/* --- scalars -------------------------------------------------------------- */

static json_t *
read_bool(struct reading *reading)
{
	char c = json_text_next(&reading->text);

	return c == 't' || c == 'f' ? json_text_scalar(&reading->text)
				    : refuse(reading, "want true or false");
}

static json_t *
read_number(struct reading *reading)
{
	return json_text_next(&reading->text) == '0'
	    ? json_text_scalar(&reading->text)
	    : refuse(reading, "want a number");
}

static json_t *
read_int(struct reading *reading, const struct shape *shape)
{
	json_auto_t *number = NULL;
	long long value;

	if (json_text_next(&reading->text) != '0')
		return refuse(reading, "want an integer");
	number = json_text_scalar(&reading->text);
	value = json_integer_value(number);
	if (number != NULL && !json_is_integer(number))
		return refuse(reading, "want an integer");
	if ((shape->min != 0 || shape->max != 0) &&
	    (value < shape->min || value > shape->max))
		return refuse(reading, "the integer is out of range");
	return json_incref(number);
}

static json_t *
read_string(struct reading *reading)
{
	struct json_piece piece;

	if (json_text_next(&reading->text) != '"')
		return refuse(reading, "want a string");
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
		return refuse(reading, "want {}");
	return json_object();
}

/* --- lists and maps ------------------------------------------------------- */

static bool
open_list(struct reading *reading)
{
	return json_text_next(&reading->text) == '['
	    ? json_text_open(&reading->text, '[')
	    : refuse(reading, "want a list") != NULL;
}

static bool
open_object(struct reading *reading)
{
	return json_text_next(&reading->text) == '{'
	    ? json_text_open(&reading->text, '{')
	    : refuse(reading, "want an object") != NULL;
}

static json_t *
read_item(struct reading *reading, const struct shape *shape)
{
	if (shape->nullable_items && json_text_next(&reading->text) == 'n')
		return json_text_scalar(&reading->text);
	return read_value(reading, shape->of);
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

	if (!open_object(reading))
		return NULL;
	while (json_text_item(&reading->text, '}', &first)) {
		if (!json_text_name(&reading->text, &name))
			return NULL;
		if (json_object_getn(names, name.bytes, name.len) != NULL)
			return refuse(reading, "a name comes twice");
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

	if (!open_object(reading))
		return NULL;
	reading->place = &place;
	while (done && json_text_item(&reading->text, '}', &first)) {
		done = json_text_name(&reading->text, key);
		if (done && json_object_getn(map, key->bytes, key->len) != NULL)
			done = refuse(reading, "comes twice") != NULL;
		done = done &&
		    json_object_setn_new_nocheck(map, key->bytes, key->len,
			read_mapped(reading, shape)) == 0;
	}
	reading->place = place.above;
	return done ? json_incref(map) : NULL;
}

/* --- structs -------------------------------------------------------------- */

/* What of a struct has come. */
struct members {
	const struct shape *shape;
	json_t *object;
	const struct field *last;
	bool seen[FIELDS_MAX]; /* by the row of the field */
	json_t *unknown; /* their names; NULL: none */
};

static bool
is_called(const char *name, const struct json_piece *key)
{
	return name != NULL && strncmp(name, key->bytes, key->len) == 0 &&
	    name[key->len] == '\0';
}

static bool
is_field(const struct field *field, const struct json_piece *key)
{
	return is_called(field->name, key) || is_called(field->alias, key);
}

static const struct field *
find_field(const struct shape *shape, const struct json_piece *key)
{
	const struct field *field = shape->fields;

	while (field->name != NULL && !is_field(field, key))
		field++;
	return field->name == NULL ? NULL : field;
}

/* Members mostly come in the order of the daemon's structs, and so do rows:
 * first look behind the last one. */
static const struct field *
find_next_field(const struct members *members, const struct json_piece *key)
{
	const struct field *field = members->last == NULL
	    ? members->shape->fields
	    : members->last + 1;

	while (field->name != NULL && !is_field(field, key))
		field++;
	return field->name != NULL ? field : find_field(members->shape, key);
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
may_drop(struct reading *reading, const struct shape *shape, const char *key,
    bool is_null)
{
	const struct field *folded = find_folded(shape, key);
	struct path path;
	char text[128];

	if (folded != NULL) {
		(void)snprintf(
		    text, sizeof(text), "is spelt \"%s\"", folded->name);
		return refuse(reading, text) != NULL;
	}
	if (is_null)
		return true; /* absent, to any daemon */
	if (reading->unknown == UNKNOWN_REJECT)
		return refuse(reading,
			   "no API version that we know has this member") !=
		    NULL;
	path_of(reading, &path);
	return reading->dropped == NULL ||
	    json_array_append_new(reading->dropped, json_string(path.text)) ==
	    0;
}

/* Read it, whatever it is, and its name for once. */
static bool
drop_unknown(struct reading *reading, struct members *members,
    const struct json_piece *key)
{
	bool is_null = json_text_next(&reading->text) == 'n';
	json_auto_t *name = json_stringn_nocheck(key->bytes, key->len);

	if (members->unknown == NULL)
		members->unknown = json_object();
	if (name == NULL ||
	    !may_drop(
		reading, members->shape, json_string_value(name), is_null))
		return false;
	if (json_object_get(members->unknown, json_string_value(name)) != NULL)
		return refuse(reading, "comes twice") != NULL;
	return json_object_set_new(members->unknown, json_string_value(name),
		   json_text_value(&reading->text)) == 0;
}

/* Read it, and throw it away. */
static bool
skip_value(struct reading *reading)
{
	json_auto_t *value = json_text_value(&reading->text);

	return value != NULL;
}

/* The value of a field that is known. */
static bool
read_member(
    struct reading *reading, struct members *members, const struct field *field)
{
	size_t row = (size_t)(field - members->shape->fields);
	bool is_null;

	if (row >= FIELDS_MAX || members->seen[row])
		return refuse(reading, "comes twice") != NULL;
	members->seen[row] = true;
	members->last = field;
	is_null = json_text_next(&reading->text) == 'n';
	if (field->ignored || (is_null && !field->keep_null))
		return skip_value(reading);
	return json_object_set_new_nocheck(members->object, field->name,
		   is_null ? json_text_scalar(&reading->text)
			   : read_value(reading, field->shape)) == 0;
}

static bool
read_members(struct reading *reading, struct members *members)
{
	struct place place = {reading->place, {NULL, 0}, 0};
	const struct field *field;
	bool first = true, done = true;

	if (!open_object(reading))
		return false;
	reading->place = &place;
	while (done && json_text_item(&reading->text, '}', &first)) {
		done = json_text_name(&reading->text, &place.key);
		field = done ? find_next_field(members, &place.key) : NULL;
		if (field != NULL)
			done = read_member(reading, members, field);
		else if (done)
			done = drop_unknown(reading, members, &place.key);
	}
	reading->place = place.above;
	return done;
}

/* Objects that are made if they are absent. */
static bool
add_always(struct members *members)
{
	const struct field *field = members->shape->fields;

	for (; field->name != NULL; field++) {
		if (field->always &&
		    json_object_get(members->object, field->name) == NULL &&
		    json_object_set_new(
			members->object, field->name, json_object()) != 0)
			return false;
	}
	return true;
}

static json_t *
read_struct(struct reading *reading, const struct shape *shape)
{
	struct members members = {.shape = shape, .object = json_object()};

	if (!read_members(reading, &members) || !add_always(&members)) {
		json_decref(members.object);
		members.object = NULL;
	}
	json_decref(members.unknown);
	return members.object;
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
		return read_struct(reading, shape);
	case SHAPE_EMPTY:
		return read_empty(reading);
	}
	return refuse(reading, "takes no value");
}

/* NULL: the text has failed. */
static json_t *
read_value(struct reading *reading, const struct shape *shape)
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
	made = read_value(&reading, shape);
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
		field = find_field(shape, &key);
		if (field == NULL || field->ignored)
			return false;
		dotted += key.len;
		shape = inner(field->shape, &dotted);
	}
	return shape != NULL;
}
