/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_text -- a JSON text (RFC 8259), read once from its front to its back by
 * whoever knows what should come next.
 *
 *	json_text_init(&text, bytes, len, limits, err);
 *	if (json_text_open(&text, '['))
 *		for (bool first = true; json_text_item(&text, ']', &first);)
 *			... read one value ...
 *	if (!json_text_end(&text))
 *		... the reason is in err ...
 *	json_text_done(&text);
 *
 * The first thing that is wrong ends it: from then on nothing more is found, and
 * text.failed says so.
 */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include "json_read.h"

struct json_text {
	const char *begin, *at, *end;
	const struct json_limits *limits;
	size_t depth, values;
	char *room; /* for what escapes stand for */
	size_t used;
	bool failed, nomem; /* whether it was for want of memory */
	struct errmsg *err;
};

/* A part of the text, or of its room; good until json_text_done(). */
struct json_piece {
	const char *bytes;
	size_t len;
};

void json_text_init(struct json_text *text, const char *bytes, size_t len,
    const struct json_limits *limits, struct errmsg *err);
void json_text_done(struct json_text *text);

/* The value at hand is wrong; or there is no memory for it.  Returns NULL. */
json_t *json_text_refuse(struct json_text *text, const char *why);
json_t *json_text_nomem(struct json_text *text);

/* The byte at hand, behind blanks; NUL at the end, and where it failed. */
char json_text_look(struct json_text *text);

/* What begins here: one of { [ " t f n, or 0 for a number, or NUL for nothing
 * that is a value. */
char json_text_next(struct json_text *text);

/* Step into an object ('{') or a list ('['); false if there is none here. */
bool json_text_open(struct json_text *text, char bracket);

/* Go to the next item, over a comma but before the first; false behind the last
 * one, and out of the brackets. */
bool json_text_item(struct json_text *text, char bracket, bool *first);

/* The name of a member, and over its colon. */
bool json_text_name(struct json_text *text, struct json_piece *name);

bool json_text_string(struct json_text *text, struct json_piece *string);

/* A number, true, false or null. */
json_t *json_text_scalar(struct json_text *text);

/* Any value at all. */
json_t *json_text_value(struct json_text *text);

/* Nothing may follow.  False: something does, or it failed before. */
bool json_text_end(struct json_text *text);

#endif
