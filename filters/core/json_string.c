/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of a JSON text (RFC 8259, 7), and what their escapes stand for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "core/utf8.h"
#include "json_plain.h"

/* Over what stands for itself. */
static const char *
skip_plain(const char *at, const char *end)
{
	at += json_plain_len(at, (size_t)(end - at));
	while (at < end) {
		unsigned char c = (unsigned char)*at;
		size_t len = 1;

		if (c < 0x20 || c == '"' || c == '\\')
			break;
		if (c >= 0x80)
			len = utf8_len(at, (size_t)(end - at));
		if (len == 0)
			break;
		at += len;
	}
	return at;
}

/* The four digits behind \u; false if there are no four. */
static bool
hex(struct json_text *text, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, text->at++) {
		char c = text->at < text->end ? *text->at : '\0';

		if (c >= '0' && c <= '9')
			*code = *code << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*code = *code << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* A character beyond the first 65,536 comes as two halves (RFC 8259, 7). */
static bool
read_code(struct json_text *text, uint32_t *code)
{
	uint32_t low;

	if (!hex(text, code))
		return json_text_refuse(text, "want four hex digits") != NULL;
	if (*code == 0)
		return json_text_refuse(
			   text, "the character U+0000 has no place") != NULL;
	if (*code >> 11 != 0x1B)
		return true;
	if (*code >> 10 != 0x36 || text->end - text->at < 2 ||
	    text->at[0] != '\\' || text->at[1] != 'u')
		return json_text_refuse(text, "half a surrogate pair") != NULL;
	text->at += 2;
	if (!hex(text, &low) || low >> 10 != 0x37)
		return json_text_refuse(text, "half a surrogate pair") != NULL;
	*code = 0x10000 + ((*code & 0x3FF) << 10 | (low & 0x3FF));
	return true;
}

/* What the escape at hand, behind its backslash, stands for. */
static bool
take_escape(struct json_text *text)
{
	static const char named[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char c = text->at < text->end ? *text->at : '\0';
	uint32_t code;

	if (c == 'u') {
		text->at++;
		if (!read_code(text, &code))
			return false;
		text->used += utf8_put(text->room + text->used, code);
		return true;
	}
	for (size_t i = 0; c != '\0' && named[i] != '\0'; i += 2) {
		if (named[i] != c)
			continue;
		text->room[text->used++] = named[i + 1];
		text->at++;
		return true;
	}
	return json_text_refuse(text, "no such escape") != NULL;
}

/* What is here is neither plain nor an escape nor the end. */
static bool
refuse_byte(struct json_text *text)
{
	if (text->at == text->end)
		return json_text_refuse(text, "a string without an end") !=
		    NULL;
	return json_text_refuse(text,
		   (unsigned char)*text->at < 0x20
		       ? "a control byte in a string"
		       : "a string that is not UTF-8") != NULL;
}

/* A string with escapes, the first of them at hand.  All that escapes stand for
 * is shorter than the text. */
static bool
read_escaped(
    struct json_text *text, const char *begin, struct json_piece *string)
{
	if (text->room == NULL)
		text->room = malloc((size_t)(text->end - text->begin));
	if (text->room == NULL)
		return json_text_nomem(text) != NULL;
	string->bytes = text->room + text->used;
	for (;;) {
		size_t len = (size_t)(text->at - begin);

		memcpy(text->room + text->used, begin, len);
		text->used += len;
		if (text->at == text->end || *text->at != '\\')
			break;
		text->at++;
		if (!take_escape(text))
			return false;
		begin = text->at;
		text->at = skip_plain(begin, text->end);
	}
	string->len = (size_t)(text->room + text->used - string->bytes);
	return true;
}

bool
json_text_string(struct json_text *text, struct json_piece *string)
{
	const char *begin;

	if (json_text_look(text) != '"')
		return json_text_refuse(text, "want a string") != NULL;
	begin = text->at + 1;
	text->at = skip_plain(begin, text->end);
	*string = (struct json_piece){begin, (size_t)(text->at - begin)};
	if (text->at < text->end && *text->at == '\\' &&
	    !read_escaped(text, begin, string))
		return false;
	if (text->at == text->end || *text->at != '"')
		return refuse_byte(text);
	text->at++;
	if (string->len <= text->limits->string)
		return true;
	text->failed = true;
	return errmsg_set(text->err, "a string is longer than %zu bytes",
	    text->limits->string);
}
