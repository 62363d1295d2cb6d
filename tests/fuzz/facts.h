/* SPDX-License-Identifier: Apache-2.0 */
/* facts -- an engine that has whatever is asked for; how it is follows from its
 * name alone: "rival" is another team's, "nobody" has no label, "gone" is not
 * there.  What else a container has, its name chooses, too: whoever looks for
 * another container finds it by another name. */
#ifndef FUZZ_FACTS_H
#define FUZZ_FACTS_H

#include "request.h"
#include "tier.h"

/* Add to facts what the tier wants to know of the request; how many were
 * new. */
size_t facts_add(
    const struct tier *tier, const struct request *req, json_t *facts);

#endif
