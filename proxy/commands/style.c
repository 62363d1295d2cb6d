/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/style.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
has_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no == NULL || *no == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0 && isatty(fileno(out)) == 1;
}

const char *
style_begin(enum style style, FILE *out)
{
	static const char *const sequences[] = {
	    [STYLE_NONE] = "",
	    [STYLE_GOOD] = "\033[32m",
	    [STYLE_CHANGED] = "\033[33m",
	    [STYLE_BAD] = "\033[31m",
	    [STYLE_KEY] = "\033[1m",
	};

	return has_colour(out) ? sequences[style] : "";
}

const char *
style_end(FILE *out)
{
	return has_colour(out) ? "\033[0m" : "";
}

enum style
style_of_verdict(const char *word)
{
	if (strcmp(word, "pass") == 0)
		return STYLE_GOOD;
	return strcmp(word, "rewrite") == 0 ? STYLE_CHANGED : STYLE_BAD;
}
