/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/read.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

void
read_text(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *text = text_of(lesson_value(lesson, req));

	if (*text != '\0')
		learning_add_text(learning, lesson, text);
}

void
read_each(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	{
		if (json_is_string(item))
			learning_add_text(
			    learning, lesson, json_string_value(item));
	}
}

void
read_keys(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *name;
	json_t *value;

	json_object_foreach(lesson_value(lesson, req), name, value)
	    learning_add_text(learning, lesson, name);
}

void
read_options(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	learning_add_options(learning, lesson, lesson_value(lesson, req));
}

static bool
is_true(const json_t *value)
{
	return json_is_true(value) ||
	    (json_is_string(value) && strcmp(text_of(value), "1") == 0);
}

void
read_true(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	if (is_true(lesson_value(lesson, req)))
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_any(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const json_t *value = lesson_value(lesson, req);

	if (*text_of(value) != '\0' || json_array_size(value) > 0 ||
	    json_object_size(value) > 0)
		learning_add(learning, lesson, json_true(), NULL);
}

long long
read_integer(const json_t *value)
{
	return json_is_string(value) ? strtoll(text_of(value), NULL, 10)
				     : json_integer_value(value);
}

void
read_number(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	long long number = read_integer(lesson_value(lesson, req));

	if (number > 0)
		learning_add(learning, lesson, json_integer(number), NULL);
}

/* The text member of each item. */
static void
read_member(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	    learning_add_text(learning, lesson, text_at(item, name));
}

void
read_names(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	read_member(learning, lesson, req, "Name");
}

void
read_drivers(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	read_member(learning, lesson, req, "Driver");
}

void
read_paths(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	read_member(learning, lesson, req, "PathOnHost");
}
