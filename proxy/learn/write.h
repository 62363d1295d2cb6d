/* SPDX-License-Identifier: Apache-2.0 */
/* write -- a learned tier as a configuration that says where it comes from. */
#ifndef LEARN_WRITE_H
#define LEARN_WRITE_H

#include <jansson.h>
#include <stdio.h>

#include "learn/leftovers.h"

/* The tier as the tree of the file, new: {name: {"description", "extends",
 * "filters"}}.  settled is what lessons_settle() gave. */
json_t *learn_tree(
    const char *name, const char *extends, const json_t *settled);

/* The same as text, with a comment at every line, and what is left behind it. */
void learn_write(FILE *out, const char *name, const char *extends,
    const json_t *settled, const struct leftovers *leftovers);

#endif
