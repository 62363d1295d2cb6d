/* SPDX-License-Identifier: Apache-2.0 */
/* utf8 -- texts that were cut, or that never were text, made fit for JSON. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the character (RFC 3629) that begins here, with left bytes to
 * read; 0 if none does. */
size_t utf8_len(const char *at, size_t left);

/* Write a character, at most 4 bytes.  Returns how many. */
size_t utf8_put(char *to, uint32_t code);

/* Put '?' in place of every byte that belongs to no character (RFC 3629) and of
 * control characters; what a cut has left of the last one goes the same way.
 * jansson makes no string of anything else, and what cannot be said could not
 * be recorded either. */
void utf8_tidy(char *text);

#endif
