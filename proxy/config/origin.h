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

struct config;
struct tier;

/*
 * path is below the tier: "filters.calls.allow[40]"; merged is the tier with
 * what it inherits.  where becomes "tiers.NAME.filters.calls.allow+[2]".  False
 * if the file does not have it.
 */
bool origin_find(const json_t *tiers, const char *name, const json_t *merged,
    const char *path, char *where, size_t size);

/* The same for people, of a tier of a configuration or (NULL) of ours:
 * "sockwarden.yaml:12:5", "preset ci, line 81", "default". */
void origin_tell(const struct config *config, const struct tier *tier,
    const char *path, char *text, size_t size);

#endif
