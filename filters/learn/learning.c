/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen of every setting: {"filter.setting": {"value as text": item}}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pointer.h"
#include "core/text.h"
#include "filter.h"
#include "learn/item.h"
#include "learn/lesson.h"
#include "learn/lessons.h"

struct learning {
	struct lessons *lessons;
	const struct learn_use *use;
	json_t *counted; /* what this request has shown already */
	bool failed; /* out of memory */
};

struct lessons *
lessons_new(void)
{
	struct lessons *lessons = calloc(1, sizeof(*lessons));

	if (lessons != NULL)
		lessons->seen = json_object();
	if (lessons != NULL && lessons->seen != NULL)
		return lessons;
	lessons_free(lessons);
	return NULL;
}

void
lessons_free(struct lessons *lessons)
{
	if (lessons == NULL)
		return;
	json_decref(lessons->seen);
	free(lessons);
}

json_t *
lesson_value(const struct lesson *lesson, const struct request *req)
{
	char name[64];

	if (*lesson->from == '?')
		return json_object_get(req->query, lesson->from + 1);
	if (*lesson->from != '{')
		return pointer_get(req->body, lesson->from);
	(void)snprintf(name, sizeof(name), "%.*s",
	    (int)strcspn(lesson->from + 1, "}"), lesson->from + 1);
	return json_object_get(req->vars, name);
}

const struct setting *
lesson_setting(const struct lesson *lesson)
{
	const struct filter *filter = filter_by_name(lesson->filter);
	const struct setting *row = filter == NULL ? NULL : filter->settings;

	while (row != NULL && row->type != SETTING_T_END &&
	    strcmp(row->name, lesson->setting) != 0)
		row++;
	return row == NULL || row->type == SETTING_T_END ? NULL : row;
}

/* Why the setting cannot be that, or NULL. */
static const char *
misfit(const struct lesson *lesson, const json_t *value)
{
	const struct setting *row = lesson_setting(lesson);
	struct errmsg err;

	if (row == NULL)
		return NULL;
	if (row->valid != NULL && json_is_string(value) &&
	    !row->valid(json_string_value(value), &err))
		return "the setting does not take it";
	if (json_is_integer(value) && row->max != 0 &&
	    json_integer_value(value) > row->max)
		return "more than the setting takes";
	return NULL;
}

/* The items of the setting, made if there are none. */
static json_t *
seen_of(struct lessons *lessons, const struct lesson *lesson)
{
	char name[128];
	json_t *items;

	(void)snprintf(
	    name, sizeof(name), "%s.%s", lesson->filter, lesson->setting);
	items = json_object_get(lessons->seen, name);
	if (items != NULL ||
	    json_object_set_new(lessons->seen, name, json_object()) != 0)
		return items;
	return json_object_get(lessons->seen, name);
}

/* The value as an item: of a misfit, why, which nobody can ask for. */
static json_t *
make_item(json_t *value, const struct learn_use *use, const char *danger,
    const char *why)
{
	json_t *item = item_new(value, use, why == NULL ? danger : why);

	if (why == NULL ||
	    json_object_set_new(item, "misfit", json_true()) == 0)
		return item;
	json_decref(item);
	return NULL;
}

/* Count the value, once for each request. */
static bool
count(struct learning *learning, const struct lesson *lesson, json_t *value,
    const char *danger, const char *why)
{
	char *key = json_dumps(
	    value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
	json_t *items = seen_of(learning->lessons, lesson), *item;
	json_auto_t *once = json_sprintf("%s.%s %s", lesson->filter,
	    lesson->setting, key == NULL ? "" : key);
	bool sound = key != NULL && items != NULL && once != NULL;

	item = sound ? json_object_get(items, key) : NULL;
	if (sound && json_object_get(learning->counted, text_of(once)) == NULL)
		sound = json_object_set_new(learning->counted, text_of(once),
			    json_true()) == 0 &&
		    (item != NULL ? item_use(item, learning->use)
				  : json_object_set_new(items, key,
					make_item(value, learning->use, danger,
					    why)) == 0);
	free(key);
	return sound;
}

void
learning_add(struct learning *learning, const struct lesson *lesson,
    json_t *value, const char *danger)
{
	if (danger == NULL && lesson->danger != NULL)
		danger = lesson->danger(text_of(value));
	/* Whatever it was: without the filter it is allowed. */
	if (lesson->kind == LESSON_OFF) {
		json_decref(value);
		value = json_string("off");
	}
	if (value == NULL ||
	    !count(learning, lesson, value, danger, misfit(lesson, value)))
		learning->failed = true;
	json_decref(value);
}

/* As a pattern that matches nothing else (fnmatch). */
static json_t *
as_pattern(const char *text)
{
	char *pattern = malloc(2 * strlen(text) + 1);
	size_t len = 0;
	json_t *value;

	if (pattern == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (strchr("*?[\\", *text) != NULL)
			pattern[len++] = '\\';
		pattern[len++] = *text;
	}
	value = json_stringn(pattern, len);
	free(pattern);
	return value;
}

void
learning_add_text(
    struct learning *learning, const struct lesson *lesson, const char *text)
{
	learning_add(learning, lesson, as_pattern(text), NULL);
}

void
learning_add_options(struct learning *learning, const struct lesson *lesson,
    const json_t *options)
{
	json_auto_t *iterable = json_deep_copy(options);
	const char *name;
	json_t *value;

	if (iterable == NULL && options != NULL)
		learning->failed = true;
	json_object_foreach(iterable, name, value)
	{
		json_auto_t *text = json_sprintf("%s=%s", name, text_of(value));

		if (text == NULL)
			learning->failed = true;
		else
			learning_add_text(learning, lesson, text_of(text));
	}
}

bool
lessons_take(struct lessons *lessons, const struct request *req,
    const struct learn_use *use)
{
	json_auto_t *counted = json_object();
	struct learning learning = {lessons, use, counted, counted == NULL};

	for (const struct lesson *lesson = lesson_table; lesson->filter != NULL;
	     lesson++) {
		if (call_matches(req->call, lesson->call))
			lesson->read(&learning, lesson, req);
	}
	return !learning.failed;
}
