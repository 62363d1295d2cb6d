/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "json_plain.h"

/* A number that is no integer: clients and daemons write 24 digits at most. */
#define REAL_LEN 64

void
json_text_init(struct json_text *text, const char *bytes, size_t len,
    const struct json_limits *limits, struct errmsg *err)
{
	*text = (struct json_text){.begin = bytes,
	    .at = bytes,
	    .end = bytes + len,
	    .limits = limits,
	    .err = err};
	if (len <= limits->bytes)
		return;
	text->failed = true;
	(void)errmsg_set(err, "longer than %zu bytes", limits->bytes);
}

void
json_text_done(struct json_text *text)
{
	free(text->room);
	text->room = NULL;
}

json_t *
json_text_refuse(struct json_text *text, const char *why)
{
	size_t line = 1, column = 1;

	if (text->failed)
		return NULL;
	for (const char *at = text->begin; at < text->at; at++) {
		column = *at == '\n' ? 1 : column + 1;
		line += *at == '\n';
	}
	text->failed = true;
	(void)errmsg_set(text->err, "not valid JSON: %s (line %zu, column %zu)",
	    why, line, column);
	return NULL;
}

json_t *
json_text_nomem(struct json_text *text)
{
	text->failed = true;
	text->nomem = true;
	(void)errmsg_nomem(text->err);
	return NULL;
}

/* One value more, or a name. */
static bool
count(struct json_text *text)
{
	if (++text->values <= text->limits->values)
		return true;
	text->failed = true;
	return errmsg_set(
	    text->err, "more than %zu values", text->limits->values);
}

/* The byte at hand, behind blanks; NUL at the end, and where it failed. */
static char
look(struct json_text *text)
{
	const char *at = text->at;

	while (at < text->end &&
	    (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	text->at = at;
	return at < text->end && !text->failed ? *at : '\0';
}

char
json_text_next(struct json_text *text)
{
	char c = look(text);

	if (c == '-' || (c >= '0' && c <= '9'))
		return '0';
	return c != '\0' && strchr("{[\"tfn", c) != NULL ? c : '\0';
}

/* --- objects and lists ---------------------------------------------------- */

bool
json_text_open(struct json_text *text, char bracket)
{
	if (look(text) != bracket)
		return json_text_refuse(text, "want a value") != NULL;
	text->at++;
	if (++text->depth <= text->limits->depth)
		return count(text);
	text->failed = true;
	return errmsg_set(
	    text->err, "nested deeper than %zu", text->limits->depth);
}

bool
json_text_item(struct json_text *text, char bracket, bool *first)
{
	char c = look(text);

	if (c == bracket) {
		text->at++;
		text->depth--;
		return false;
	}
	if (*first) {
		*first = false;
		return !text->failed;
	}
	if (c != ',')
		return json_text_refuse(text, "want a comma or the end") !=
		    NULL;
	text->at++;
	/* No bracket may follow; whoever reads the value sees to it. */
	return count(text);
}

bool
json_text_name(struct json_text *text, struct json_piece *name)
{
	if (!json_text_string(text, name))
		return false;
	if (look(text) != ':')
		return json_text_refuse(text, "want a colon") != NULL;
	text->at++;
	return count(text);
}

/* --- strings -------------------------------------------------------------- */

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

	if (look(text) != '"')
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

/* --- numbers and words ---------------------------------------------------- */

static const char *
skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* From at to its end; NULL if it is none.  *real: it has a point or an
 * exponent. */
static const char *
skip_number(const char *at, const char *end, bool *real)
{
	const char *digits;

	*real = false;
	if (at < end && *at == '-')
		at++;
	digits = at;
	at = skip_digits(at, end);
	if (at == digits || (*digits == '0' && at > digits + 1))
		return NULL;
	if (at < end && *at == '.') {
		digits = ++at;
		*real = true;
		at = skip_digits(at, end);
		if (at == digits)
			return NULL;
	}
	if (at < end && (*at | 0x20) == 'e') {
		at++;
		*real = true;
		if (at < end && (*at == '-' || *at == '+'))
			at++;
		digits = at;
		at = skip_digits(at, end);
		if (at == digits)
			return NULL;
	}
	return at;
}

/* Towards the least, as there is one more below zero than above. */
static json_t *
make_integer(struct json_text *text, const char *at, const char *end)
{
	bool negative = *at == '-';
	long long value = 0;

	for (at += negative; at < end; at++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *at - '0', &value))
			return json_text_refuse(
			    text, "an integer beyond 64 bits");
	}
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return json_text_refuse(text, "an integer beyond 64 bits");
	return json_integer(value);
}

static json_t *
make_real(struct json_text *text, const char *at, const char *end)
{
	char digits[REAL_LEN];
	size_t len = (size_t)(end - at);
	double value;

	if (len >= sizeof(digits))
		return json_text_refuse(text, "a number with too many digits");
	memcpy(digits, at, len);
	digits[len] = '\0';
	value = strtod(digits, NULL);
	if (!__builtin_isfinite(value))
		return json_text_refuse(text, "a number beyond a double");
	return json_real(value);
}

static json_t *
read_number(struct json_text *text)
{
	bool real;
	const char *end = skip_number(text->at, text->end, &real);
	json_t *number;

	if (end == NULL)
		return json_text_refuse(text, "want a number");
	number = real ? make_real(text, text->at, end)
		      : make_integer(text, text->at, end);
	if (number == NULL)
		return text->failed ? NULL : json_text_nomem(text);
	text->at = end;
	return number;
}

static bool
take_word(struct json_text *text, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(text->end - text->at) < len ||
	    memcmp(text->at, word, len) != 0)
		return false;
	text->at += len;
	return true;
}

json_t *
json_text_scalar(struct json_text *text)
{
	char c = json_text_next(text);

	if (c == '0')
		return read_number(text);
	if (c == 't' && take_word(text, "true"))
		return json_true();
	if (c == 'f' && take_word(text, "false"))
		return json_false();
	if (c == 'n' && take_word(text, "null"))
		return json_null();
	return json_text_refuse(text, "want a value");
}

bool
json_text_end(struct json_text *text)
{
	if (look(text) == '\0' && text->at == text->end)
		return !text->failed;
	return json_text_refuse(text, "something follows the value") != NULL;
}
