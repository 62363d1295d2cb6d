/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference -- the name by which a request means a container or network that
 * is there already.
 *
 * The daemon takes a name, an id, or any unique beginning of an id, so what
 * consists of hex digits alone may be a thing of quite another name
 * (daemon/container.go, GetContainer; FindNetwork).
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>

#include "json.h"

/* Is it [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 255 bytes? */
bool reference_valid(const char *name);

/* Could it be an id, or the beginning of one? */
bool reference_may_be_id(const char *name);

/* Is text in the list, to the letter? */
bool reference_listed_exactly(const json_t *patterns, const char *text);

/* May the container that is called name be meant?  What may be an id needs a
 * pattern to the letter, or "*", which is any container. */
bool reference_container_allowed(const json_t *patterns, const char *name);

#endif
