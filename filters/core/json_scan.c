/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json_scan.h"

struct scan {
	size_t depth, values, string;
	bool in_string, escaped;
};

static bool
scan_string_byte(struct scan *scan, unsigned char c,
    const struct json_limits *limits, struct errmsg *err)
{
	if (scan->escaped)
		scan->escaped = false;
	else if (c == '\\')
		scan->escaped = true;
	else if (c == '"')
		scan->in_string = false;
	if (++scan->string > limits->string)
		return errmsg_set(
		    err, "a string is longer than %zu bytes", limits->string);
	return true;
}

static bool
scan_byte(struct scan *scan, unsigned char c, const struct json_limits *limits,
    struct errmsg *err)
{
	if (c == '"') {
		scan->in_string = true;
		scan->string = 0;
	} else if (c == '{' || c == '[') {
		scan->depth++;
		scan->values++;
	} else if (c == '}' || c == ']') {
		if (scan->depth > 0)
			scan->depth--;
	} else if (c == ',' || c == ':') {
		scan->values++;
	}
	if (scan->depth > limits->depth)
		return errmsg_set(err, "nested deeper than %zu", limits->depth);
	if (scan->values > limits->values)
		return errmsg_set(err, "more than %zu values", limits->values);
	return true;
}

bool
json_scan(const char *bytes, size_t len, const struct json_limits *limits,
    struct errmsg *err)
{
	struct scan scan = {0};

	if (len > limits->bytes)
		return errmsg_set(err, "longer than %zu bytes", limits->bytes);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x20 &&
		    (scan.in_string || (c != '\t' && c != '\n' && c != '\r')))
			return errmsg_set(err, "a control byte in the text");
		if (!(scan.in_string ? scan_string_byte(&scan, c, limits, err)
				     : scan_byte(&scan, c, limits, err)))
			return false;
	}
	return true;
}
