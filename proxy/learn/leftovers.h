/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers -- what a tier does to recorded calls even so: refuses them, or
 * changes what was asked for, or adds to it; alike is told once.
 */
#ifndef LEARN_LEFTOVERS_H
#define LEARN_LEFTOVERS_H

#include "replay.h"

struct leftovers {
	/* Lists of {"text", "times", "last", "id", "team"}, by how they are
	 * told; of added, text is a field. */
	json_t *refused, *changed, *added, *undecided;
	long long allowed; /* calls */
};

MUST_CHECK bool leftovers_init(struct leftovers *leftovers);
void leftovers_done(struct leftovers *leftovers);

/* Judge every call of replay that was made by tier. */
void leftovers_take(struct leftovers *leftovers, const struct replay *replay,
    const struct tier *tier);

#endif
