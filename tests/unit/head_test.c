/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/unit.h"

#define HOST "Host: docker\r\n"
#define GET "GET /_ping HTTP/1.1\r\n" HOST
#define POST "POST /x HTTP/1.1\r\n" HOST

/* Heads that are refused, and the status that says so.  Beyond what
 * tests/attacks/wire.jsonl holds: the edges of our own rules. */
static const struct {
	const char *why, *head;
	int status;
} refused[] = {
    {"no host", "GET /_ping HTTP/1.1\r\n\r\n", 400},
    {"two hosts", GET HOST "\r\n", 400},
    {"host in another case is a host", GET "hOsT: x\r\n\r\n", 400},
    {"method that only begins well", "GETX /_ping HTTP/1.1\r\n" HOST "\r\n",
	405},
    {"patch", "PATCH /x HTTP/1.1\r\n" HOST "\r\n", 405},
    {"options", "OPTIONS /x HTTP/1.1\r\n" HOST "\r\n", 405},
    {"connect", "CONNECT /x HTTP/1.1\r\n" HOST "\r\n", 405},
    {"trace", "TRACE /x HTTP/1.1\r\n" HOST "\r\n", 405},
    {"1.0", "GET /_ping HTTP/1.0\r\n" HOST "\r\n", 505},
    {"1.2", "GET /_ping HTTP/1.2\r\n" HOST "\r\n", 505},
    {"http in small letters", "GET /_ping http/1.1\r\n" HOST "\r\n", 505},
    {"two spaces after the method", "GET  /_ping HTTP/1.1\r\n" HOST "\r\n",
	400},
    {"two spaces before the version", "GET /_ping  HTTP/1.1\r\n" HOST "\r\n",
	400},
    {"no target", "GET HTTP/1.1\r\n" HOST "\r\n", 505},
    {"empty target", "GET  HTTP/1.1\r\n" HOST "\r\n", 505},
    {"absolute form", "GET http://d/_ping HTTP/1.1\r\n" HOST "\r\n", 400},
    {"quote in the path", "GET /a\"b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"brace in the path", "GET /a{b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"fragment in the query", "GET /a?b#c HTTP/1.1\r\n" HOST "\r\n", 400},
    {"backslash in the query", "GET /a?b\\c HTTP/1.1\r\n" HOST "\r\n", 400},
    {"8-bit target", "GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"space before the colon", POST "Content-Length : 0\r\n\r\n", 400},
    {"space in a name", GET "X A: 1\r\n\r\n", 400},
    {"line without a colon", GET "X-A\r\n\r\n", 400},
    {"first field is folded", "GET /_ping HTTP/1.1\r\n Host: docker\r\n\r\n",
	400},
    {"lf only behind a field", GET "X-A: 1\nX-B: 2\r\n\r\n", 400},
    {"cr in a value", GET "X-A: 1\rX-B: 2\r\n\r\n", 400},
    {"del in a value", GET "X-A: \x7f\r\n\r\n", 400},
    {"8-bit value", GET "X-A: \x80\r\n\r\n", 400},
    {"length and chunks",
	POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"equal lengths", POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
	400},
    {"no length", POST "Content-Length:\r\n\r\n", 400},
    {"leading zero", POST "Content-Length: 01\r\n\r\n", 400},
    {"two zeros", POST "Content-Length: 00\r\n\r\n", 400},
    {"plus", POST "Content-Length: +1\r\n\r\n", 400},
    {"2^63", POST "Content-Length: 9223372036854775808\r\n\r\n", 400},
    {"inner space", POST "Content-Length: 1 1\r\n\r\n", 400},
    {"list", POST "Content-Length: 1, 1\r\n\r\n", 400},
    {"identity", POST "Transfer-Encoding: identity\r\n\r\n", 501},
    {"identity, chunked", POST "Transfer-Encoding: identity, chunked\r\n\r\n",
	501},
    {"chunked with a parameter", POST "Transfer-Encoding: chunked;a\r\n\r\n",
	501},
    {"no coding", POST "Transfer-Encoding:\r\n\r\n", 501},
    {"body of a GET", GET "Content-Length: 1\r\n\r\n", 400},
    {"chunks of a GET", GET "Transfer-Encoding: chunked\r\n\r\n", 400},
    {"Connection names a field", GET "Connection: close, X-A\r\n\r\n", 400},
    {"Connection is empty", GET "Connection:\r\n\r\n", 400},
    {"unknown upgrade", GET "Upgrade: h2\r\n\r\n", 400},
    {"two upgrades in one", GET "Upgrade: tcp, h2c\r\n\r\n", 400},
    {"other expectation", POST "Expect: 200-ok\r\n\r\n", 417},
    {"encoded body", POST "Content-Encoding: gzip\r\n\r\n", 415},
    {"trailers announced", POST "Trailer: X\r\n\r\n", 400},
    {"h2c settings", GET "HTTP2-Settings: AA\r\n\r\n", 400},
    {"userinfo in host", "GET /_ping HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"space in host", "GET /_ping HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"two credentials",
	POST "X-Registry-Auth: AA\r\nx-registry-auth: BB\r\n\r\n", 400},
    {"bytes behind the head", GET "\r\nX", 400},
    {"no end", GET, 400},
};

static void
test_refused(void **state)
{
	struct http_request_head head;
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		status = 0;
		if (http_request_head_read(refused[i].head,
			strlen(refused[i].head), &head, &status, &err))
			fail_msg("%s: accepted", refused[i].why);
		if (status != refused[i].status)
			fail_msg("%s: want %d, is %d (%s)", refused[i].why,
			    refused[i].status, status, err.text);
	}
}

/* A NUL ends a C string, so these are told their length. */
static void
test_nul(void **state)
{
	static const char in_value[] = GET "X-A: a\0b\r\n\r\n";
	static const char in_target[] = "GET /a\0b HTTP/1.1\r\n" HOST "\r\n";
	static const char in_name[] = GET "X\0A: b\r\n\r\n";
	struct http_request_head head;
	struct errmsg err;
	int status;

	(void)state;
	assert_false(http_request_head_read(
	    in_value, sizeof(in_value) - 1, &head, &status, &err));
	assert_false(http_request_head_read(
	    in_target, sizeof(in_target) - 1, &head, &status, &err));
	assert_false(http_request_head_read(
	    in_name, sizeof(in_name) - 1, &head, &status, &err));
}

static bool
reads(const char *text, struct http_request_head *head)
{
	struct errmsg err;
	int status;

	if (http_request_head_read(text, strlen(text), head, &status, &err))
		return true;
	print_error("%s: %s\n", text, err.text);
	return false;
}

static void
assert_span(struct span span, const char *want)
{
	assert_non_null(span.at);
	assert_int_equal(span.len, strlen(want));
	assert_memory_equal(span.at, want, span.len);
}

static void
test_fields(void **state)
{
	struct http_request_head head;

	(void)state;
	assert_true(reads("POST /v1.41/build?t=\"{a}\" HTTP/1.1\r\n"
			  "Host: %2Fvar%2Frun%2Fdocker.sock\r\n"
			  "CONTENT-type: \t application/x-tar \t\r\n"
			  "Transfer-Encoding: ChUnKeD\r\n"
			  "Expect: 100-Continue\r\n"
			  "Connection: Keep-Alive , TE\r\n"
			  "X-Empty:\r\n"
			  "X-Registry-Config: e30=\r\n\r\n",
	    &head));
	assert_int_equal(head.method, METHOD_POST);
	assert_span(head.target, "/v1.41/build?t=\"{a}\"");
	assert_span(head.content_type, "application/x-tar");
	assert_span(head.registry_config, "e30=");
	assert_null(head.registry_auth.at);
	assert_true(head.chunked);
	assert_true(head.expect_continue);
	assert_false(head.close);
	assert_int_equal(head.content_length, -1);
	assert_int_equal(head.fields.n, 7);
	assert_span(http_field(&head.fields, "x-empty"), "");
	assert_null(http_field(&head.fields, "x-emptz").at);

	assert_true(reads(GET "Connection: keep-alive, Close\r\n\r\n", &head));
	assert_true(head.close);
	assert_true(
	    reads(POST "Content-Length: 9223372036854775807\r\n\r\n", &head));
	assert_true(head.content_length == INT64_MAX);
	assert_true(reads(GET "Content-Length: 0\r\n\r\n", &head));
	assert_int_equal(head.content_length, 0);
	assert_true(
	    reads(GET "Connection: Upgrade\r\nUpgrade: TCP\r\n\r\n", &head));
	assert_int_equal(head.upgrade, HTTP_UPGRADE_TCP);
	assert_true(reads(GET "Upgrade: h2c\r\n\r\n", &head));
	assert_int_equal(head.upgrade, HTTP_UPGRADE_H2C);
}

/* Limits: the last that fits, the first that does not. */
static void
test_limits(void **state)
{
	static const struct {
		const char *before, *after;
		size_t fits;
		char fill;
		int status;
	} rows[] = {
	    {"GET /", " HTTP/1.1\r\n" HOST "\r\n", 8191, 'a', 414},
	    {GET "X", ": 1\r\n\r\n", 127, 'n', 431},
	    {GET "X-A: ", "\r\n\r\n", 8192, 'v', 431},
	    {GET "X-Registry-Auth: ", "\r\n\r\n", 32768, 'v', 431},
	};
	struct http_request_head head;
	struct errmsg err;
	char *text;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t over = 0; over < 2; over++) {
			size_t before = strlen(rows[i].before);
			size_t fill = rows[i].fits + over;
			size_t len = before + fill + strlen(rows[i].after);

			text = malloc(len + 1);
			assert_non_null(text);
			memcpy(text, rows[i].before, before);
			memset(text + before, rows[i].fill, fill);
			memcpy(text + before + fill, rows[i].after,
			    strlen(rows[i].after) + 1);
			status = 0;
			if (http_request_head_read(
				text, len, &head, &status, &err) != (over == 0))
				fail_msg("%s: %zu bytes: %s", rows[i].before,
				    fill, err.text);
			if (over == 1)
				assert_int_equal(status, rows[i].status);
			free(text);
		}
	}
}

