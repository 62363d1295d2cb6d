/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

/* Copy the word that begins at *at, without its quotes, and go behind it.
 * False if a quote does not end. */
static bool
copy_word(const char **at, char *to, struct errmsg *err)
{
	char quote = '\0';

	for (; **at != '\0'; (*at)++) {
		char byte = **at;

		if (quote == '\0' && strchr(BLANKS, byte) != NULL)
			break;
		if (byte == quote && quote != '\0') {
			quote = '\0';
		} else if (quote == '\0' && (byte == '\'' || byte == '"')) {
			quote = byte;
		} else {
			if (byte == '\\' && quote != '\'' && (*at)[1] != '\0')
				byte = *++*at;
			*to++ = byte;
		}
	}
	*to = '\0';
	return quote == '\0' || errmsg_set(err, "a quote does not end");
}

char **
words_split(const char *line, struct errmsg *err)
{
	size_t n = 0, most = strlen(line) / 2 + 2;
	char **words = calloc(most, sizeof(*words));

	(void)errmsg_nomem(err);
	while (words != NULL) {
		line += strspn(line, BLANKS);
		if (*line == '\0')
			return words;
		words[n] = malloc(strlen(line) + 1);
		if (words[n] == NULL || !copy_word(&line, words[n++], err))
			break;
	}
	words_free(words);
	return NULL;
}

void
words_free(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}
