/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer -- text that grows: heads, targets, records.
 *
 * What cannot be added for want of memory marks the buffer as failed, and all
 * that is added later is ignored, so that a whole text can be written before
 * anybody asks.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* An empty one is all zero. */
struct buffer {
	char *bytes; /* NULL while nothing was added */
	size_t len, size;
	bool failed;
};

void buffer_done(struct buffer *buffer);

/* Take back what was added since it was len bytes long, and the failure. */
void buffer_cut(struct buffer *buffer, size_t len);

/* The text, with a NUL behind, which the caller frees; NULL if it failed.  The
 * buffer is empty again. */
char *buffer_take(struct buffer *buffer, size_t *len);

/* buffer_add(), where there may be no room. */
void buffer_grow(struct buffer *buffer, const char *bytes, size_t len);

static inline void
buffer_add(struct buffer *buffer, const char *bytes, size_t len)
{
	if (buffer->failed || buffer->size - buffer->len < len || len == 0) {
		buffer_grow(buffer, bytes, len);
		return;
	}
	memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
}

static inline void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}
void buffer_number(struct buffer *buffer, long long number);

/* A JSON string, or a value, in ASCII and without blanks; the number of an
 * unlikely NULL is a failure. */
void buffer_json_string(struct buffer *buffer, const char *text);
void buffer_json(struct buffer *buffer, const json_t *value);

#endif
