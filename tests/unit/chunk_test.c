/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/chunk.h"
#include "unit/unit.h"

struct decoded {
	enum chunk_result result;
	char data[256];
	size_t len, used;
};

/* Decode, given the bytes in pieces of at most step from cut on: all up to
 * cut at once, then all behind it (step 0), or step at a time. */
static struct decoded
decode(const char *bytes, size_t len, size_t cut, size_t step)
{
	struct decoded d = {CHUNK_MORE, "", 0, 0};
	struct chunk_reader reader;
	struct chunk_data data;
	struct errmsg err;

	chunk_reader_init(&reader);
	while (d.result == CHUNK_MORE && d.used < len) {
		size_t n = d.used < cut ? cut - d.used : len - d.used;

		if (step > 0 && n > step)
			n = step;
		d.result = chunk_read(&reader, bytes + d.used, n, &data, &err);
		assert_true(data.used > 0 && data.used <= n);
		assert_true(d.len + data.len < sizeof(d.data));
		if (data.len > 0)
			memcpy(d.data + d.len, data.at, data.len);
		d.len += data.len;
		d.used += data.used;
	}
	return d;
}

static const struct {
	const char *why, *bytes;
	enum chunk_result result;
	const char *data, *behind;
} rows[] = {
    {"one chunk", "5\r\nHELLO\r\n0\r\n\r\n", CHUNK_DONE, "HELLO", ""},
    {"empty", "0\r\n\r\n", CHUNK_DONE, "", ""},
    {"two chunks, hex of both cases",
	"a\r\n0123456789\r\nA\r\nabcdefghij\r\n"
	"0\r\n\r\n",
	CHUNK_DONE, "0123456789abcdefghij", ""},
    {"leading zeros up to eight digits", "00000001\r\nx\r\n00000000\r\n\r\n",
	CHUNK_DONE, "x", ""},
    {"data that looks like framing", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", CHUNK_DONE,
	"0\r\n\r\n", ""},
    {"bytes behind it stay", "1\r\nx\r\n0\r\n\r\nGET / ", CHUNK_DONE, "x",
	"GET / "},
    {"cut in the size", "1", CHUNK_MORE, "", ""},
    {"cut in the data", "5\r\nHEL", CHUNK_MORE, "HEL", ""},
    {"cut before the end", "1\r\nx\r\n0\r\n\r", CHUNK_MORE, "x", ""},
    {"nine digits", "000000001\r\nx", CHUNK_BROKEN, "", NULL},
    {"no digit", "\r\nx", CHUNK_BROKEN, "", NULL},
    {"extension", "1;a=b\r\nx\r\n0\r\n\r\n", CHUNK_BROKEN, "", NULL},
    {"extension without semicolon", "1 a=b\r\nx", CHUNK_BROKEN, "", NULL},
    {"space behind the size", "1 \r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"space before the size", " 1\r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"0x", "0x1\r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"plus", "+1\r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"minus", "-1\r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"underscore", "1_0\r\nx\r\n", CHUNK_BROKEN, "", NULL},
    {"lf behind the size", "1\nx\r\n0\r\n\r\n", CHUNK_BROKEN, "", NULL},
    {"cr cr behind the size", "1\r\rx", CHUNK_BROKEN, "", NULL},
    {"cr x behind the size", "1\rXx", CHUNK_BROKEN, "", NULL},
    {"no crlf behind the data", "1\r\nxx\r\n", CHUNK_BROKEN, "x", NULL},
    {"lf behind the data", "1\r\nx\n0\r\n\r\n", CHUNK_BROKEN, "x", NULL},
    {"x lf behind the data", "1\r\nxX\n0\r\n\r\n", CHUNK_BROKEN, "x", NULL},
    {"cr x behind the data", "1\r\nx\rX0\r\n\r\n", CHUNK_BROKEN, "x", NULL},
    {"trailer", "0\r\nX: y\r\n\r\n", CHUNK_BROKEN, "", NULL},
    {"trailer after a chunk", "1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n",
	CHUNK_BROKEN, "x", NULL},
    {"extension of the last", "0;x\r\n\r\n", CHUNK_BROKEN, "", NULL},
    {"lf at the end", "0\r\n\n", CHUNK_BROKEN, "", NULL},
};

static void
check(size_t i, struct decoded d)
{
	if (d.result != rows[i].result)
		fail_msg("%s: want %d, is %d", rows[i].why, (int)rows[i].result,
		    (int)d.result);
	assert_int_equal(d.len, strlen(rows[i].data));
	assert_memory_equal(d.data, rows[i].data, d.len);
	if (rows[i].behind != NULL)
		assert_string_equal(rows[i].bytes + d.used, rows[i].behind);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(i, decode(rows[i].bytes, strlen(rows[i].bytes), 0, 0));
}

/* Cut in two at every byte, and fed byte by byte: the same outcome. */
static void
test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].bytes);

		for (size_t cut = 0; cut < len; cut++)
			check(i, decode(rows[i].bytes, len, cut, 0));
		check(i, decode(rows[i].bytes, len, 0, 1));
	}
}

static void
test_nul(void **state)
{
	static const char in_size[] = "1\0\r\nx\r\n0\r\n\r\n";
	static const char in_data[] = "1\r\n\0\r\n0\r\n\r\n";
	struct decoded d = decode(in_size, sizeof(in_size) - 1, 0, 0);

	(void)state;
	assert_int_equal(d.result, CHUNK_BROKEN);
	d = decode(in_data, sizeof(in_data) - 1, 0, 0);
	assert_int_equal(d.result, CHUNK_DONE);
	assert_int_equal(d.len, 1);
}

/* The largest size is taken for what it is, not wrapped. */
static void
test_large(void **state)
{
	struct chunk_reader reader;
	struct chunk_data data;
	struct errmsg err;

	(void)state;
	chunk_reader_init(&reader);
	assert_int_equal(
	    chunk_read(&reader, "FFFFFFFF\r\nab", 12, &data, &err), CHUNK_MORE);
	assert_int_equal(data.len, 2);
	assert_true(reader.left == 0xffffffffULL - 2);
}

/* Broken is for good. */
static void
test_stays_broken(void **state)
{
	struct chunk_reader reader;
	struct chunk_data data;
	struct errmsg err;

	(void)state;
	chunk_reader_init(&reader);
	assert_int_equal(
	    chunk_read(&reader, "x", 1, &data, &err), CHUNK_BROKEN);
	assert_int_equal(
	    chunk_read(&reader, "0\r\n\r\n", 5, &data, &err), CHUNK_BROKEN);
	assert_int_equal(data.len, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_stays_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
