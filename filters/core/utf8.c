/* SPDX-License-Identifier: Apache-2.0 */
#include "core/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static bool
follows(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

size_t
utf8_len(const char *text, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)text;
	size_t len = *at < 0x80 ? 1
	    : *at < 0xC0        ? 0
	    : *at < 0xE0        ? 2
	    : *at < 0xF0        ? 3
	    : *at < 0xF8        ? 4
				: 0;
	uint32_t code;

	if (len < 2 || len > left)
		return len < 2 ? len : 0;
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

size_t
utf8_put(char *to, uint32_t code)
{
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t len = code < 0x80 ? 1
	    : code < 0x800       ? 2
	    : code < 0x10000     ? 3
				 : 4;

	for (size_t i = len - 1; i > 0; i--) {
		to[i] = (char)(0x80 | (code & 0x3F));
		code >>= 6;
	}
	to[0] = (char)(lead[len] | code);
	return len;
}

void
utf8_tidy(char *text)
{
	char *end = text + strlen(text);

	while (text < end) {
		size_t len = utf8_len(text, (size_t)(end - text));

		if (len == 0 || (unsigned char)*text < 0x20 || *text == 0x7F) {
			*text = '?';
			len = 1;
		}
		text += len;
	}
}
