/* SPDX-License-Identifier: Apache-2.0 */
#include "core/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static bool
follows(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The length of the character that begins here; 0 if none does. */
static size_t
char_len(const unsigned char *at)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = *at < 0x80 ? 1
	    : *at < 0xC0        ? 0
	    : *at < 0xE0        ? 2
	    : *at < 0xF0        ? 3
	    : *at < 0xF8        ? 4
				: 0;
	uint32_t code;

	if (len < 2)
		return len;
	code = *at & (0x7FU >> len);
	for (size_t i = 1; i < len; i++) {
		if (!follows(at[i]))
			return 0;
		code = code << 6 | (at[i] & 0x3F);
	}
	return code >= least[len] && code <= 0x10FFFF && code >> 11 != 0x1B
	    ? len
	    : 0;
}

void
utf8_tidy(char *text)
{
	unsigned char *at = (unsigned char *)text;

	while (*at != '\0') {
		size_t len = char_len(at);

		if (len == 0 || *at < 0x20 || *at == 0x7F) {
			*at = '?';
			len = 1;
		}
		at += len;
	}
}
