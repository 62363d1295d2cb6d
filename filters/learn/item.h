/* SPDX-License-Identifier: Apache-2.0 */
/* item -- a value that was seen, how often, when last and by whom (learn.h). */
#ifndef LEARN_ITEM_H
#define LEARN_ITEM_H

#include "learn.h"

/* New, or NULL if out of memory.  danger may be NULL. */
json_t *item_new(
    json_t *value, const struct learn_use *use, const char *danger);

/* Seen once more. */
MUST_CHECK bool item_use(json_t *item, const struct learn_use *use);

/* into stands for other as well from now on; its value stays as it is. */
MUST_CHECK bool item_join(json_t *into, const json_t *other);

/* Its value as a text, or "". */
const char *item_text(const json_t *item);

#endif
