/* SPDX-License-Identifier: Apache-2.0 */
/* remedy -- what would have to be written into a configuration for a recorded
 * call to be let through. */
#ifndef REMEDY_H
#define REMEDY_H

#include "policy.h"

/*
 * For a record of a refusal, or of changes:
 *
 *	{"advice": text, "settings": [{"filter", "key", "value", "where",
 *	  "help"}]}
 *
 * The settings are those of the filters that decided, in the tier of that name
 * as policy has it (or ours, or none, if it is unknown by now).  New, or NULL
 * when out of memory.
 */
MUST_CHECK json_t *remedy_new(
    const struct policy *policy, const json_t *record);

#endif
