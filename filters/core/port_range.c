/* SPDX-License-Identifier: Apache-2.0 */
#include "core/port_range.h"

#include <string.h>

/* A port at the beginning of *text, which moves on; 0 if there is none. */
static int
port(const char **text, const char *end)
{
	int n = 0;

	if (*text == end || **text == '0')
		return 0;
	while (*text < end && **text >= '0' && **text <= '9') {
		n = 10 * n + (**text - '0');
		if (n > 65535)
			return 0;
		(*text)++;
	}
	return n;
}

bool
port_range_parse(const char *text, size_t len, struct port_range *range)
{
	const char *end = text + len;

	range->first = range->last = port(&text, end);
	if (text < end && *text == '-') {
		text++;
		range->last = port(&text, end);
	}
	return text == end && range->first > 0 && range->last >= range->first;
}

bool
port_range_valid(const char *value, struct errmsg *err)
{
	struct port_range range;

	return port_range_parse(value, strlen(value), &range) ||
	    errmsg_set(err, "want a port or a range such as \"8000-8999\"");
}

/* The last port of those from first on that one of ranges has; or first - 1. */
static int
reach(const json_t *ranges, int first)
{
	int last = first - 1;
	size_t i;
	json_t *item;

	json_array_foreach(ranges, i, item)
	{
		const char *text = json_string_value(item);
		struct port_range range;

		if (port_range_parse(text, strlen(text), &range) &&
		    range.first <= first && range.last > last)
			last = range.last;
	}
	return last;
}

bool
port_range_within(const json_t *ranges, const struct port_range *range)
{
	int next = range->first, last;

	while (next <= range->last) {
		last = reach(ranges, next);
		if (last < next)
			return false;
		next = last + 1;
	}
	return true;
}
