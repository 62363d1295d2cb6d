/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiers -- tiers that extend others: what a tier's own object adds to the one
 * it extends, down to a preset.
 */
#ifndef CONFIG_TIERS_H
#define CONFIG_TIERS_H

#include "config/problems.h"
#include "tier.h"

/* The complete object of the tier of that name, new: tiers is the file's map
 * (may be NULL).  NULL with the problem. */
json_t *tiers_resolve(
    const json_t *tiers, const char *name, struct problems *problems);

#endif
