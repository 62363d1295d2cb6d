/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_read -- JSON that came from outside, made a tree.
 *
 * Not json_loadb(): what jansson's lexer does when its buffer cannot grow is to
 * lose bytes and to run past the end of others (2.14, lex_save), and it drops
 * some control bytes (wire.md 3).  The trees are jansson's all the same.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <stddef.h>

#include "errmsg.h"
#include "json.h"

/* Limits of a document, whatever its shape (wire.md 3 says why).  Values are
 * counted by the brackets, commas and colons between them; a string, by the
 * bytes that it stands for. */
struct json_limits {
	size_t bytes, depth, values, string;
};

/* Of what clients send. */
extern const struct json_limits json_limits_default;

/* Of what the engine says, and we ourselves: bounded by who collects it. */
extern const struct json_limits json_limits_trusted;

/*
 * A value, owned by the caller, or NULL with the reason.  Refused is
 * what RFC 8259 refuses, and where readers differ: names that come twice, the
 * character U+0000, half surrogates, other bytes than UTF-8, integers beyond 64
 * bits, and what exceeds the limits.
 */
MUST_CHECK json_t *json_read(const char *bytes, size_t len,
    const struct json_limits *limits, struct errmsg *err);

/* The same of a text that is no client's, without a reason. */
MUST_CHECK json_t *json_read_own(const char *text);

#endif
