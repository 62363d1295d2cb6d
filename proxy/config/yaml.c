/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows libyaml. */
#include "config/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 32
#define PATH_LEN 512

struct reading {
	yaml_parser_t parser;
	struct yaml *yaml;
	struct place *place;
	struct errmsg *err;
	size_t depth;
	const char *text;
	size_t len;
};

static json_t *read_node(
    struct reading *reading, yaml_event_t *event, const char *path);

static json_t *
refuse(struct reading *reading, const yaml_event_t *event, const char *text)
{
	reading->place->line = (int)event->start_mark.line + 1;
	reading->place->column = (int)event->start_mark.column + 1;
	(void)errmsg_set(reading->err, "%s", text);
	return NULL;
}

/* What to do about what libyaml says, of those that people meet; where: at the
 * beginning of what it was reading, which may be lines before. */
static const struct advice {
	const char *problem, *text;
	bool at_context;
} advices[] = {
    {"found unexpected end of stream", "this quote is never closed", true},
    {"could not find expected ':'",
	"want \"key: value\", with a blank behind the colon", true},
    {"mapping values are not allowed in this context",
	"a \": \" here makes a map of it; a value with one in it wants quotes, "
	"and keys of one map stand below each other",
	false},
    {"did not find expected '-' indicator",
	"this is not in line with the other items of its list", false},
    {"did not find expected key",
	"this is not in line with the other keys of its map", false},
    {"did not find expected ',' or '}'",
	"want a comma or \"}\": what \"{\" began is not closed", true},
    {"did not find expected ',' or ']'",
	"want a comma or \"]\": what \"[\" began is not closed", true},
    {NULL, NULL, false},
};

/* The byte of the text at that place, or 0.  A mark counts characters. */
static char
byte_at(const struct reading *reading, const yaml_mark_t *mark)
{
	size_t line = 0, column = 0;

	for (size_t i = 0; i < reading->len; i++) {
		bool inside = ((unsigned char)reading->text[i] & 0xC0) == 0x80;

		if (line == mark->line && column == mark->column && !inside)
			return reading->text[i];
		column += inside ? 0 : 1;
		if (reading->text[i] == '\n') {
			line++;
			column = 0;
		}
	}
	return '\0';
}

/* Of bytes that are not UTF-8, libyaml knows the offset alone. */
static void
place_offset(struct reading *reading, size_t offset)
{
	*reading->place = (struct place){NULL, 1, 1};
	for (size_t i = 0; i < offset && i < reading->len; i++) {
		reading->place->column++;
		if (reading->text[i] == '\n') {
			reading->place->line++;
			reading->place->column = 1;
		}
	}
}

/* Say what is wrong with the text, and what to do. */
static bool
advise(struct reading *reading)
{
	const yaml_parser_t *parser = &reading->parser;
	const char *problem = parser->problem == NULL ? "unreadable"
						      : parser->problem;
	const struct advice *advice = advices;
	const yaml_mark_t *mark = &parser->problem_mark;
	char byte = byte_at(reading, mark);

	if (parser->error == YAML_READER_ERROR) {
		place_offset(reading, parser->problem_offset);
		return errmsg_set(reading->err,
		    "want text in UTF-8, without control characters");
	}
	while (advice->problem != NULL && strcmp(advice->problem, problem) != 0)
		advice++;
	if (advice->at_context)
		mark = &parser->context_mark;
	reading->place->line = (int)mark->line + 1;
	reading->place->column = (int)mark->column + 1;
	if (advice->problem != NULL)
		return errmsg_set(
		    reading->err, "not valid YAML: %s", advice->text);
	if (byte == '\t')
		return errmsg_set(
		    reading->err, "not valid YAML: want blanks, not a tab");
	mark = &parser->context_mark;
	if (parser->context != NULL && byte_at(reading, mark) == '\0')
		mark = &parser->problem_mark;
	if (byte != '\0' && strchr("@%`", byte) != NULL)
		mark = &parser->problem_mark;
	byte = byte_at(reading, mark);
	if (byte != '\0' && strchr("@%`*&!", byte) != NULL)
		return errmsg_set(reading->err,
		    "not valid YAML: what begins with \"%c\" wants quotes",
		    byte);
	return errmsg_set(reading->err, "not valid YAML: %s", problem);
}

