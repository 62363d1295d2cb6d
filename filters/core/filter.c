/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include <limits.h>
#include <string.h>

#define FILTER(name) extern const struct filter name##_filter;
#include "filters.def"
#undef FILTER

const struct filter *const filter_list[] = {
#define FILTER(name) &name##_filter,
#include "filters.def"
#undef FILTER
    NULL,
};
_Static_assert(sizeof(filter_list) / sizeof(filter_list[0]) <= UCHAR_MAX,
    "tiers have a byte for a filter's place");

const struct filter *
filter_by_name(const char *name)
{
	for (const struct filter *const *f = filter_list; *f != NULL; f++) {
		if ((*f)->name[0] == name[0] && strcmp((*f)->name, name) == 0)
			return *f;
	}
	return NULL;
}
