/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_args.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define NAME_MAX_LEN 128
#define VALUE_LEN 512

/* Characters that mean more than themselves to some shell's lexer. */
#define SPECIAL "\"'`\\{}()<>|&;*?[]#!~"

struct out {
	char *text;
	size_t len, size;
};

static bool
put(struct out *out, const char *text, size_t len, struct errmsg *why)
{
	if (len >= out->size - out->len)
		return errmsg_set(why, "the value is too long");
	memcpy(out->text + out->len, text, len);
	out->len += len;
	out->text[out->len] = '\0';
	return true;
}

/* --- variables ------------------------------------------------------------ */

/* What the variable is: the call's value, if the file declares it, before the
 * file's own.  NULL: nobody can tell. */
static const char *
value_of(const json_t *args, const json_t *given, const char *name)
{
	const json_t *value = json_object_get(args, name);
	const char *asked;

	if (value == NULL)
		return NULL;
	asked = json_string_value(json_object_get(given, name));
	return asked != NULL ? asked : json_string_value(value);
}

/* A variable that nobody has declared here may be the builder's own; one that
 * is false has a default that we do not understand. */
static bool
is_certain(const json_t *args, const json_t *given, const char *name)
{
	const json_t *value = json_object_get(args, name);

	return value != NULL &&
	    (!json_is_false(value) ||
		json_is_string(json_object_get(given, name)));
}

static size_t
name_len(const char *text)
{
	size_t len = strspn(text, LETTERS);

	return len == 0 ? 0 : strspn(text, LETTERS "0123456789");
}

/* "$NAME", "${NAME}" or "${NAME:-text}" at *at, which moves behind it. */
static bool
expand_one(const json_t *args, const json_t *given, const char **at,
    struct out *out, struct errmsg *why)
{
	const char *text = *at + 1, *value, *end;
	bool braces = *text == '{';
	char name[NAME_MAX_LEN];
	size_t len;

	text += braces;
	len = name_len(text);
	if (len == 0 || len >= sizeof(name))
		return errmsg_set(why, "\"%.60s\" is no variable", *at);
	memcpy(name, text, len);
	name[len] = '\0';
	text += len;
	value = value_of(args, given, name);
	if (!is_certain(args, given, name))
		return errmsg_set(why,
		    "\"$%s\" has no value that is known before the build",
		    name);
	if (braces && strncmp(text, ":-", 2) == 0) {
		text += 2;
		end = text + strcspn(text, "$:" SPECIAL);
		/* A colon is fine, as in a tag. */
		while (*end == ':')
			end += 1 + strcspn(end + 1, "$:" SPECIAL);
		if (value == NULL || *value == '\0') {
			if (!put(out, text, (size_t)(end - text), why))
				return false;
			value = "";
		}
		text = end;
	}
	if (braces && *text++ != '}')
		return errmsg_set(why, "\"%.60s\" is not understood", *at);
	*at = text;
	if (value == NULL)
		return errmsg_set(why,
		    "\"$%s\" has no value that is known before the build",
		    name);
	return put(out, value, strlen(value), why);
}

bool
dockerfile_args_expand(const json_t *args, const json_t *given,
    const char *word, char *text, size_t size, struct errmsg *why)
{
	struct out out = {.text = text, .size = size};

	*text = '\0';
	while (*word != '\0') {
		if (*word == '$') {
			if (!expand_one(args, given, &word, &out, why))
				return false;
			continue;
		}
		if ((unsigned char)*word >= 0x80 ||
		    strchr(SPECIAL, *word) != NULL)
			return errmsg_set(why,
			    "\"%.60s\" is not understood: use plain names and "
			    "variables",
			    word);
		if (!put(&out, word++, 1, why))
			return false;
	}
	return true;
}

/* --- declarations --------------------------------------------------------- */

/* The default, as far as it can be told; else false.  The builder expands it with
 * what was declared before it. */
static json_t *
default_of(
    const json_t *args, const json_t *given, const char *text, size_t len)
{
	char word[VALUE_LEN], value[VALUE_LEN];
	struct errmsg ignored;

	if (len >= 2 && *text == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (len >= sizeof(word))
		return json_false();
	memcpy(word, text, len);
	word[len] = '\0';
	if (!dockerfile_args_expand(
		args, given, word, value, sizeof(value), &ignored))
		return json_false();
	return json_string(value);
}

/* How far a word goes: to a blank that is not within quotes. */
static size_t
word_len(const char *text)
{
	char quote = '\0';
	size_t len;

	for (len = 0; text[len] != '\0'; len++) {
		char c = text[len];

		if (quote == '\0' && strchr(BLANKS, c) != NULL)
			break;
		if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote)
			quote = '\0';
	}
	return len;
}

/* The engine takes more for blanks than we do, and the escape character, either
 * of two, for more than a character: with any, words end elsewhere for it. */
static bool
is_plain(const char *text)
{
	while (*text == '\t' ||
	    (*text >= ' ' && *text < 0x7F && *text != '\\' && *text != '`'))
		text++;
	return *text == '\0';
}

bool
dockerfile_args_take(
    json_t *args, const json_t *given, const char *text, struct errmsg *why)
{
	if (!is_plain(text))
		return errmsg_set(why,
		    "an ARG before FROM wants ASCII without backslashes and "
		    "backticks");
	for (text += strspn(text, BLANKS); *text != '\0';
	     text += strspn(text, BLANKS)) {
		size_t len = word_len(text), named = name_len(text);
		char name[NAME_MAX_LEN];
		json_t *value;

		if (named == 0 || named >= sizeof(name) ||
		    (named < len && text[named] != '='))
			return errmsg_set(
			    why, "ARG %.60s is not understood", text);
		memcpy(name, text, named);
		name[named] = '\0';
		value = named == len ? json_null()
				     : default_of(args, given, text + named + 1,
					   len - named - 1);
		if (json_object_set_new(args, name, value) != 0)
			return errmsg_nomem(why);
		text += len;
	}
	return true;
}
