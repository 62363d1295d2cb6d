/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiers -- tiers that extend others: what a tier's own object adds to the one
 * it extends, down to a preset.  tiers is the file's map, or NULL.
 */
#ifndef CONFIG_TIERS_H
#define CONFIG_TIERS_H

#include "config/problems.h"
#include "tier.h"

/* Is there a tier of that name, in the file or of ours? */
bool tiers_exist(const json_t *tiers, const char *name);

/* 'there is no tier "x"; did you mean "y"?' */
void tiers_missing(
    const json_t *tiers, const char *name, char *text, size_t size);

/* The names of ours: "admin, ci, ...". */
void tiers_ours(char *text, size_t size);

/* The complete object of the tier of that name, new.  NULL with the problem;
 * of one that extends what it cannot, a problem and what it has itself. */
json_t *tiers_resolve(
    const json_t *tiers, const char *name, struct problems *problems);

/* The name of the tier that the file's tier extends, or NULL; *preset: it is
 * one of ours. */
const char *tiers_parent(const json_t *tiers, const char *name, bool *preset);

#endif
