/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head -- the head of a request, read strictly.
 *
 * Our lexer decides: it takes the intersection of what HTTP/1.1 allows and
 * what no two parsers read differently (the table of shared findings is in
 * proxy/http/README.md).  http-parser then reads the same bytes as a second
 * opinion, and where the two disagree the head is refused.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "call.h"
#include "errmsg.h"

/* Some bytes of the head; at is NULL where the field is absent. */
struct span {
	const char *at;
	size_t len;
};

struct http_field {
	struct span name, value; /* value without blanks around it */
};

#define HTTP_FIELDS_MAX 100

/* The fields of a head, request or reply, as lines. */
struct http_fields {
	struct http_field field[HTTP_FIELDS_MAX];
	size_t n;
};

enum http_upgrade {
	HTTP_UPGRADE_NONE = 0,
	HTTP_UPGRADE_TCP,
	HTTP_UPGRADE_WEBSOCKET,
	HTTP_UPGRADE_H2C,
};

struct http_request_head {
	enum http_method method;
	struct span target;
	long long content_length; /* -1: absent */
	bool chunked;
	bool close; /* Connection: close */
	bool expect_continue;
	enum http_upgrade upgrade;
	struct span content_type, registry_auth, registry_config;
	struct span ws_key, ws_version, ws_protocol;
	struct http_fields fields;
};

/* Where the head ends: just past CRLFCRLF, or 0 while it has not. */
size_t http_head_end(const char *bytes, size_t len);

/* Can these first bytes never become a request?  status is then what to
 * answer. */
bool http_head_hopeless(
    const char *bytes, size_t len, int *status, struct errmsg *err);

/* Read a whole head.  False with the status to answer (400, 405, 417, ...). */
MUST_CHECK bool http_request_head_read(const char *bytes, size_t len,
    struct http_request_head *head, int *status, struct errmsg *err);

/* Read the field lines of a head; bytes begin behind its first line.  strict:
 * as a client's; else 8-bit bytes are let through in values. */
MUST_CHECK bool http_fields_read(const char *bytes, size_t len, bool strict,
    struct http_fields *fields, int *status, struct errmsg *err);

/* The value of a field, first one; at is NULL if there is none. */
struct span http_field(const struct http_fields *fields, const char *name);

/* ASCII case aside, is it this word?  Most are not, by their length. */
static inline bool
span_is(struct span span, const char *word)
{
	return span.at != NULL && strlen(word) == span.len &&
	    strncasecmp(span.at, word, span.len) == 0;
}

/* A word of a list, with its length. */
struct word {
	const char *text;
	size_t len;
};

#define WORD(literal)                                                          \
	{                                                                      \
		.text = (literal), .len = sizeof(literal) - 1                  \
	}

/* Which of n words it is, ASCII case aside; n if it is none. */
size_t word_find(const struct word *words, size_t n, struct span span);

/* A Content-Length: digits without sign or leading zero, up to 2^63-1. */
bool http_length_read(struct span value, long long *length);

#endif
