/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a JSON text (RFC 8259, 6), and the three words. */
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"

/* A number that is no integer: clients and daemons write 24 digits at most. */
#define REAL_LEN 64

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
