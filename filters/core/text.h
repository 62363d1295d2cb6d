/* SPDX-License-Identifier: Apache-2.0 */
/* text -- strings of a body or a query, where what is absent, or is no string,
 * is as good as empty. */
#ifndef TEXT_H
#define TEXT_H

#include "json.h"
/* The string, or "". */
const char *text_of(const json_t *value);

/* The same of a member. */
const char *text_at(const json_t *object, const char *name);

#endif
