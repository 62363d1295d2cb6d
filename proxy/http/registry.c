/* SPDX-License-Identifier: Apache-2.0 */
#include "http/registry.h"

#include <stdlib.h>
#include <string.h>

#include "schema.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int
sextet(char c)
{
	const char *at;

	/* Both alphabets are in use (RFC 4648, 4 and 5). */
	if (c == '+')
		c = '-';
	if (c == '/')
		c = '_';
	at = c == '\0' ? NULL : strchr(letters, c);
	return at == NULL ? -1 : (int)(at - letters);
}

/* Decode into a new buffer; NULL if malformed or out of memory (*len is 0
 * then, and 1 if it was malformed). */
static char *
decode(struct span text, size_t *len)
{
	char *bytes = malloc(text.len + 1);
	unsigned bits = 0, n = 0;

	*len = 0;
	if (bytes == NULL)
		return NULL;
	for (size_t i = 0; i < 2 && text.len > 0; i++) {
		if (text.at[text.len - 1] == '=')
			text.len--;
	}
	for (size_t i = 0; i < text.len; i++) {
		int value = sextet(text.at[i]);

		if (value < 0) {
			free(bytes);
			*len = 1;
			return NULL;
		}
		bits = (bits << 6 | (unsigned)value) & 0xffffff;
		n += 6;
		if (n >= 8) {
			n -= 8;
			bytes[(*len)++] = (char)(bits >> n & 0xff);
		}
	}
	return bytes;
}

static bool
read_one(json_t *headers, const char *name, struct span text,
    const struct shape *shape, int *status, struct errmsg *err)
{
	bool bad_input = true;
	size_t len;
	char *bytes;
	json_t *value;

	if (text.at == NULL || text.len == 0)
		return true;
	bytes = decode(text, &len);
	*status = bytes == NULL && len == 0 ? 500 : 400;
	if (bytes == NULL)
		return errmsg_set(err, "%s: want base64url", name);
	/* What the CLI sends when it has no logins (docker build). */
	if (len == 4 && memcmp(bytes, "null", 4) == 0) {
		free(bytes);
		return true;
	}
	value = schema_read(shape, bytes, len, &json_limits_default,
	    UNKNOWN_REJECT, NULL, &bad_input, err);
	free(bytes);
	if (value == NULL) {
		*status = bad_input ? 400 : 500;
		return errmsg_prefix(err, "%s", name);
	}
	if (json_object_set_new(headers, name, value) == 0)
		return true;
	*status = 500;
	return errmsg_nomem(err);
}

json_t *
registry_read(
    const struct http_request_head *head, int *status, struct errmsg *err)
{
	json_t *headers = json_object();

	*status = 500;
	if (headers == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	if (read_one(headers, "X-Registry-Auth", head->registry_auth,
		&shape_registry_auth, status, err) &&
	    read_one(headers, "X-Registry-Config", head->registry_config,
		&shape_registry_config, status, err))
		return headers;
	json_decref(headers);
	return NULL;
}

char *
registry_write(const json_t *value)
{
	size_t len, n = 0;
	char *json = schema_write(value, &len);
	char *text = json == NULL ? NULL : malloc(len / 3 * 4 + 5);

	for (size_t i = 0; text != NULL && i < len; i += 3) {
		unsigned bits = (unsigned)(unsigned char)json[i] << 16;
		size_t left = len - i;

		if (left > 1)
			bits |= (unsigned)(unsigned char)json[i + 1] << 8;
		if (left > 2)
			bits |= (unsigned)(unsigned char)json[i + 2];
		text[n++] = letters[bits >> 18];
		text[n++] = letters[bits >> 12 & 63];
		text[n++] = left > 1 ? letters[bits >> 6 & 63] : '=';
		text[n++] = left > 2 ? letters[bits & 63] : '=';
	}
	if (text != NULL)
		text[n] = '\0';
	free(json);
	return text;
}
