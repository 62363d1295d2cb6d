/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_names.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_ESCAPE '\\'
#define BLANKS " \t\v\f\r"

struct search {
	const struct dockerfile_naming *naming;
	const struct pattern_set *reserved;
	char escape;
};

/* --- words ---------------------------------------------------------------- */

/* The length of the blank at text, 0 if none is there: what Go's unicode.IsSpace
 * says yes to. */
static size_t
blank_len(const char *text)
{
	static const char *const wide[] = {"\xc2\x85", "\xc2\xa0",
	    "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
	    "\xe2\x81\x9f", "\xe3\x80\x80"};

	if ((unsigned char)*text < 0x80)
		return *text != '\0' && strchr(BLANKS "\n", *text) != NULL;
	/* U+2000 to U+200A */
	if (strncmp(text, "\xe2\x80", 2) == 0 &&
	    (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8a)
		return 3;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		size_t len = strlen(wide[i]);

		if (strncmp(text, wide[i], len) == 0)
			return len;
	}
	return 0;
}

/* The next word of *text into word, which has room for all of it: blanks in
 * quotes, and behind an escape, end none, and the quotes stay (moby/buildkit,
 * frontend/dockerfile/parser, parseWords). */
static bool
next_word(const char **text, char escape, char *word)
{
	const char *p = *text;
	char quote = '\0';
	size_t blank;

	while ((blank = blank_len(p)) > 0)
		p += blank;
	if (*p == '\0')
		return false;
	for (; *p != '\0' && (quote != '\0' || blank_len(p) == 0); p++) {
		if (*p == escape && quote != '\'' && p[1] != '\0')
			*word++ = *p++;
		else if (quote == '\0' && (*p == '"' || *p == '\''))
			quote = *p;
		else if (*p == quote)
			quote = '\0';
		*word++ = *p;
	}
	*word = '\0';
	*text = p;
	return true;
}

/* --- names ---------------------------------------------------------------- */

/* Without quotes and escapes, whichever the file has. */
static void
strip(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		if (strchr("\"'\\`", *text) == NULL)
			*out++ = *text;
	}
	*out = '\0';
}

static bool
name_allowed(const struct search *search, char *name, struct errmsg *why)
{
	const struct dockerfile_naming *naming = search->naming;

	strip(name);
	if (strchr(name, '$') != NULL)
		return errmsg_set(
		    why, "%s wants names without variables", naming->word);
	/* What is not ASCII some programs take for what is reserved. */
	for (const char *c = name; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80)
			return errmsg_set(
			    why, "%s wants names in ASCII", naming->word);
	}
	return !pattern_set_match_caseless(search->reserved, name) ||
	    errmsg_set(
		why, "the %s \"%.100s\" is reserved", naming->what, name);
}

/* "LABEL name value": to the first blank, which beyond ASCII is none here. */
static bool
lone_name_allowed(const struct search *search, const char *text, char *word,
    struct errmsg *why)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strcspn(text, BLANKS);
	memcpy(word, text, len);
	word[len] = '\0';
	return name_allowed(search, word, why);
}

/* Word by word; word has room for all of text. */
static bool
words_allowed(const struct search *search, const char *text, char *word,
    struct errmsg *why)
{
	const struct dockerfile_naming *naming = search->naming;
	const char *rest = text;

	for (bool first = true; next_word(&rest, search->escape, word);
	     first = false) {
		char *equals = strchr(word, '=');

		if (equals == NULL && !naming->bare && first)
			return lone_name_allowed(search, text, word, why);
		if (equals == NULL && !naming->bare)
			return errmsg_set(why,
			    "%s wants \"=\" behind every name: \"%.100s\"",
			    naming->word, word);
		if (equals != NULL)
			*equals = '\0';
		if (!name_allowed(search, word, why))
			return false;
	}
	return true;
}

bool
dockerfile_names_allowed(const struct dockerfile_naming *naming,
    const struct pattern_set *reserved, char escape, const char *text,
    struct errmsg *why)
{
	struct search search = {naming, reserved, escape};
	char *word;
	bool allowed;

	if (json_array_size(pattern_set_list(reserved)) == 0)
		return true;
	word = malloc(strlen(text) + 1);
	if (word == NULL)
		return errmsg_nomem(why);
	allowed = words_allowed(&search, text, word, why);
	/* What ONBUILD keeps is read by the usual one. */
	if (allowed && escape != USUAL_ESCAPE) {
		search.escape = USUAL_ESCAPE;
		allowed = words_allowed(&search, text, word, why);
	}
	free(word);
	return allowed;
}
