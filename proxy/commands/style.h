/* SPDX-License-Identifier: Apache-2.0 */
/* style -- colour for people: only on a terminal that has it, and not where
 * NO_COLOR says no (https://no-color.org). */
#ifndef COMMANDS_STYLE_H
#define COMMANDS_STYLE_H

#include <stdio.h>

enum style {
	STYLE_NONE = 0,
	STYLE_GOOD,
	STYLE_CHANGED,
	STYLE_BAD,
	STYLE_KEY,
};

/* What to print before and after; "" where there is no colour. */
const char *style_begin(enum style style, FILE *out);
const char *style_end(FILE *out);

/* Of a verdict's word. */
enum style style_of_verdict(const char *word);

#endif
