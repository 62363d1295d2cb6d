/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold.h"

#include <string.h>

#define LONG_S "\xc5\xbf" /* U+017F */
#define KELVIN_SIGN "\xe2\x84\xaa" /* U+212A */

/* The next letter, folded; *text moves on. */
static unsigned char
next(const char **text)
{
	unsigned char c = (unsigned char)**text;

	if (strncmp(*text, LONG_S, 2) == 0) {
		*text += 2;
		return 's';
	}
	if (strncmp(*text, KELVIN_SIGN, 3) == 0) {
		*text += 3;
		return 'k';
	}
	if (c != '\0')
		(*text)++;
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

bool
fold_equal(const char *a, const char *b)
{
	unsigned char c;

	do {
		c = next(&a);
		if (c != next(&b))
			return false;
	} while (c != '\0');
	return true;
}
