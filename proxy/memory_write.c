/* SPDX-License-Identifier: Apache-2.0 */
/* Beside memory.c, so that a test can read documents in its own way. */
#include "memory.h"

#include <jansson.h>
#include <stdlib.h>

/* In place of jansson's, which leaves out a name where its buffer cannot grow.
 * How long the text is, is known before it is written. */
char *
json_dumps(const json_t *json, size_t flags)
{
	size_t len = json_dumpb(json, NULL, 0, flags);
	char *text = len == 0 ? NULL : malloc(len + 1);

	if (text == NULL)
		return NULL;
	if (json_dumpb(json, text, len, flags) != len) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}
