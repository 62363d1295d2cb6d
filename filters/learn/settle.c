/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen becomes settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/patterns.h"
#include "core/pointer.h"
#include "core/text.h"
#include "learn/item.h"
#include "learn/lessons.h"

/* A setting that is being settled. */
struct settling {
	const struct lessons *lessons;
	const struct lesson *lesson;
	enum lesson_kind kind;
	const json_t *base; /* what it is in base, or NULL */
	json_t *items; /* to be in it */
	json_t *left; /* not, because of a danger */
};

/* --- what there is -------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What was seen of it by the texts of the values: the same every time. */
static bool
sort_seen(json_t *seen, bool all, json_t *items, json_t *left)
{
	size_t n = json_object_size(seen), i = 0;
	const char **keys = calloc(n + 1, sizeof(*keys)), *key;
	bool sound = keys != NULL;
	json_t *item;

	if (!sound)
		return false;
	json_object_foreach(seen, key, item) keys[i++] = key;
	qsort(keys, n, sizeof(*keys), compare);
	for (i = 0; i < n && sound; i++) {
		bool safe;

		item = json_object_get(seen, keys[i]);
		safe = json_object_get(item, all ? "misfit" : "danger") == NULL;
		sound = json_array_append_new(
			    safe ? items : left, json_deep_copy(item)) == 0;
	}
	free(keys);
	return sound;
}

static json_t *
seen_of(const struct lessons *lessons, const char *filter, const char *setting)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%s.%s", filter, setting);
	return json_object_get(lessons->seen, name);
}

/* Nobody has looked at the names in Dockerfiles: while there are builds, no list
 * of images can be complete. */
static bool
saw_builds(const struct lessons *lessons)
{
	return json_object_get(
		   seen_of(lessons, "calls", "allow"), "\"build\"") != NULL;
}

/* --- values --------------------------------------------------------------- */

static json_t *
list_of(const json_t *items)
{
	json_auto_t *list = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		if (json_array_append(list, json_object_get(item, "value")) !=
		    0)
			return NULL;
	}
	return json_incref(list);
}

static bool
base_has(const json_t *base, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(base, i, item)
	{
		if (json_equal(item, value))
			return true;
	}
	return json_is_string(value) &&
	    patterns_match(base, json_string_value(value));
}

/* Leave what base does not have. */
static bool
drop_known(struct settling *settling)
{
	for (size_t i = json_array_size(settling->items); i-- > 0;) {
		const json_t *item = json_array_get(settling->items, i);

		if (base_has(settling->base, json_object_get(item, "value")) &&
		    json_array_remove(settling->items, i) != 0)
			return false;
	}
	return true;
}

/* What base has stays, before it: nobody has asked for it here. */
static bool
add_known(struct settling *settling)
{
	size_t i;
	const json_t *value;

	for (i = 0; i < json_array_size(settling->base) &&
	     json_array_size(settling->items) > i;
	     i++) {
		value = json_array_get(settling->base, i);
		if (json_array_insert_new(settling->items, i,
			json_pack("{s:O, s:i}", "value", value, "times", 0)) !=
		    0)
			return false;
	}
	return true;
}

/* A number, or "8g". */
static long long
amount(const json_t *value)
{
	static const char units[] = "kmgt";
	const char *unit;
	char *end;
	long long n;

	if (!json_is_string(value))
		return json_integer_value(value);
	n = strtoll(json_string_value(value), &end, 10);
	unit = *end == '\0' ? NULL : strchr(units, *end);
	for (const char *at = units; unit != NULL && at <= unit; at++)
		n *= 1024;
	return n;
}

/* The largest, if base has less (there, 0 is no limit at all), or null. */
static json_t *
most(const struct settling *settling)
{
	long long base = amount(settling->base), largest = 0;
	size_t i;
	json_t *item;

	json_array_foreach(settling->items, i, item)
	{
		long long value = amount(json_object_get(item, "value"));

		if (value > largest)
			largest = value;
	}
	return base == 0 || largest <= base ? json_null()
					    : json_integer(largest);
}

static json_t *
only(const struct settling *settling)
{
	const char *text = item_text(json_array_get(settling->items, 0));
	size_t n = json_array_size(settling->items);

	if (n == 0 || (n == 1 && strcmp(text_of(settling->base), text) == 0))
		return json_null();
	return json_string(n == 1 ? text : "");
}

/* What the setting is to be; null: as in base; NULL if out of memory. */
static json_t *
decide(const struct settling *settling)
{
	size_t n = json_array_size(settling->items);

	switch (settling->kind) {
	case LESSON_LIST:
		return n == 0 && json_array_size(settling->base) == 0
		    ? json_null()
		    : list_of(settling->items);
	case LESSON_INSTEAD:
	case LESSON_MORE:
		return n == 0 ? json_null() : list_of(settling->items);
	case LESSON_FLAG:
		return n > 0 && !json_is_true(settling->base) ? json_true()
							      : json_null();
	case LESSON_STRICT:
		return (n > 0) == json_is_true(settling->base)
		    ? json_null()
		    : json_boolean(n > 0);
	case LESSON_OFF:
		return n > 0 ? json_string("off") : json_null();
	case LESSON_MOST:
		return most(settling);
	case LESSON_ONLY:
		return only(settling);
	}
	return NULL;
}

