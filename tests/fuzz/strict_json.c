/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/strict_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 256

/* A reader that walks the text, and beside it the tree that it should be; tree
 * is NULL where there is nothing to compare with. */
struct reader {
	const char *at, *end;
	unsigned depth;
};

static bool value(struct reader *r, const json_t *tree, bool compare);

static void
blanks(struct reader *r)
{
	while (r->at < r->end &&
	    (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' ||
		*r->at == '\r'))
		r->at++;
}

static bool
take(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

/* --- strings -------------------------------------------------------------- */

static bool
four_digits(struct reader *r, uint32_t *code)
{
	*code = 0;
	if (r->end - r->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			digit = (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		*code = *code * 16 + digit;
	}
	return true;
}

static size_t
put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 63));
		to[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 63));
	to[2] = (char)(0x80 | (c >> 6 & 63));
	to[3] = (char)(0x80 | (c & 63));
	return 4;
}

/* Behind "\u". */
static bool
unicode_escape(struct reader *r, uint32_t *c)
{
	uint32_t low;

	if (!four_digits(r, c) || (*c >= 0xdc00 && *c <= 0xdfff))
		return false;
	if (*c < 0xd800 || *c > 0xdbff)
		return true;
	if (!take(r, "\\u") || !four_digits(r, &low) || low < 0xdc00 ||
	    low > 0xdfff)
		return false;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

static bool
escape(struct reader *r, uint32_t *c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (r->at == r->end)
		return false;
	if (*r->at == 'u') {
		r->at++;
		return unicode_escape(r, c);
	}
	found = *r->at == '\0' ? NULL : strchr(from, *r->at);
	if (found == NULL)
		return false;
	*c = (uint32_t)(unsigned char)to[found - from];
	r->at++;
	return true;
}

/* One character of UTF-8 beyond ASCII: no overlong form, no surrogate, nothing
 * beyond Unicode (RFC 3629). */
static bool
multibyte(struct reader *r, uint32_t *c)
{
	unsigned char first = (unsigned char)*r->at++;
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	if (first < 0xc2 || first > 0xf4)
		return false;
	*c = first & (0x3f >> more);
	for (int i = 0; i < more; i++) {
		unsigned char next;

		if (r->at == r->end)
			return false;
		next = (unsigned char)*r->at++;
		if ((next & 0xc0) != 0x80)
			return false;
		*c = *c << 6 | (next & 0x3f);
	}
	return *c >= least[more] && *c <= 0x10ffff &&
	    !(*c >= 0xd800 && *c <= 0xdfff);
}

/* A string, decoded into a new buffer; NULL if it is none. */
static char *
string(struct reader *r, size_t *len)
{
	char *text = malloc((size_t)(r->end - r->at) + 4);
	uint32_t c;

	*len = 0;
	if (text == NULL || !take(r, "\""))
		goto fail;
	while (r->at < r->end && *r->at != '"') {
		unsigned char byte = (unsigned char)*r->at;

		if (byte < 0x20)
			goto fail;
		if (byte >= 0x80) {
			if (!multibyte(r, &c))
				goto fail;
		} else {
			r->at++;
			c = byte;
			if (byte == '\\' && !escape(r, &c))
				goto fail;
		}
		*len += put_utf8(text + *len, c);
	}
	if (!take(r, "\""))
		goto fail;
	text[*len] = '\0';
	return text;

fail:
	free(text);
	return NULL;
}

static bool
string_value(struct reader *r, const json_t *tree, bool compare)
{
	size_t len;
	char *text = string(r, &len);
	bool same = text != NULL &&
	    (!compare ||
		(json_is_string(tree) && json_string_length(tree) == len &&
		    memcmp(json_string_value(tree), text, len) == 0));

	free(text);
	return same;
}

/* --- numbers -------------------------------------------------------------- */

static size_t
digits(struct reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

/* The grammar of RFC 8259, 6; whole: neither fraction nor exponent. */
static bool
number_text(struct reader *r, bool *whole)
{
	const char *from;

	*whole = true;
	(void)take(r, "-");
	from = r->at;
	if (digits(r) == 0 || (*from == '0' && r->at - from > 1))
		return false;
	if (take(r, ".")) {
		*whole = false;
		if (digits(r) == 0)
			return false;
	}
	if (take(r, "e") || take(r, "E")) {
		*whole = false;
		if (!take(r, "+"))
			(void)take(r, "-");
		if (digits(r) == 0)
			return false;
	}
	return true;
}

static bool
number(struct reader *r, const json_t *tree, bool compare)
{
	const char *from = r->at;
	char text[64];
	bool whole;
	size_t len;

	if (!number_text(r, &whole))
		return false;
	len = (size_t)(r->at - from);
	if (!compare)
		return true;
	if (len >= sizeof(text))
		return false;
	memcpy(text, from, len);
	text[len] = '\0';
	if (whole)
		return json_is_integer(tree) &&
		    strtoll(text, NULL, 10) == json_integer_value(tree);
	return json_is_real(tree) &&
	    !(strtod(text, NULL) < json_real_value(tree)) &&
	    !(strtod(text, NULL) > json_real_value(tree));
}

/* --- lists and objects ---------------------------------------------------- */

static bool
list(struct reader *r, const json_t *tree, bool compare)
{
	size_t n = 0;

	if (compare && !json_is_array(tree))
		return false;
	blanks(r);
	if (!take(r, "]")) {
		do {
			const json_t *item = json_array_get(tree, n++);

			if ((compare && item == NULL) ||
			    !value(r, item, compare))
				return false;
		} while (take(r, ","));
		if (!take(r, "]"))
			return false;
	}
	return !compare || json_array_size(tree) == n;
}

/* Is the name new?  seen holds those before it. */
static bool
is_new(json_t *seen, const char *name, size_t len)
{
	return json_object_getn(seen, name, len) == NULL &&
	    json_object_setn_new_nocheck(seen, name, len, json_true()) == 0;
}

static bool
member(struct reader *r, const json_t *tree, bool compare, json_t *seen)
{
	size_t len;
	char *name;
	const json_t *item = NULL;
	bool good;

	blanks(r);
	name = string(r, &len);
	good = name != NULL && is_new(seen, name, len);
	if (good && compare) {
		item = json_object_getn(tree, name, len);
		good = item != NULL;
	}
	free(name);
	blanks(r);
	return good && take(r, ":") && value(r, item, compare);
}

static bool
object(struct reader *r, const json_t *tree, bool compare)
{
	json_auto_t *seen = json_object();

	if (compare && !json_is_object(tree))
		return false;
	blanks(r);
	if (!take(r, "}")) {
		do {
			if (!member(r, tree, compare, seen))
				return false;
		} while (take(r, ","));
		if (!take(r, "}"))
			return false;
	}
	return !compare || json_object_size(tree) == json_object_size(seen);
}

/* --- any ------------------------------------------------------------------ */

static bool
bare(struct reader *r, const json_t *tree, bool compare)
{
	if (take(r, "["))
		return list(r, tree, compare);
	if (take(r, "{"))
		return object(r, tree, compare);
	if (r->at < r->end && *r->at == '"')
		return string_value(r, tree, compare);
	if (take(r, "true"))
		return !compare || json_is_true(tree);
	if (take(r, "false"))
		return !compare || json_is_false(tree);
	if (take(r, "null"))
		return !compare || json_is_null(tree);
	return number(r, tree, compare);
}

static bool
value(struct reader *r, const json_t *tree, bool compare)
{
	bool good;

	if (r->depth == DEPTH_MAX)
		return false;
	r->depth++;
	blanks(r);
	good = bare(r, tree, compare);
	blanks(r);
	r->depth--;
	return good;
}

bool
strict_json_is(const char *text, size_t len, const json_t *tree)
{
	struct reader r = {.at = text, .end = text + len};

	return tree != NULL && value(&r, tree, true) && r.at == r.end;
}

bool
strict_json_valid(const char *text, size_t len)
{
	struct reader r = {.at = text, .end = text + len};

	return value(&r, NULL, false) && r.at == r.end;
}
