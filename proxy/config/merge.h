/* SPDX-License-Identifier: Apache-2.0 */
/* merge -- what a tier says over what the one says that it extends. */
#ifndef CONFIG_MERGE_H
#define CONFIG_MERGE_H

#include "errmsg.h"
#include "json.h"

/*
 * A new object: maps are merged, all else of own replaces what base has.  A key
 * "allow+" adds to the list allow of base; if it has none, to the default of the
 * filter's setting, unless that is everything.  Borrows base and own, and may
 * change them.  NULL if out of memory.
 */
MUST_CHECK json_t *merge_tiers(json_t *base, json_t *own);

#endif
