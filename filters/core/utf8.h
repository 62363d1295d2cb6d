/* SPDX-License-Identifier: Apache-2.0 */
/* utf8 -- texts that were cut, or that never were text, made fit for JSON. */
#ifndef UTF8_H
#define UTF8_H

/* Put '?' in place of every byte that belongs to no character (RFC 3629) and of
 * control characters; what a cut has left of the last one goes the same way.
 * jansson makes no string of anything else, and what cannot be said could not
 * be recorded either. */
void utf8_tidy(char *text);

#endif
