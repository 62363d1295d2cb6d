/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/merge.h"

#include <string.h>

#include "call.h"
#include "learn/item.h"

/* {name: [items]}, and the others in alone. */
static json_t *
group(const json_t *items, merge_name_fn *name, json_t *alone)
{
	json_auto_t *groups = json_object();
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		json_auto_t *key = name(item);
		const char *text = json_string_value(key);
		json_t *list;

		if (text == NULL) {
			if (json_array_append(alone, item) != 0)
				return NULL;
			continue;
		}
		list = json_object_get(groups, text);
		if (list == NULL &&
		    json_object_set_new(groups, text, json_array()) == 0)
			list = json_object_get(groups, text);
		if (json_array_append(list, item) != 0)
			return NULL;
	}
	return json_incref(groups);
}

/* All of the list as one item of that value, which is taken. */
static json_t *
join(const json_t *list, json_t *value)
{
	json_auto_t *one = json_deep_copy(json_array_get(list, 0));
	size_t i;
	json_t *item;

	if (json_object_set_new(one, "value", value) != 0)
		return NULL;
	json_array_foreach(list, i, item)
	{
		if (i > 0 && !item_join(one, item))
			return NULL;
	}
	return json_incref(one);
}

json_t *
merge_groups(
    json_t *items, size_t many, merge_name_fn *name, merge_value_fn *value)
{
	json_auto_t *taken = items, *merged = json_array();
	json_auto_t *groups = group(taken, name, merged);
	bool sound = groups != NULL;
	const char *key;
	json_t *list;

	json_object_foreach(groups, key, list)
	{
		sound = sound &&
		    (json_array_size(list) < many
			    ? json_array_extend(merged, list) == 0
			    : json_array_append_new(
				  merged, join(list, value(key))) == 0);
	}
	return sound ? json_incref(merged) : NULL;
}

json_t *
merge_ordered(const json_t *items, merge_before_fn *is_before)
{
	json_auto_t *rows = json_array();
	size_t i, at;
	json_t *item, *row = NULL;

	json_array_foreach(items, i, item)
	{
		json_array_foreach(rows, at, row)
		{
			if (is_before(item, row))
				break;
		}
		if (json_array_insert(rows, at, item) != 0)
			return NULL;
	}
	return json_incref(rows);
}

/* In the order of the table, which has them by kind. */
json_t *
merge_calls(json_t *items)
{
	json_auto_t *taken = items, *ordered = json_array();
	const char *last = "";
	size_t i;
	json_t *item;

	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		/* Some have two rows. */
		if (strcmp(call->name, last) == 0)
			continue;
		last = call->name;
		json_array_foreach(taken, i, item)
		{
			if (strcmp(item_text(item), call->name) == 0 &&
			    json_array_append(ordered, item) != 0)
				return NULL;
		}
	}
	return json_incref(ordered);
}
