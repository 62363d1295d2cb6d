/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/item.h"

#include <string.h>

#include "core/text.h"

json_t *
item_new(json_t *value, const struct learn_use *use, const char *danger)
{
	json_auto_t *teams = json_object(), *item = NULL;

	if (use->team != NULL &&
	    json_object_set_new(teams, use->team, json_true()) != 0)
		return NULL;
	item = json_pack("{s:O, s:I, s:s, s:s, s:O, s:i}", "value", value,
	    "times", (json_int_t)use->times, "last",
	    use->last == NULL ? "" : use->last, "id",
	    use->id == NULL ? "" : use->id, "teams", teams, "merged", 1);
	/* Not "s:s*": out of memory, it would leave the danger out. */
	if (danger != NULL &&
	    json_object_set_new(item, "danger", json_string(danger)) != 0)
		return NULL;
	return json_incref(item);
}

static bool
add_times(json_t *item, json_int_t times)
{
	json_t *now = json_object_get(item, "times");

	return json_integer_set(now, json_integer_value(now) + times) == 0;
}

/* RFC 3339 in UTC: the later one is the greater one. */
static bool
put_last(json_t *item, const char *last, const char *id)
{
	if (last == NULL || strcmp(last, text_at(item, "last")) < 0)
		return true;
	return json_object_set_new(item, "last", json_string(last)) == 0 &&
	    json_object_set_new(
		item, "id", json_string(id == NULL ? "" : id)) == 0;
}

bool
item_use(json_t *item, const struct learn_use *use)
{
	return add_times(item, use->times) &&
	    put_last(item, use->last, use->id) &&
	    (use->team == NULL ||
		json_object_set_new(json_object_get(item, "teams"), use->team,
		    json_true()) == 0);
}

bool
item_join(json_t *into, const json_t *other)
{
	json_t *merged = json_object_get(into, "merged");
	json_t *danger = json_object_get(other, "danger");

	return add_times(
		   into, json_integer_value(json_object_get(other, "times"))) &&
	    put_last(into, text_at(other, "last"), text_at(other, "id")) &&
	    json_object_update(json_object_get(into, "teams"),
		json_object_get(other, "teams")) == 0 &&
	    json_integer_set(merged,
		json_integer_value(merged) +
		    json_integer_value(json_object_get(other, "merged"))) ==
	    0 &&
	    (danger == NULL || json_object_set(into, "danger", danger) == 0);
}

const char *
item_text(const json_t *item)
{
	return text_at(item, "value");
}
