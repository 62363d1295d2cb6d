/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/strict_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* tchar of RFC 9110, 5.6.2. */
static bool
is_token(const char *text)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		char c = *text;

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || strchr(others, c) != NULL))
			return false;
	}
	return true;
}

static bool
is_visible(const char *text, const char *also)
{
	for (; *text != '\0'; text++) {
		if ((*text < 0x21 || *text > 0x7e) &&
		    strchr(also, *text) == NULL)
			return false;
	}
	return true;
}

/* Take a line, without its CR LF, as a string; NULL if there is none.  A bare
 * CR or LF or a NUL makes it none. */
static char *
line(char **at, char *end)
{
	char *start = *at, *c = start;

	while (c < end && *c != '\r' && *c != '\n' && *c != '\0')
		c++;
	if (end - c < 2 || c[0] != '\r' || c[1] != '\n')
		return NULL;
	*c = '\0';
	*at = c + 2;
	return start;
}

static bool
request_line(char *text, struct strict_request *request)
{
	char *target = strchr(text, ' '), *version;

	if (target == NULL)
		return false;
	*target++ = '\0';
	version = strchr(target, ' ');
	if (version == NULL)
		return false;
	*version++ = '\0';
	request->method = text;
	request->target = target;
	return is_token(text) && *target == '/' && is_visible(target, "") &&
	    strcmp(version, "HTTP/1.1") == 0;
}

static bool
field_line(char *text, struct strict_request *request)
{
	char *colon = strchr(text, ':'), *last;
	struct strict_field *field;

	if (colon == NULL || request->n == STRICT_FIELDS)
		return false;
	*colon++ = '\0';
	colon += strspn(colon, " \t");
	last = colon + strlen(colon);
	while (last > colon && (last[-1] == ' ' || last[-1] == '\t'))
		last--;
	*last = '\0';
	field = &request->field[request->n++];
	field->name = text;
	field->value = colon;
	return is_token(text) && is_visible(colon, " \t");
}

bool
strict_request_read(
    const char *bytes, size_t len, struct strict_request *request)
{
	char *at, *text;

	memset(request, 0, sizeof(*request));
	request->bytes = malloc(len + 1);
	if (request->bytes == NULL)
		return false;
	memcpy(request->bytes, bytes, len);
	at = request->bytes;
	text = line(&at, request->bytes + len);
	if (text == NULL || !request_line(text, request))
		return false;
	for (;;) {
		text = line(&at, request->bytes + len);
		if (text == NULL)
			return false;
		if (*text == '\0')
			break;
		if (!field_line(text, request))
			return false;
	}
	request->len = (size_t)(at - request->bytes);
	return true;
}

void
strict_request_done(struct strict_request *request)
{
	free(request->bytes);
	memset(request, 0, sizeof(*request));
}

const char *
strict_request_field(
    const struct strict_request *request, const char *name, bool *once)
{
	const char *found = NULL;

	for (size_t i = 0; i < request->n; i++) {
		if (strcasecmp(request->field[i].name, name) != 0)
			continue;
		if (found != NULL)
			*once = false;
		found = request->field[i].value;
	}
	return found;
}

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

long
strict_unescape(char *text, bool plus)
{
	char *to = text;

	for (char *from = text; *from != '\0'; from++) {
		if (*from == '+' && plus) {
			*to++ = ' ';
		} else if (*from == '%') {
			int high = digit(from[1]);
			int low = high < 0 ? -1 : digit(from[2]);

			if (low < 0 || high * 16 + low == 0)
				return -1;
			*to++ = (char)(high * 16 + low);
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return to - text;
}

char *
strict_base64url(const char *text, size_t *len)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_";
	size_t in = strlen(text);
	unsigned char *out = malloc(in + 3);

	*len = 0;
	if (out == NULL || in % 4 != 0)
		goto fail;
	for (size_t i = 0; i < in; i += 4) {
		unsigned bits = 0, pads = 0;

		for (size_t n = 0; n < 4; n++) {
			char c = text[i + n];
			const char *at = c == '\0' ? NULL : strchr(letters, c);

			if (c == '=' && i + 4 == in && n >= 2)
				pads++;
			else if (at == NULL || pads > 0)
				goto fail;
			bits = bits << 6 |
			    (at == NULL ? 0 : (unsigned)(at - letters));
		}
		for (unsigned n = 0; n < 3 - pads; n++)
			out[(*len)++] = (unsigned char)(bits >> (16 - 8 * n));
	}
	out[*len] = '\0';
	return (char *)out;

fail:
	free(out);
	return NULL;
}

/* CR LF at i?  1 yes, 0 the input ends before that is known, -1 no. */
static int
crlf(const char *bytes, size_t len, size_t i)
{
	if (i < len && bytes[i] != '\r')
		return -1;
	if (i + 1 < len && bytes[i + 1] != '\n')
		return -1;
	return i + 1 < len ? 1 : 0;
}

long
strict_dechunk(const char *bytes, size_t len, char *data, size_t *data_len)
{
	size_t i = 0;

	*data_len = 0;
	for (;;) {
		size_t size = 0, digits = 0, fits;
		int end;

		for (; i < len && digits < 8 && digit(bytes[i]) >= 0; digits++)
			size = size * 16 + (size_t)digit(bytes[i++]);
		if (i == len)
			return 0;
		end = digits == 0 ? -1 : crlf(bytes, len, i);
		if (end < 1)
			return end;
		i += 2;
		fits = size < len - i ? size : len - i;
		memcpy(data + *data_len, bytes + i, fits);
		*data_len += fits;
		i += fits;
		if (fits < size)
			return 0;
		end = crlf(bytes, len, i);
		if (end < 1)
			return end;
		i += 2;
		if (size == 0)
			return (long)i;
	}
}