static void
test_field_count(void **state)
{
	char text[8192];
	struct http_request_head head;
	struct errmsg err;
	int status;

	(void)state;
	for (size_t n = 99; n <= 100; n++) {
		size_t len = (size_t)snprintf(text, sizeof(text), "%s", GET);

		for (size_t i = 0; i < n; i++)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "X-%zu: 1\r\n", i);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "\r\n");
		assert_int_equal(
		    http_request_head_read(text, len, &head, &status, &err),
		    n == 99);
	}
	assert_int_equal(status, 431);
}

/* However the bytes come, the head ends in the same place, and no beginning
 * of a good head is hopeless. */
static void
test_split(void **state)
{
	static const char text[] = POST "X-A: 1\r\nContent-Length: 7\r\n\r\n"
					"\r\n\r\nabc";
	size_t end = sizeof(text) - 1 - 7;
	struct errmsg err;
	int status;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		assert_int_equal(http_head_end(text, len), len < end ? 0 : end);
		assert_false(http_head_hopeless(text, len, &status, &err));
	}
}

static void
test_hopeless(void **state)
{
	static const struct {
		const char *bytes;
		int status; /* 0: there is hope */
	} rows[] = {
	    {"", 0},
	    {"G", 0},
	    {"GET /_ping HTTP/1.1\r", 0},
	    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
	    {"PRI * HTTP/2.0", 505},
	    {"\x16\x03\x01", 400},
	    {"\r\nGET / HTTP/1.1\r\n", 400},
	    {"\n", 400},
	    {" GET / HTTP/1.1\r\n", 400},
	    {"get / HTTP/1.1\r\n", 400},
	    {"GET / HTTP/1.1\nHost: a\n\n", 400},
	};
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = 0;
		bool hopeless = http_head_hopeless(
		    rows[i].bytes, strlen(rows[i].bytes), &status, &err);

		assert_int_equal(hopeless, rows[i].status != 0);
		assert_int_equal(status, rows[i].status);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_field_count),
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_hopeless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