/* The next event; false if the text is not YAML. */
static bool
next(struct reading *reading, yaml_event_t *event)
{
	return yaml_parser_parse(&reading->parser, event) == 1 ||
	    advise(reading);
}

static bool
remember(struct reading *reading, const char *path, const yaml_event_t *event)
{
	struct place place = {NULL, (int)event->start_mark.line + 1,
	    (int)event->start_mark.column + 1};

	return json_object_set_new(
		   reading->yaml->places, path, yaml_place_json(place)) == 0 ||
	    errmsg_nomem(reading->err);
}

/* A plain scalar is what YAML 1.2's core schema says; a quoted one a string. */
static json_t *
scalar(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	char *end;
	long long number;

	/* A NUL would cut it short for everybody after us. */
	if (strlen(text) != len)
		return NULL;
	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_stringn(text, len);
	if (strcmp(text, "true") == 0)
		return json_true();
	if (strcmp(text, "false") == 0)
		return json_false();
	if (len == 0 || strcmp(text, "null") == 0 || strcmp(text, "~") == 0)
		return json_null();
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno == 0 && *end == '\0' && end != text && text[0] != '+' &&
	    text[0] != ' ' && (text[0] != '0' || len == 1))
		return json_integer(number);
	return json_stringn(text, len);
}

static json_t *
read_list(struct reading *reading, const char *path)
{
	json_auto_t *list = json_array();
	char item_path[PATH_LEN];
	yaml_event_t event;
	json_t *item;

	for (size_t i = 0; next(reading, &event); i++) {
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return json_incref(list);
		}
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		item = read_node(reading, &event, item_path);
		if (item == NULL)
			return NULL;
		if (json_array_append_new(list, item) != 0) {
			(void)errmsg_nomem(reading->err);
			return NULL;
		}
	}
	return NULL;
}

/* One "key: value"; takes the key's event. */
static bool
read_pair(
    struct reading *reading, json_t *map, yaml_event_t *key, const char *path)
{
	const char *name = (const char *)key->data.scalar.value;
	char value_path[PATH_LEN];
	yaml_event_t event;
	json_t *value;
	bool done = false;

	(void)snprintf(value_path, sizeof(value_path), "%s%s%s", path,
	    *path == '\0' ? "" : ".", name);
	if (json_object_get(map, name) != NULL)
		(void)refuse(reading, key,
		    "this key stands here twice; put what is below both into "
		    "one");
	else if (strcmp(name, "<<") == 0)
		(void)refuse(reading, key,
		    "there are no merge keys; a tier extends another by "
		    "\"extends\"");
	else if (remember(reading, value_path, key) && next(reading, &event)) {
		value = read_node(reading, &event, value_path);
		done = value != NULL &&
		    (json_object_set_new(map, name, value) == 0 ||
			errmsg_nomem(reading->err));
	}
	yaml_event_delete(key);
	return done;
}

static json_t *
read_map(struct reading *reading, const char *path)
{
	json_auto_t *map = json_object();
	yaml_event_t event;

	while (next(reading, &event)) {
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return json_incref(map);
		}
		if (event.type != YAML_SCALAR_EVENT ||
		    strlen((const char *)event.data.scalar.value) !=
			event.data.scalar.length) {
			(void)refuse(reading, &event, "want a plain key");
			yaml_event_delete(&event);
			return NULL;
		}
		if (!read_pair(reading, map, &event, path))
			return NULL;
	}
	return NULL;
}

static bool
has_extras(const yaml_event_t *event)
{
	if (event->type == YAML_SCALAR_EVENT)
		return event->data.scalar.anchor != NULL ||
		    event->data.scalar.tag != NULL;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return event->data.sequence_start.anchor != NULL ||
		    event->data.sequence_start.tag != NULL;
	if (event->type == YAML_MAPPING_START_EVENT)
		return event->data.mapping_start.anchor != NULL ||
		    event->data.mapping_start.tag != NULL;
	return true;
}

/* What is not supported of it, or NULL. */
static const char *
extra_of(const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL;

	if (event->type == YAML_ALIAS_EVENT)
		return "what begins with \"*\" wants quotes (or, if an alias "
		       "is "
		       "meant: there are none)";
	if (!has_extras(event))
		return NULL;
	if (event->type == YAML_SCALAR_EVENT)
		anchor = event->data.scalar.anchor;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		anchor = event->data.sequence_start.anchor;
	if (event->type == YAML_MAPPING_START_EVENT)
		anchor = event->data.mapping_start.anchor;
	return anchor != NULL
	    ? "what begins with \"&\" wants quotes (or, if an anchor is "
	      "meant: there are none; tiers extend each other)"
	    : "what begins with \"!\" wants quotes (or, if a tag is meant: "
	      "there are none)";
}

