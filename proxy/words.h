/* SPDX-License-Identifier: Apache-2.0 */
/* words -- a command line as a list, as a shell would split it; nothing is
 * expanded. */
#ifndef WORDS_H
#define WORDS_H

#include "errmsg.h"

/* Quotes and backslashes are taken off.  A new list that ends with NULL; NULL
 * with the reason. */
MUST_CHECK char **words_split(const char *line, struct errmsg *err);
void words_free(char **words);

#endif
