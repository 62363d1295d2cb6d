/* SPDX-License-Identifier: Apache-2.0 */
/* side -- one of the two policies that are compared. */
#ifndef LEARN_SIDE_H
#define LEARN_SIDE_H

#include "policy.h"

struct side {
	const char *name; /* as it was given */
	struct policy policy;
	const json_t *as; /* who calls, whatever is recorded; or NULL */
};

/* A file if there is one of that name or it has a slash or a dot, else a tier of
 * ours.  only: the tier of the file by which whoever calls is judged; or NULL.
 * False, having said what is wrong.  In every case side_close() is due. */
MUST_CHECK bool side_open(
    struct side *side, const char *name, const char *only, const json_t *as);
void side_close(struct side *side);

/* The tier that judges a caller whose recorded team is team, and the team that
 * it has; NULL if the caller is not known. */
const struct tier *side_tier(
    const struct side *side, const json_t *identity, const char **team);

/* The tiers that it says something of, by number; NULL: no more. */
const struct tier *side_tier_at(const struct side *side, size_t i);
const struct tier *side_tier_by_name(const struct side *side, const char *name);

#endif