/* The value that begins with this event, which is taken. */
static json_t *
read_node(struct reading *reading, yaml_event_t *event, const char *path)
{
	yaml_event_type_t type = event->type;
	const char *extra = extra_of(event);
	json_t *value = NULL;

	if (extra != NULL)
		(void)refuse(reading, event, extra);
	else if (reading->depth == DEPTH_MAX)
		(void)refuse(reading, event, "nested too deeply");
	else if (json_object_get(reading->yaml->places, path) == NULL &&
	    !remember(reading, path, event))
		value = NULL;
	else if (type == YAML_SCALAR_EVENT) {
		value = scalar(event);
		if (value == NULL)
			(void)refuse(
			    reading, event, "want a string without NULs");
	} else {
		yaml_event_delete(event);
		reading->depth++;
		value = type == YAML_MAPPING_START_EVENT
		    ? read_map(reading, path)
		    : read_list(reading, path);
		reading->depth--;
		return value;
	}
	yaml_event_delete(event);
	return value;
}

/* Skip an event of that type. */
static bool
expect(struct reading *reading, yaml_event_type_t type, const char *otherwise)
{
	yaml_event_t event;
	bool is;

	if (!next(reading, &event))
		return false;
	is = event.type == type;
	if (!is)
		(void)refuse(reading, &event, otherwise);
	yaml_event_delete(&event);
	return is;
}

static bool
read_document(struct reading *reading)
{
	yaml_event_t event;

	if (!expect(reading, YAML_STREAM_START_EVENT, "not YAML") ||
	    !expect(reading, YAML_DOCUMENT_START_EVENT,
		"the file is empty; want at least listeners and identities") ||
	    !next(reading, &event))
		return false;
	reading->yaml->tree = read_node(reading, &event, "");
	return reading->yaml->tree != NULL &&
	    expect(reading, YAML_DOCUMENT_END_EVENT,
		"want one document: a line \"---\" begins another") &&
	    expect(reading, YAML_STREAM_END_EVENT,
		"want one document: a line \"---\" begins another");
}

bool
yaml_read(const char *text, size_t len, struct yaml *yaml, struct place *place,
    struct errmsg *err)
{
	struct reading reading = {
	    .yaml = yaml, .place = place, .err = err, .text = text, .len = len};
	bool sound;

	*place = (struct place){NULL, 0, 0};
	yaml->tree = NULL;
	yaml->places = json_object();
	if (yaml->places == NULL ||
	    yaml_parser_initialize(&reading.parser) != 1)
		return errmsg_nomem(err);
	yaml_parser_set_encoding(&reading.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &reading.parser, (const unsigned char *)text, len);
	sound = read_document(&reading);
	yaml_parser_delete(&reading.parser);
	if (!sound)
		yaml_done(yaml);
	return sound;
}

void
yaml_done(struct yaml *yaml)
{
	json_decref(yaml->tree);
	json_decref(yaml->places);
	yaml->tree = yaml->places = NULL;
}

struct place
yaml_place(const struct yaml *yaml, const char *path)
{
	char shorter[PATH_LEN];
	struct place place = {NULL, 0, 0};
	const json_t *found = NULL;
	size_t len;

	(void)snprintf(shorter, sizeof(shorter), "%s", path);
	while (found == NULL) {
		found = json_object_get(yaml->places, shorter);
		len = strlen(shorter);
		if (found != NULL || len == 0)
			break;
		while (len > 0 && shorter[len - 1] != '.' &&
		    shorter[len - 1] != '[')
			len--;
		shorter[len == 0 ? 0 : len - 1] = '\0';
	}
	if (found != NULL) {
		place.line = (int)json_integer_value(json_array_get(found, 0));
		place.column = (int)json_integer_value(
		    json_array_get(found, 1));
		place.file = json_string_value(json_array_get(found, 2));
	}
	return place;
}

json_t *
yaml_place_json(struct place place)
{
	return place.file == NULL
	    ? json_pack("[i, i]", place.line, place.column)
	    : json_pack("[i, i, s]", place.line, place.column, place.file);
}
