/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pointer -- members by dotted path, as Docker's documentation writes them:
 * "HostConfig.Mounts[2].Type".  Keys that hold dots themselves cannot be
 * reached this way; take the object and look inside.
 */
#ifndef POINTER_H
#define POINTER_H

#include <stdbool.h>

#include "json.h"

/* The member, borrowed, or NULL where it or anything above it is absent. */
json_t *pointer_get(const json_t *tree, const char *dotted);

/* Set the member, making absent objects above it (never arrays), or remove it
 * if value is NULL.  Keeps value.  *tree may be NULL: an object is made.
 * False if out of memory, or if something on the way is of another type. */
bool pointer_set(json_t **tree, const char *dotted, json_t *value);

#endif
