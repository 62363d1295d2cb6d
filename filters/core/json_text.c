/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json_text.h"

#include <stdlib.h>
#include <string.h>

void
json_text_init(struct json_text *text, const char *bytes, size_t len,
    const struct json_limits *limits, struct errmsg *err)
{
	*text = (struct json_text){.begin = bytes,
	    .at = bytes,
	    .end = bytes + len,
	    .limits = limits,
	    .err = err};
	if (len <= limits->bytes)
		return;
	text->failed = true;
	(void)errmsg_set(err, "longer than %zu bytes", limits->bytes);
}

void
json_text_done(struct json_text *text)
{
	free(text->room);
	text->room = NULL;
}

json_t *
json_text_refuse(struct json_text *text, const char *why)
{
	size_t line = 1, column = 1;

	if (text->failed)
		return NULL;
	for (const char *at = text->begin; at < text->at; at++) {
		column = *at == '\n' ? 1 : column + 1;
		line += *at == '\n';
	}
	text->failed = true;
	(void)errmsg_set(text->err, "not valid JSON: %s (line %zu, column %zu)",
	    why, line, column);
	return NULL;
}

json_t *
json_text_nomem(struct json_text *text)
{
	text->failed = true;
	text->nomem = true;
	(void)errmsg_nomem(text->err);
	return NULL;
}

/* One value more, or a name. */
static bool
count(struct json_text *text)
{
	if (++text->values <= text->limits->values)
		return true;
	text->failed = true;
	return errmsg_set(
	    text->err, "more than %zu values", text->limits->values);
}

char
json_text_look(struct json_text *text)
{
	const char *at = text->at;

	while (at < text->end &&
	    (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	text->at = at;
	return at < text->end && !text->failed ? *at : '\0';
}

char
json_text_next(struct json_text *text)
{
	char c = json_text_look(text);

	if (c == '-' || (c >= '0' && c <= '9'))
		return '0';
	return c != '\0' && strchr("{[\"tfn", c) != NULL ? c : '\0';
}

/* --- objects and lists ---------------------------------------------------- */

bool
json_text_open(struct json_text *text, char bracket)
{
	if (json_text_look(text) != bracket)
		return json_text_refuse(text, "want a value") != NULL;
	text->at++;
	if (++text->depth <= text->limits->depth)
		return count(text);
	text->failed = true;
	return errmsg_set(
	    text->err, "nested deeper than %zu", text->limits->depth);
}

bool
json_text_item(struct json_text *text, char bracket, bool *first)
{
	char c = json_text_look(text);

	if (c == bracket) {
		text->at++;
		text->depth--;
		return false;
	}
	if (*first) {
		*first = false;
		return !text->failed;
	}
	if (c != ',')
		return json_text_refuse(text, "want a comma or the end") !=
		    NULL;
	text->at++;
	/* No bracket may follow; whoever reads the value sees to it. */
	return count(text);
}

bool
json_text_name(struct json_text *text, struct json_piece *name)
{
	if (!json_text_string(text, name))
		return false;
	if (json_text_look(text) != ':')
		return json_text_refuse(text, "want a colon") != NULL;
	text->at++;
	return count(text);
}

bool
json_text_end(struct json_text *text)
{
	if (json_text_look(text) == '\0' && text->at == text->end)
		return !text->failed;
	return json_text_refuse(text, "something follows the value") != NULL;
}
