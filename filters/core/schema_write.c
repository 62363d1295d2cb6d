/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a canonical tree, as jansson would write it: compact, in the order
 * of its members, with every character as itself but for quotes, backslashes and
 * control bytes.
 *
 * Not json_dumps(): where its buffer cannot grow it leaves out the name of a
 * member and goes on (jansson 2.14, do_dump), so that other JSON would be sent
 * than was judged.  Here a text that could not grow is none.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_plain.h"
#include "schema.h"

#define FIRST_SIZE 4096

struct text {
	char *bytes;
	size_t len, size;
};

/* Room for n bytes more. */
static bool
make_room(struct text *text, size_t n)
{
	size_t size = text->size;
	char *bytes;

	if (size - text->len >= n)
		return true;
	while (size - text->len < n)
		size *= 2;
	bytes = realloc(text->bytes, size);
	if (bytes == NULL)
		return false;
	text->bytes = bytes;
	text->size = size;
	return true;
}

static bool
put(struct text *text, const char *bytes, size_t len)
{
	if (!make_room(text, len))
		return false;
	memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
	return true;
}

static bool
put_escape(struct text *text, unsigned char c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char escape[8] = "\\";

	for (size_t i = 0; named[i] != '\0'; i += 2) {
		escape[1] = named[i + 1];
		if ((unsigned char)named[i] == c)
			return put(text, escape, 2);
	}
	(void)snprintf(escape, sizeof(escape), "\\u%04X", c);
	return put(text, escape, strlen(escape));
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static bool
put_string(struct text *text, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	bool done = put(text, "\"", 1);

	while (done && bytes < end) {
		const char *from = bytes;

		bytes += json_plain_len(bytes, (size_t)(end - bytes));
		while (bytes < end && is_plain((unsigned char)*bytes))
			bytes++;
		done = put(text, from, (size_t)(bytes - from));
		if (done && bytes < end)
			done = put_escape(text, (unsigned char)*bytes++);
	}
	return done && put(text, "\"", 1);
}

static bool
put_integer(struct text *text, long long number)
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
	return put(text, digits + at, sizeof(digits) - at);
}

/* Its digits are jansson's business.  It needs memory for them each time, and
 * says 0 where there is none. */
static bool
put_real(struct text *text, const json_t *value)
{
	size_t len = json_dumpb(value, NULL, 0, JSON_ENCODE_ANY);

	if (len == 0 || !make_room(text, len) ||
	    json_dumpb(value, text->bytes + text->len, len, JSON_ENCODE_ANY) !=
		len)
		return false;
	text->len += len;
	return true;
}

static bool put_value(struct text *text, const json_t *value);

static bool
put_list(struct text *text, const json_t *list)
{
	bool done = put(text, "[", 1);
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (!done || (i > 0 && !put(text, ",", 1)))
			return false;
		done = put_value(text, item);
	}
	return done && put(text, "]", 1);
}

static bool
put_object(struct text *text, const json_t *value)
{
	json_t *object = (json_t *)(uintptr_t)value;
	bool done = put(text, "{", 1), first = true;
	void *at = json_object_iter(object);

	for (; done && at != NULL; at = json_object_iter_next(object, at)) {
		done = (first || put(text, ",", 1)) &&
		    put_string(text, json_object_iter_key(at),
			json_object_iter_key_len(at)) &&
		    put(text, ":", 1) &&
		    put_value(text, json_object_iter_value(at));
		first = false;
	}
	return done && put(text, "}", 1);
}

static bool
put_value(struct text *text, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(text, value);
	case JSON_ARRAY:
		return put_list(text, value);
	case JSON_STRING:
		return put_string(
		    text, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		return put_integer(text, json_integer_value(value));
	case JSON_REAL:
		return put_real(text, value);
	case JSON_TRUE:
		return put(text, "true", 4);
	case JSON_FALSE:
		return put(text, "false", 5);
	case JSON_NULL:
		return put(text, "null", 4);
	}
	return false;
}

char *
schema_write(const json_t *tree, size_t *len)
{
	struct text text = {.bytes = malloc(FIRST_SIZE), .size = FIRST_SIZE};

	if (text.bytes != NULL && tree != NULL && put_value(&text, tree) &&
	    put(&text, "", 1)) {
		*len = text.len - 1;
		return text.bytes;
	}
	free(text.bytes);
	*len = 0;
	return NULL;
}
