/* SPDX-License-Identifier: Apache-2.0 */
/* diff -- two texts, line by line. */
#ifndef COMMANDS_DIFF_H
#define COMMANDS_DIFF_H

#include <stdio.h>

#include "errmsg.h"

/* Print every line with "  ", "- " (only before) or "+ " (only after) before
 * it.  False if out of memory. */
MUST_CHECK bool diff_print(const char *before, const char *after, FILE *out);

#endif
