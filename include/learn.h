/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn -- the settings that allow what was asked for, and no more: from
 * requests as they were made to the filters of a tier.
 *
 * What a setting has to be for a request stands in a table of lessons, a row a
 * setting (filters/learn/lessons.c).  What would give a caller the host is told
 * apart, and is in no tier unless somebody says so.  The table need not be
 * complete: whoever learns judges the same requests by what was learned, and
 * tells what is refused even so.
 */
#ifndef LEARN_H
#define LEARN_H

#include "request.h"
#include "tier.h"

struct lessons;

/* How often a request was made, when last, by whom, and a record of it. */
struct learn_use {
	long long times;
	const char *last, *team, *id;
};

struct lessons *lessons_new(void);
void lessons_free(struct lessons *lessons);

/* Learn from a request that no filter has changed.  False if out of memory. */
MUST_CHECK bool lessons_take(struct lessons *lessons, const struct request *req,
    const struct learn_use *use);

/*
 * What a tier that extends base has to say, in the order of the filters: a new
 * list of {"filter", "setting", "value", "items", "left"}, or NULL if out of
 * memory.  value is the setting's.  items are where it comes from: [{"value",
 * "times", "last", "id", "teams", "merged": how many values it stands for,
 * "danger"}]; what is base's own has no more than value and times, 0.  left is
 * what was seen and is not in value, because of its "danger"; all: then it is in
 * value, unless the setting does not take it.
 */
MUST_CHECK json_t *lessons_settle(
    const struct lessons *lessons, const struct tier *base, bool all);

#endif
