/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin -- where in the file a setting of a tier stands, which may be in a
 * tier that it extends, or in a list that adds to one ("allow+").
 */
#ifndef CONFIG_ORIGIN_H
#define CONFIG_ORIGIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * path is below the tier: "filters.calls.allow[40]"; merged is the tier with
 * what it inherits.  where becomes "tiers.NAME.filters.calls.allow+[2]".  False
 * if the file does not have it.
 */
bool origin_find(const json_t *tiers, const char *name, const json_t *merged,
    const char *path, char *where, size_t size);

#endif
