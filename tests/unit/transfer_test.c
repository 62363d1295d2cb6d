/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies from one framing to another, however the bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/transfer.h"
#include "unit/unit.h"

static const struct {
	const char *why;
	enum framing in;
	long long length;
	const char *bytes;
	enum transfer_result result; /* once all bytes were given */
	const char *body, *behind;
} rows[] = {
    {"none", FRAMING_NONE, 0, "GET / ", TRANSFER_DONE, "", "GET / "},
    {"length", FRAMING_LENGTH, 5, "HELLO", TRANSFER_DONE, "HELLO", ""},
    {"length 0", FRAMING_LENGTH, 0, "X", TRANSFER_DONE, "", "X"},
    {"behind a length", FRAMING_LENGTH, 5, "HELLOGET /", TRANSFER_DONE, "HELLO",
	"GET /"},
    {"short of its length", FRAMING_LENGTH, 6, "HELLO", TRANSFER_MORE, "HELLO",
	""},
    {"chunked", FRAMING_CHUNKED, 0, "2\r\nHE\r\n3\r\nLLO\r\n0\r\n\r\n",
	TRANSFER_DONE, "HELLO", ""},
    {"behind the chunks", FRAMING_CHUNKED, 0, "1\r\nx\r\n0\r\n\r\nGET /",
	TRANSFER_DONE, "x", "GET /"},
    {"chunks cut short", FRAMING_CHUNKED, 0, "5\r\nHELLO\r\n", TRANSFER_MORE,
	"HELLO", ""},
    {"malformed chunks", FRAMING_CHUNKED, 0, "5;x\r\nHELLO\r\n0\r\n\r\n",
	TRANSFER_BROKEN, "", NULL},
    {"trailers", FRAMING_CHUNKED, 0, "1\r\nx\r\n0\r\nA: b\r\n\r\n",
	TRANSFER_BROKEN, "x", NULL},
    {"until the end", FRAMING_CLOSE, 0, "HELLO", TRANSFER_MORE, "HELLO", ""},
};

/* The body of what came out in the given framing; a new string. */
static char *
unframe(struct queue *out, enum framing framing, bool whole)
{
	struct queue plain = {NULL, 0, 0, 0};
	struct transfer transfer;
	struct errmsg err;
	enum transfer_result result;
	size_t len;
	char *text;

	if (framing == FRAMING_CHUNKED) {
		transfer_init(&transfer, FRAMING_CHUNKED, 0, FRAMING_CLOSE);
		result = transfer_move(&transfer, out, &plain, SIZE_MAX, &err);
		assert_int_equal(result, whole ? TRANSFER_DONE : TRANSFER_MORE);
		assert_int_equal(out->len, 0);
	} else {
		assert_true(queue_move(&plain, out, out->len));
	}
	len = plain.len;
	text = calloc(1, len + 1);
	assert_non_null(text);
	if (len > 0)
		memcpy(text, queue_bytes(&plain), len);
	queue_done(&plain);
	return text;
}

static void
check(size_t i, enum framing out_framing, size_t step)
{
	struct queue in = {NULL, 0, 0, 0}, out = {NULL, 0, 0, 0};
	struct transfer transfer;
	enum transfer_result result = TRANSFER_MORE;
	struct errmsg err;
	const char *at = rows[i].bytes;
	size_t left = strlen(at);
	char *body;

	transfer_init(&transfer, rows[i].in, rows[i].length, out_framing);
	while (left > 0 && result == TRANSFER_MORE) {
		size_t n = left < step ? left : step;

		assert_true(queue_add(&in, at, n));
		at += n;
		left -= n;
		result = transfer_move(&transfer, &in, &out, SIZE_MAX, &err);
	}
	if (result != rows[i].result)
		fail_msg("%s: want %d, is %d", rows[i].why, (int)rows[i].result,
		    (int)result);
	if (result == TRANSFER_DONE)
		assert_true(transfer.done);
	assert_true(transfer.bytes == strlen(rows[i].body));
	if (result != TRANSFER_DONE || rows[i].in != FRAMING_NONE) {
		body = unframe(&out, out_framing, result == TRANSFER_DONE);
		assert_string_equal(body, rows[i].body);
		free(body);
	}
	if (rows[i].behind != NULL && result == TRANSFER_DONE)
		assert_int_equal(in.len + left, strlen(rows[i].behind));
	queue_done(&in);
	queue_done(&out);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t step = 1; step < 40; step++) {
			check(i, FRAMING_CLOSE, step);
			if (rows[i].in != FRAMING_NONE && rows[i].length >= 0 &&
			    strcmp(rows[i].why, "length 0") != 0)
				check(i, FRAMING_CHUNKED, step);
		}
	}
}

/* An empty body in chunks has an end too. */
static void
test_empty_chunked(void **state)
{
	struct queue in = {NULL, 0, 0, 0}, out = {NULL, 0, 0, 0};
	struct transfer transfer;
	struct errmsg err;

	(void)state;
	transfer_init(&transfer, FRAMING_CHUNKED, 0, FRAMING_CHUNKED);
	assert_true(queue_add(&in, "0\r\n\r\n", 5));
	assert_int_equal(
	    transfer_move(&transfer, &in, &out, SIZE_MAX, &err), TRANSFER_DONE);
	assert_int_equal(out.len, 5);
	assert_memory_equal(queue_bytes(&out), "0\r\n\r\n", 5);
	queue_done(&in);
	queue_done(&out);
}

/* When the sender ends: only what is framed by the end is whole then. */
static void
test_end(void **state)
{
	static const struct {
		enum framing in;
		long long length;
		enum transfer_result result;
	} ends[] = {
	    {FRAMING_NONE, 0, TRANSFER_DONE},
	    {FRAMING_LENGTH, 0, TRANSFER_DONE},
	    {FRAMING_LENGTH, 1, TRANSFER_BROKEN},
	    {FRAMING_CHUNKED, 0, TRANSFER_BROKEN},
	    {FRAMING_CLOSE, 0, TRANSFER_DONE},
	};
	struct queue out = {NULL, 0, 0, 0};
	struct transfer transfer;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		transfer_init(
		    &transfer, ends[i].in, ends[i].length, FRAMING_CHUNKED);
		assert_int_equal(
		    transfer_end(&transfer, &out, &err), ends[i].result);
		queue_done(&out);
	}
	/* A body cut short must not look whole to the other side. */
	transfer_init(&transfer, FRAMING_CHUNKED, 0, FRAMING_CHUNKED);
	assert_int_equal(transfer_end(&transfer, &out, &err), TRANSFER_BROKEN);
	assert_int_equal(out.len, 0);
	queue_done(&out);
}

/* No more is moved once the other side holds as much as it may. */
static void
test_room(void **state)
{
	static const enum framing framings[] = {
	    FRAMING_LENGTH, FRAMING_CHUNKED, FRAMING_CLOSE};
	struct transfer transfer;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(framings); i++) {
		struct queue in = {NULL, 0, 0, 0}, out = {NULL, 0, 0, 0};

		transfer_init(&transfer, framings[i], 100, FRAMING_CLOSE);
		assert_true(queue_add(&in, "1\r\na\r\n", 6));
		assert_true(queue_add(&out, "0123456789", 10));
		assert_int_equal(transfer_move(&transfer, &in, &out, 10, &err),
		    TRANSFER_MORE);
		assert_int_equal(out.len, 10);
		assert_int_equal(in.len, 6);
		queue_done(&in);
		queue_done(&out);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_empty_chunked),
	    cmocka_unit_test(test_end),
	    cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
