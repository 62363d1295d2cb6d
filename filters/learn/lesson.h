/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lesson -- one setting of a filter, and where in a request it is seen what the
 * setting has to be.
 */
#ifndef LESSON_H
#define LESSON_H

#include "learn.h"

enum lesson_kind {
	LESSON_LIST = 0, /* exactly what was seen, whatever base has */
	LESSON_INSTEAD, /* the same, but base's where nothing was seen */
	LESSON_MORE, /* what was seen and base does not have */
	LESSON_FLAG, /* true if it was seen */
	LESSON_STRICT, /* the same, and false if it was not */
	LESSON_OFF, /* the filter must be off if it was seen */
	LESSON_MOST, /* the largest number, if base has less */
	LESSON_ONLY, /* the one text that was seen; "" if there were others */
};

struct learning; /* a request that is being looked at */
struct lesson;

typedef void lesson_read_fn(struct learning *learning,
    const struct lesson *lesson, const struct request *req);
/* Why text gives away the host, or other teams; NULL if it does not. */
typedef const char *lesson_danger_fn(const char *text);
/* Items as in learn.h, taken, with those that are alike made one; NULL if out of
 * memory. */
typedef json_t *lesson_merge_fn(json_t *items);

struct lesson {
	const char *filter, *setting;
	enum lesson_kind kind;
	const char *call; /* a pattern as in call.h */
	lesson_read_fn *read;
	const char *from; /* "HostConfig.CapAdd", "?networkmode", "{image}" */
	lesson_danger_fn *danger; /* NULL: none of it */
	lesson_merge_fn *merge; /* NULL: every value stands for itself */
};

/* The table, in the order of filters and settings; ends with a NULL filter.  Rows
 * of the same setting stand together. */
extern const struct lesson lesson_table[];

/* Of the request that is looked at, this was seen: value is taken.  danger, or
 * what the lesson says of a text. */
void learning_add(struct learning *learning, const struct lesson *lesson,
    json_t *value, const char *danger);
void learning_add_text(
    struct learning *learning, const struct lesson *lesson, const char *text);

/* Each "name=value" of options (may be NULL), as a pattern that matches it. */
void learning_add_options(struct learning *learning,
    const struct lesson *lesson, const json_t *options);

/* What the lesson's from says; borrowed, or NULL. */
json_t *lesson_value(const struct lesson *lesson, const struct request *req);

#endif
