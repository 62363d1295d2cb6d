/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heads of requests: where the head ends does not depend on how it comes; one
 * that is taken was hopeless at no time; and another reader reads the same in
 * it.  http-parser, the second opinion, is asked within.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/strict_http.h"
#include "http/head.h"

static bool
equal(struct span span, const char *text)
{
	return span.len == strlen(text) && memcmp(span.at, text, span.len) == 0;
}

static void
compare_fields(
    const struct http_request_head *head, const struct strict_request *other)
{
	HOLDS(head->fields.n == other->n);
	for (size_t i = 0; i < other->n; i++) {
		HOLDS(equal(head->fields.field[i].name, other->field[i].name));
		HOLDS(
		    equal(head->fields.field[i].value, other->field[i].value));
	}
}

static void
compare_framing(
    const struct http_request_head *head, const struct strict_request *other)
{
	bool once = true;
	const char *length = strict_request_field(
	    other, "Content-Length", &once);
	const char *coding = strict_request_field(
	    other, "Transfer-Encoding", &once);

	(void)strict_request_field(other, "Host", &once);
	HOLDS(once);
	HOLDS(length == NULL || coding == NULL);
	HOLDS((length != NULL) == (head->content_length >= 0));
	HOLDS((coding != NULL) == head->chunked);
	if (length != NULL)
		HOLDS(strtoll(length, NULL, 10) == head->content_length);
}

static void
compare(const char *bytes, size_t len, const struct http_request_head *head)
{
	struct strict_request other;

	HOLDS(strict_request_read(bytes, len, &other));
	HOLDS(other.len == len);
	HOLDS(strcmp(http_method_name(head->method), other.method) == 0);
	HOLDS(equal(head->target, other.target));
	compare_fields(head, &other);
	compare_framing(head, &other);
	strict_request_done(&other);
}

/* The end is found when its last byte has come, and stays where it is. */
static size_t
find_end(const char *bytes, size_t len)
{
	size_t end = http_head_end(bytes, len);

	HOLDS(end <= len);
	if (end == 0)
		return 0;
	for (size_t i = 0; i < end; i++)
		HOLDS(http_head_end(bytes, i) == 0);
	HOLDS(http_head_end(bytes, end) == end);
	return end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes, *exact;
	struct http_request_head head;
	struct errmsg err;
	int status = 0;
	size_t end;

	if (size > 4096)
		return 0;
	bytes = fuzz_text(data, size);
	end = find_end(bytes, size);
	if (end == 0)
		end = size;
	/* Not a byte behind the head may matter, or be read. */
	exact = malloc(end + (end == 0));
	HOLDS(exact != NULL);
	memcpy(exact, bytes, end);
	if (http_request_head_read(exact, end, &head, &status, &err)) {
		compare(exact, end, &head);
		for (size_t i = 0; i <= end; i++)
			HOLDS(!http_head_hopeless(exact, i, &status, &err));
	} else {
		HOLDS(status >= 400 && status < 600);
	}
	free(exact);
	free(bytes);
	return 0;
}
