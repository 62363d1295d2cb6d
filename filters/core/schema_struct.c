/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects that the daemon reads into a struct.  Go takes a name in any case, the
 * last of several, and leaves out what it does not know; so only Docker's own
 * spelling will do, once.
 */
#include <stdio.h>
#include <string.h>

#include "core/fold.h"
#include "core/schema_reading.h"

/* What of a struct has come. */
struct members {
	const struct shape *shape;
	json_t *object;
	const struct field *last;
	bool seen[SCHEMA_FIELDS_MAX]; /* by the row of the field */
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

const struct field *
schema_field(const struct shape *shape, const struct json_piece *key)
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
	return field->name != NULL ? field : schema_field(members->shape, key);
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
		return schema_refuse(reading, text) != NULL;
	}
	if (is_null)
		return true; /* absent, to any daemon */
	if (reading->unknown == UNKNOWN_REJECT)
		return schema_refuse(reading,
			   "no API version that we know has this member") !=
		    NULL;
	schema_path(reading, &path);
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
		return schema_refuse(reading, "comes twice") != NULL;
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

	if (row >= SCHEMA_FIELDS_MAX || members->seen[row])
		return schema_refuse(reading, "comes twice") != NULL;
	members->seen[row] = true;
	members->last = field;
	is_null = json_text_next(&reading->text) == 'n';
	if (field->ignored || (is_null && !field->keep_null))
		return skip_value(reading);
	return json_object_set_new_nocheck(members->object, field->name,
		   is_null ? json_text_scalar(&reading->text)
			   : schema_value(reading, field->shape)) == 0;
}

static bool
read_members(struct reading *reading, struct members *members)
{
	struct place place = {reading->place, {NULL, 0}, 0};
	const struct field *field;
	bool first = true, done = true;

	if (!schema_open(reading))
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

json_t *
schema_struct(struct reading *reading, const struct shape *shape)
{
	struct members members = {.shape = shape, .object = json_object()};

	if (!read_members(reading, &members) || !add_always(&members)) {
		json_decref(members.object);
		members.object = NULL;
	}
	json_decref(members.unknown);
	return members.object;
}
