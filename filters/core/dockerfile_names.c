/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_names.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define HIGH_BYTES 128 /* 0x80 and above */

struct search {
	const struct dockerfile_naming *naming;
	const struct pattern_set *reserved;
};

static bool
name_allowed(const struct search *search, const char *name, struct errmsg *why)
{
	const struct dockerfile_naming *naming = search->naming;

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

/* One word: a name with "=" behind it, or the first one, which may be a name
 * alone ("LABEL name value"). */
static bool
word_allowed(
    const struct search *search, char *word, bool first, struct errmsg *why)
{
	char *equals = strchr(word, '=');

	if (equals == NULL)
		return !(first || search->naming->bare) ||
		    name_allowed(search, word, why);
	*equals = '\0';
	return name_allowed(search, word, why);
}

/* Without quotes and escapes.  Blanks in quotes end no name that stands bare;
 * but where something is escaped, it may be a quote. */
static void
strip(char *text, bool bare)
{
	bool join = bare && strpbrk(text, "\\`") == NULL;
	char *out = text, quote = '\0';

	for (; *text != '\0'; text++) {
		if (strchr("\"'\\`", *text) == NULL)
			*out++ = join && quote != '\0' &&
				strchr(BLANKS, *text) != NULL
			    ? '_'
			    : *text;
		else if (quote == '\0')
			quote = *text;
		else if (quote == *text)
			quote = '\0';
	}
	*out = '\0';
}

static bool
words_allowed(const struct search *search, const char *text, const char *blanks,
    struct errmsg *why)
{
	char *copy = strdup(text), *rest = copy, *word;
	bool allowed = true, first = true;

	if (copy == NULL)
		return errmsg_nomem(why);
	strip(copy, search->naming->bare);
	while (allowed && (word = strsep(&rest, blanks)) != NULL) {
		if (*word == '\0')
			continue;
		allowed = word_allowed(search, word, first, why);
		first = false;
	}
	free(copy);
	return allowed;
}

bool
dockerfile_names_allowed(const struct dockerfile_naming *naming,
    const struct pattern_set *reserved, const char *text, struct errmsg *why)
{
	const struct search search = {naming, reserved};
	char blanks[sizeof(BLANKS) + HIGH_BYTES] = BLANKS;

	if (json_array_size(pattern_set_list(reserved)) == 0)
		return true;
	/* To the engine a word may end in a blank beyond ASCII, too (moby,
	 * parseWords): once more as if all that is there were one. */
	for (int i = 0; i < HIGH_BYTES; i++)
		blanks[sizeof(BLANKS) - 1 + (size_t)i] = (char)(0x80 + i);
	blanks[sizeof(blanks) - 1] = '\0';
	return words_allowed(&search, text, BLANKS, why) &&
	    words_allowed(&search, text, blanks, why);
}
