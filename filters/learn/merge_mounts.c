/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories: a row a source, and what is side by side is the directory above,
 * if it is only read.  (What may be written to cannot be: whoever writes to the
 * directory above could put a link in the place of one below.)
 */
#include <stdlib.h>
#include <string.h>

#include "core/mount_path.h"
#include "core/text.h"
#include "learn/danger.h"
#include "learn/item.h"
#include "learn/merge.h"

static json_t *
value_of(const json_t *item)
{
	return json_object_get(item, "value");
}

static const char *
source_of(const json_t *item)
{
	return text_at(value_of(item), "source");
}

static bool
is(const json_t *item, const char *name)
{
	return json_is_true(json_object_get(value_of(item), name));
}

/* --- one row a source ----------------------------------------------------- */

/* As much as the two of them together. */
static bool
widen(json_t *into, const json_t *other)
{
	json_t *value = json_pack("{s:s, s:b, s:b}", "source", source_of(into),
	    "read_only", is(into, "read_only") && is(other, "read_only"),
	    "relabel", is(into, "relabel") || is(other, "relabel"));

	return json_object_set_new(into, "value", value) == 0 &&
	    item_join(into, other);
}

static json_t *
by_source(const json_t *items)
{
	json_auto_t *rows = json_array();
	size_t i, n;
	json_t *item, *row = NULL;

	json_array_foreach(items, i, item)
	{
		json_array_foreach(rows, n, row)
		{
			if (strcmp(source_of(row), source_of(item)) == 0)
				break;
		}
		if (n < json_array_size(rows) ? !widen(row, item)
					      : json_array_append_new(rows,
						    json_deep_copy(item)) != 0)
			return NULL;
	}
	return json_incref(rows);
}

/* --- side by side --------------------------------------------------------- */

/* The directory above, of what is only read; not a directory of the root. */
static json_t *
above(const json_t *item)
{
	const char *source = source_of(item), *slash = strrchr(source, '/');
	json_auto_t *parent = slash == NULL
	    ? NULL
	    : json_stringn(source, (size_t)(slash - source));
	const char *text = text_of(parent);

	if (!is(item, "read_only") || is(item, "relabel") || *text == '\0' ||
	    strrchr(text, '/') == text || danger_path_read(text) != NULL ||
	    json_object_get(item, "danger") != NULL)
		return NULL;
	return json_incref(parent);
}

static json_t *
read_only_row(const char *source)
{
	return json_pack(
	    "{s:s, s:b, s:b}", "source", source, "read_only", 1, "relabel", 0);
}

/* --- which row is first --------------------------------------------------- */

/* The first that matches counts: what is further down stands first. */
static bool
is_before(const json_t *item, const json_t *other)
{
	const char *one = source_of(item), *two = source_of(other);

	if (mount_path_within(one, two) || mount_path_within(two, one))
		return strlen(one) > strlen(two);
	return strcmp(one, two) < 0;
}

json_t *
merge_mounts(json_t *items)
{
	json_auto_t *taken = items, *rows = by_source(taken);
	json_auto_t *merged = rows == NULL
	    ? NULL
	    : merge_groups(
		  json_incref(rows), MERGE_PATHS, above, read_only_row);

	return merged == NULL ? NULL : merge_ordered(merged, is_before);
}