/* --- images --------------------------------------------------------------- */

/* Does any of the patterns mean the image? */
static bool
is_listed(const json_t *patterns, const struct image_ref *ref)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(patterns, i, pattern)
	{
		if (image_ref_matches(ref, json_string_value(pattern)))
			return true;
	}
	return false;
}

/* Only names that are on the list need to be on this one as well. */
static bool
drop_unlisted(struct settling *settling, const json_t *allow)
{
	for (size_t i = json_array_size(settling->items); i-- > 0;) {
		const char *text = item_text(
		    json_array_get(settling->items, i));
		struct image_ref ref;
		struct errmsg err;

		if ((!image_ref_parse(text, &ref, &err) ||
			!is_listed(allow, &ref)) &&
		    json_array_remove(settling->items, i) != 0)
			return false;
	}
	return true;
}

static bool
is_lesson(const struct lesson *lesson, const char *filter, const char *setting)
{
	return strcmp(lesson->filter, filter) == 0 &&
	    (setting == NULL || strcmp(lesson->setting, setting) == 0);
}

static enum lesson_kind
kind_of(const struct lessons *lessons, const struct lesson *lesson)
{
	return is_lesson(lesson, "registries", NULL) && saw_builds(lessons)
	    ? LESSON_MORE
	    : lesson->kind;
}

/* The value that was given to a setting before this one. */
static const json_t *
settled_value(const json_t *settled, const char *filter, const char *setting)
{
	size_t i;
	json_t *entry;

	json_array_foreach(settled, i, entry)
	{
		if (strcmp(text_at(entry, "filter"), filter) == 0 &&
		    strcmp(text_at(entry, "setting"), setting) == 0)
			return json_object_get(entry, "value");
	}
	return NULL;
}

/* --- the whole ------------------------------------------------------------ */

/* Make the items what they are to be. */
static bool
prepare(struct settling *settling, const json_t *settled)
{
	const struct lesson *lesson = settling->lesson;

	if (is_lesson(lesson, "images", "made") &&
	    !drop_unlisted(settling, settled_value(settled, "images", "allow")))
		return false;
	if (lesson->merge != NULL)
		settling->items = lesson->merge(settling->items);
	return settling->items != NULL &&
	    (settling->kind != LESSON_MORE ||
		(drop_known(settling) && add_known(settling)));
}

static bool
put(struct settling *settling, json_t *settled)
{
	json_auto_t *value = prepare(settling, settled) ? decide(settling)
							: NULL;
	bool as_base = json_is_null(value);

	if (value == NULL)
		return false;
	if (as_base && json_array_size(settling->left) == 0)
		return true;
	return json_array_append_new(settled,
		   json_pack("{s:s, s:s, s:O*, s:O, s:O}", "filter",
		       settling->lesson->filter, "setting",
		       settling->lesson->setting, "value",
		       as_base ? NULL : value, "items", settling->items, "left",
		       settling->left)) == 0;
}

static bool
settle(const struct lessons *lessons, const struct lesson *lesson,
    const json_t *filters, bool all, json_t *settled)
{
	struct settling settling = {.lessons = lessons,
	    .lesson = lesson,
	    .kind = kind_of(lessons, lesson),
	    .base = json_object_get(
		json_object_get(filters, lesson->filter), lesson->setting),
	    .items = json_array(),
	    .left = json_array()};
	bool sound;

	if (is_lesson(lesson, "images", NULL) && saw_builds(lessons)) {
		json_decref(settling.items);
		json_decref(settling.left);
		return true;
	}
	sound = sort_seen(seen_of(lessons, lesson->filter, lesson->setting),
		    all, settling.items, settling.left) &&
	    put(&settling, settled);
	json_decref(settling.items);
	json_decref(settling.left);
	return sound;
}

/* Is it the same setting as the row before? */
static bool
is_again(const struct lesson *lesson)
{
	return lesson > lesson_table &&
	    is_lesson(lesson, lesson[-1].filter, lesson[-1].setting);
}

json_t *
lessons_settle(const struct lessons *lessons, const struct tier *base, bool all)
{
	const json_t *filters = json_object_get(tier_conf(base), "filters");
	json_auto_t *settled = json_array();

	if (settled == NULL)
		return NULL;
	for (const struct lesson *lesson = lesson_table; lesson->filter != NULL;
	     lesson++) {
		if (!is_again(lesson) &&
		    !settle(lessons, lesson, filters, all, settled))
			return NULL;
	}
	return json_incref(settled);
}
