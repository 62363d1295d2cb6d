/* SPDX-License-Identifier: Apache-2.0 */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

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
buffer_add(struct buffer *buffer, const char *bytes, size_t len)
{
	if (buffer->failed)
		return;
	if (buffer->size - buffer->len < len && !make_room(buffer, len)) {
		buffer->failed = true;
		return;
	}
	if (len > 0)
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

void
buffer_json(struct buffer *buffer, const json_t *value)
{
	if (value == NULL ||
	    json_dump_callback(value, on_dump, buffer,
		JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) != 0)
		buffer->failed = true;
}

/* Printable ASCII that JSON writes as it is. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < 0x20 || *text > 0x7e || *text == '"' ||
		    *text == '\\')
			return false;
	}
	return true;
}

void
buffer_json_string(struct buffer *buffer, const char *text)
{
	json_auto_t *value = NULL;

	if (is_plain(text)) {
		buffer_add(buffer, "\"", 1);
		buffer_text(buffer, text);
		buffer_add(buffer, "\"", 1);
		return;
	}
	value = json_string(text);
	buffer_json(buffer, value);
}
