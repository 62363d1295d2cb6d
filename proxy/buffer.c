/* SPDX-License-Identifier: Apache-2.0 */
#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json_plain.h"

/* Most heads and records fit. */
#define FIRST_SIZE 512

void
buffer_done(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){NULL, 0, 0, false};
}

void
buffer_cut(struct buffer *buffer, size_t len)
{
	buffer->len = len;
	buffer->failed = false;
}

char *
buffer_take(struct buffer *buffer, size_t *len)
{
	char *bytes;

	buffer_add(buffer, "", 1);
	if (buffer->failed) {
		buffer_done(buffer);
		return NULL;
	}
	bytes = buffer->bytes;
	*len = buffer->len - 1;
	*buffer = (struct buffer){NULL, 0, 0, false};
	return bytes;
}

static bool
make_room(struct buffer *buffer, size_t len)
{
	size_t size = buffer->size == 0 ? FIRST_SIZE : buffer->size;
	char *more;

	while (size - buffer->len < len)
		size *= 2;
	more = realloc(buffer->bytes, size);
	if (more == NULL)
		return false;
	buffer->bytes = more;
	buffer->size = size;
	return true;
}

void
buffer_grow(struct buffer *buffer, const char *bytes, size_t len)
{
	if (buffer->failed || len == 0)
		return;
	if (!make_room(buffer, len)) {
		buffer->failed = true;
		return;
	}
	memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
}

void
buffer_number(struct buffer *buffer, long long number)
{
	unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number
					     : (unsigned long long)number;
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (number < 0)
		digits[--at] = '-';
	buffer_add(buffer, digits + at, sizeof(digits) - at);
}

/* --- JSON ----------------------------------------------------------------- */

static int
on_dump(const char *bytes, size_t len, void *arg)
{
	struct buffer *buffer = arg;

	buffer_add(buffer, bytes, len);
	return buffer->failed ? -1 : 0;
}

/* What has to be escaped, and fractions. */
static void
put_by_jansson(struct buffer *buffer, const json_t *value)
{
	if (value == NULL ||
	    json_dump_callback(value, on_dump, buffer,
		JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) != 0)
		buffer->failed = true;
}

/* Printable ASCII that JSON writes as it is. */
static bool
is_plain(const char *text, size_t len)
{
	for (size_t i = json_plain_len(text, len); i < len; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '"' ||
		    text[i] == '\\')
			return false;
	}
	return true;
}

static void
put_plain(struct buffer *buffer, const char *text, size_t len)
{
	buffer_add(buffer, "\"", 1);
	buffer_add(buffer, text, len);
	buffer_add(buffer, "\"", 1);
}

static void
put_string(struct buffer *buffer, const char *text, size_t len)
{
	json_auto_t *value = NULL;

	if (is_plain(text, len)) {
		put_plain(buffer, text, len);
		return;
	}
	value = json_stringn(text, len);
	put_by_jansson(buffer, value);
}

void
buffer_json_string(struct buffer *buffer, const char *text)
{
	put_string(buffer, text, strlen(text));
}

static void
put_list(struct buffer *buffer, const json_t *list)
{
	size_t i;
	json_t *item;

	buffer_add(buffer, "[", 1);
	json_array_foreach(list, i, item)
	{
		if (i > 0)
			buffer_add(buffer, ",", 1);
		buffer_json(buffer, item);
	}
	buffer_add(buffer, "]", 1);
}

static void
put_object(struct buffer *buffer, const json_t *value)
{
	json_t *object = (json_t *)(uintptr_t)value;
	bool first = true;

	buffer_add(buffer, "{", 1);
	for (void *at = json_object_iter(object); at != NULL;
	     at = json_object_iter_next(object, at)) {
		if (!first)
			buffer_add(buffer, ",", 1);
		first = false;
		put_string(buffer, json_object_iter_key(at),
		    json_object_iter_key_len(at));
		buffer_add(buffer, ":", 1);
		buffer_json(buffer, json_object_iter_value(at));
	}
	buffer_add(buffer, "}", 1);
}

/* How deep a value may be was decided where it was read. */
void
buffer_json(struct buffer *buffer, const json_t *value)
{
	switch (value == NULL ? JSON_REAL : json_typeof(value)) {
	case JSON_OBJECT:
		put_object(buffer, value);
		break;
	case JSON_ARRAY:
		put_list(buffer, value);
		break;
	case JSON_STRING:
		put_string(buffer, json_string_value(value),
		    json_string_length(value));
		break;
	case JSON_INTEGER:
		buffer_number(buffer, json_integer_value(value));
		break;
	case JSON_TRUE:
		buffer_text(buffer, "true");
		break;
	case JSON_FALSE:
		buffer_text(buffer, "false");
		break;
	case JSON_NULL:
		buffer_text(buffer, "null");
		break;
	case JSON_REAL:
		put_by_jansson(buffer, value);
		break;
	}
}
