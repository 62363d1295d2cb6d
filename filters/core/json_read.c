/* SPDX-License-Identifier: Apache-2.0 */
#include "json_read.h"

#include <stdint.h>
#include <string.h>

#include "core/json_text.h"

/* wire.md 3: real bodies are below 64 KiB and 2,000 values. */
const struct json_limits json_limits_default = {
    .bytes = 1024 * 1024,
    .depth = 64,
    .values = 20000,
    .string = 64 * 1024,
};

const struct json_limits json_limits_trusted = {
    .bytes = SIZE_MAX,
    .depth = 256,
    .values = SIZE_MAX,
    .string = SIZE_MAX,
};

static json_t *
read_string(struct json_text *text)
{
	struct json_piece piece;

	/* Known to be UTF-8. */
	return json_text_string(text, &piece)
	    ? json_stringn_nocheck(piece.bytes, piece.len)
	    : NULL;
}

static json_t *
read_list(struct json_text *text)
{
	json_auto_t *list = json_array();
	bool first = true;

	if (!json_text_open(text, '['))
		return NULL;
	while (json_text_item(text, ']', &first)) {
		if (json_array_append_new(list, json_text_value(text)) != 0)
			return NULL;
	}
	return text->failed ? NULL : json_incref(list);
}

static json_t *
read_object(struct json_text *text)
{
	json_auto_t *object = json_object();
	struct json_piece name;
	bool first = true;

	if (!json_text_open(text, '{'))
		return NULL;
	while (json_text_item(text, '}', &first)) {
		if (!json_text_name(text, &name))
			return NULL;
		if (json_object_getn(object, name.bytes, name.len) != NULL)
			return json_text_refuse(text, "a name comes twice");
		if (json_object_setn_new_nocheck(object, name.bytes, name.len,
			json_text_value(text)) != 0)
			return NULL;
	}
	return text->failed ? NULL : json_incref(object);
}

json_t *
json_text_value(struct json_text *text)
{
	json_t *value;

	switch (json_text_next(text)) {
	case '{':
		value = read_object(text);
		break;
	case '[':
		value = read_list(text);
		break;
	case '"':
		value = read_string(text);
		break;
	default:
		value = json_text_scalar(text);
		break;
	}
	return value != NULL || text->failed ? value : json_text_nomem(text);
}

json_t *
json_read(const char *bytes, size_t len, const struct json_limits *limits,
    struct errmsg *err)
{
	struct json_text text;
	json_auto_t *tree = NULL;
	bool sound;

	json_text_init(&text, bytes, len, limits, err);
	tree = json_text_value(&text);
	sound = json_text_end(&text);
	json_text_done(&text);
	return sound ? json_incref(tree) : NULL;
}

json_t *
json_read_own(const char *text)
{
	struct errmsg ignored;

	return json_read(text, strlen(text), &json_limits_trusted, &ignored);
}
