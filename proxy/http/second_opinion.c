/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows http-parser.  Debian builds it non-strict and
 * nobody maintains it, so nothing rests on it: it can only say no.
 */
#include "http/second_opinion.h"

#include <limits.h>

/* Both of us have an enum http_method. */
#define http_method http_parser_method
#include <http_parser.h>
#undef http_method

/* What is compared while the parser runs. */
struct comparison {
	const struct http_request_head *head;
	size_t target; /* bytes of the target seen */
	size_t field; /* index of the field at hand */
	size_t name, value; /* bytes of it seen */
	bool in_value;
	bool differs, complete;
};

static int
on_url(http_parser *parser, const char *at, size_t len)
{
	struct comparison *c = parser->data;

	if (at != c->head->target.at + c->target)
		c->differs = true;
	c->target += len;
	return 0;
}

static int
on_name(http_parser *parser, const char *at, size_t len)
{
	struct comparison *c = parser->data;

	if (c->in_value) {
		c->field++;
		c->name = c->value = 0;
		c->in_value = false;
	}
	if (c->field >= c->head->fields.n ||
	    at != c->head->fields.field[c->field].name.at + c->name)
		c->differs = true;
	c->name += len;
	return 0;
}

static int
on_value(http_parser *parser, const char *at, size_t len)
{
	struct comparison *c = parser->data;
	const struct http_field *field;

	c->in_value = true;
	if (c->field >= c->head->fields.n) {
		c->differs = true;
		return 0;
	}
	field = &c->head->fields.field[c->field];
	if (c->name != field->name.len ||
	    (len > 0 && at != field->value.at + c->value))
		c->differs = true;
	c->value += len;
	return 0;
}

/* Stop here: what follows the head is not its business. */
static int
on_complete(http_parser *parser)
{
	struct comparison *c = parser->data;

	c->complete = true;
	http_parser_pause(parser, 1);
	return 0;
}

static bool
method_is(const http_parser *parser, enum http_method method)
{
	static const enum http_method ours[] = {
	    [HTTP_DELETE] = METHOD_DELETE,
	    [HTTP_GET] = METHOD_GET,
	    [HTTP_HEAD] = METHOD_HEAD,
	    [HTTP_POST] = METHOD_POST,
	    [HTTP_PUT] = METHOD_PUT,
	};

	return parser->method < sizeof(ours) / sizeof(ours[0]) &&
	    ours[parser->method] == method;
}

static bool
framing_is(const http_parser *parser, const struct http_request_head *head)
{
	bool chunked = (parser->flags & F_CHUNKED) != 0;

	if (chunked != head->chunked)
		return false;
	if (head->content_length < 0)
		return chunked || parser->content_length == ULLONG_MAX;
	return parser->content_length ==
	    (unsigned long long)head->content_length;
}

bool
second_opinion(const char *bytes, size_t len,
    const struct http_request_head *head, int *status, struct errmsg *err)
{
	static const http_parser_settings settings = {
	    .on_url = on_url,
	    .on_header_field = on_name,
	    .on_header_value = on_value,
	    .on_headers_complete = on_complete,
	};
	struct comparison c = {.head = head};
	http_parser parser;

	http_parser_init(&parser, HTTP_REQUEST);
	parser.data = &c;
	(void)http_parser_execute(&parser, &settings, bytes, len);
	if (c.complete && !c.differs && c.target == head->target.len &&
	    c.field + 1 == head->fields.n && parser.http_major == 1 &&
	    parser.http_minor == 1 && method_is(&parser, head->method) &&
	    framing_is(&parser, head))
		return true;
	*status = 400;
	return errmsg_set(err, "the head can be read in two ways");
}
