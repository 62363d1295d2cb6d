/* SPDX-License-Identifier: Apache-2.0 */
/* Ports that follow each other are a range; many that do not, and are nobody's
 * in particular, are the range from the first to the last. */
#include <stdlib.h>
#include <string.h>

#include "core/port_range.h"
#include "learn/item.h"
#include "learn/merge.h"

#define FIRST_UNPRIVILEGED 1024

static struct port_range
range_of(const json_t *item)
{
	struct port_range range = {0, 0};
	const char *text = item_text(item);

	(void)!port_range_parse(text, strlen(text), &range);
	return range;
}

static bool
is_before(const json_t *item, const json_t *other)
{
	return range_of(item).first < range_of(other).first;
}

/* into becomes all up to the end of item. */
static bool
reach(json_t *into, const json_t *item)
{
	struct port_range one = range_of(into), two = range_of(item);
	int last = one.last > two.last ? one.last : two.last;

	return item_join(into, item) &&
	    json_object_set_new(into, "value",
		one.first == last
		    ? json_sprintf("%d", last)
		    : json_sprintf("%d-%d", one.first, last)) == 0;
}

/* Join what is next to each other, or all of it (which is in order). */
static json_t *
join(const json_t *items, bool all)
{
	json_auto_t *rows = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		size_t n = json_array_size(rows);
		json_t *row = n == 0 ? NULL : json_array_get(rows, n - 1);

		if (row != NULL &&
			    (all ||
				range_of(item).first <= range_of(row).last + 1)
			? !reach(row, item)
			: json_array_append_new(rows, json_deep_copy(item)) !=
			    0)
			return NULL;
	}
	return json_incref(rows);
}

json_t *
merge_ports(json_t *items)
{
	json_auto_t *taken = items, *rows = merge_ordered(taken, is_before);
	json_auto_t *joined = rows == NULL ? NULL : join(rows, false);

	if (json_array_size(joined) < MERGE_PORTS ||
	    range_of(json_array_get(joined, 0)).first < FIRST_UNPRIVILEGED)
		return json_incref(joined);
	return join(joined, true);
}
