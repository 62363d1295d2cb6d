/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_labels.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"

static bool
name_allowed(
    const struct pattern_set *reserved, const char *name, struct errmsg *why)
{
	if (strchr(name, '$') != NULL)
		return errmsg_set(why, "LABEL wants names without variables");
	/* What is not ASCII some programs take for what is reserved. */
	for (const char *c = name; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80)
			return errmsg_set(why, "LABEL wants names in ASCII");
	}
	return !pattern_set_match_caseless(reserved, name) ||
	    errmsg_set(why, "the label \"%.100s\" is reserved", name);
}

/* One word: a name with "=" behind it, or the first one, which may be a name
 * alone ("LABEL name value"). */
static bool
word_allowed(const struct pattern_set *reserved, char *word, bool first,
    struct errmsg *why)
{
	char *equals = strchr(word, '=');

	if (equals == NULL)
		return !first || name_allowed(reserved, word, why);
	*equals = '\0';
	return name_allowed(reserved, word, why);
}

/* Without quotes and escapes. */
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

bool
dockerfile_labels_allowed(
    const struct pattern_set *reserved, const char *text, struct errmsg *why)
{
	char *copy, *rest, *word;
	bool allowed = true, first = true;

	if (json_array_size(pattern_set_list(reserved)) == 0)
		return true;
	copy = rest = strdup(text);
	if (copy == NULL)
		return errmsg_nomem(why);
	strip(copy);
	while (allowed && (word = strsep(&rest, BLANKS)) != NULL) {
		if (*word == '\0')
			continue;
		allowed = word_allowed(reserved, word, first, why);
		first = false;
	}
	free(copy);
	return allowed;
}
