/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/reply.h"
#include "reply.h"
#include "report.h"
#include "unit/unit.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define TAIL "\r\n\r\n"
#define RAW "Content-Type: application/vnd.docker.raw-stream\r\n"

static const struct {
	const char *why, *bytes;
	enum http_method method;
	int status; /* 0: refused */
	enum framing framing;
	long long length;
	bool raw_stream, close;
} rows[] = {
    {"length", OK "Content-Length: 5" TAIL, METHOD_GET, 200, FRAMING_LENGTH, 5,
	false, false},
    {"no length", OK "\r\n", METHOD_GET, 200, FRAMING_CLOSE, 0, false, false},
    {"chunked", OK "Transfer-Encoding: chunked" TAIL, METHOD_GET, 200,
	FRAMING_CHUNKED, 0, false, false},
    {"HEAD has no body", OK "Content-Length: 5" TAIL, METHOD_HEAD, 200,
	FRAMING_NONE, 5, false, false},
    {"204 has none", "HTTP/1.1 204 No Content\r\nContent-Length: 5" TAIL,
	METHOD_POST, 204, FRAMING_NONE, 5, false, false},
    {"304 has none", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5" TAIL,
	METHOD_POST, 304, FRAMING_NONE, 5, false, false},
    {"101", "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp" TAIL, METHOD_POST, 101,
	FRAMING_NONE, 0, false, false},
    {"100", "HTTP/1.1 100 Continue" TAIL, METHOD_POST, 100, FRAMING_NONE, 0,
	false, false},
    {"hijack of old", OK RAW "\r\n", METHOD_POST, 200, FRAMING_CLOSE, 0, true,
	false},
    {"multiplexed",
	OK "Content-Type: application/"
	   "vnd.docker.multiplexed-stream\r\n\r\n",
	METHOD_POST, 200, FRAMING_CLOSE, 0, true, false},
    {"a stream with a length is no hijack", OK RAW "Content-Length: 1" TAIL,
	METHOD_GET, 200, FRAMING_LENGTH, 1, false, false},
    {"a chunked stream is no hijack", OK RAW "Transfer-Encoding: chunked" TAIL,
	METHOD_GET, 200, FRAMING_CHUNKED, 0, false, false},
    {"an error is no hijack",
	"HTTP/1.1 404 No\r\nContent-Type: application/"
	"vnd.docker.raw-stream" TAIL,
	METHOD_POST, 404, FRAMING_CLOSE, 0, false, false},
    {"close", OK "Connection: close\r\nContent-Length: 0" TAIL, METHOD_GET, 200,
	FRAMING_LENGTH, 0, false, true},
    {"1.0 closes", "HTTP/1.0 200 OK" TAIL, METHOD_GET, 200, FRAMING_CLOSE, 0,
	false, true},
    {"no reason", "HTTP/1.1 200\r\nContent-Length: 0" TAIL, METHOD_GET, 200,
	FRAMING_LENGTH, 0, false, false},
    {"8-bit values pass", OK "Server: \xe9\r\nContent-Length: 0" TAIL,
	METHOD_GET, 200, FRAMING_LENGTH, 0, false, false},
    {"both framings", OK "Content-Length: 5\r\nTransfer-Encoding: chunked" TAIL,
	METHOD_GET, 0, FRAMING_NONE, 0, false, false},
    {"gzip", OK "Transfer-Encoding: gzip, chunked" TAIL, METHOD_GET, 0,
	FRAMING_NONE, 0, false, false},
    {"negative", OK "Content-Length: -1" TAIL, METHOD_GET, 0, FRAMING_NONE, 0,
	false, false},
    {"two lengths", OK "Content-Length: 1\r\nContent-Length: 2" TAIL,
	METHOD_GET, 0, FRAMING_NONE, 0, false, false},
    {"two codings",
	OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" TAIL,
	METHOD_GET, 0, FRAMING_NONE, 0, false, false},
    {"status of two digits", "HTTP/1.1 20 OK" TAIL, METHOD_GET, 0, FRAMING_NONE,
	0, false, false},
    {"status of four", "HTTP/1.1 2000 OK" TAIL, METHOD_GET, 0, FRAMING_NONE, 0,
	false, false},
    {"status 099", "HTTP/1.1 099 OK" TAIL, METHOD_GET, 0, FRAMING_NONE, 0,
	false, false},
    {"http/2", "HTTP/2.0 200 OK" TAIL, METHOD_GET, 0, FRAMING_NONE, 0, false,
	false},
    {"not http", "SSH-2.0-OpenSSH_9.2" TAIL, METHOD_GET, 0, FRAMING_NONE, 0,
	false, false},
    {"folded", OK "X: 1\r\n 2" TAIL, METHOD_GET, 0, FRAMING_NONE, 0, false,
	false},
    {"lf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", METHOD_GET, 0,
	FRAMING_NONE, 0, false, false},
};

static void
test_read(void **state)
{
	struct http_reply_head head;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool read = http_reply_head_read(rows[i].bytes,
		    strlen(rows[i].bytes), rows[i].method, &head, &err);

		if (read != (rows[i].status != 0))
			fail_msg("%s: %s", rows[i].why,
			    read ? "accepted" : err.text);
		if (!read)
			continue;
		if (head.status != rows[i].status ||
		    head.framing != rows[i].framing ||
		    head.content_length != rows[i].length ||
		    head.raw_stream != rows[i].raw_stream ||
		    head.close != rows[i].close)
			fail_msg("%s: %d framing %d length %lld", rows[i].why,
			    head.status, (int)head.framing,
			    head.content_length);
	}
}

static char *
rewrite(const char *bytes, const struct http_reply_plan *plan)
{
	struct http_reply_head head;
	struct buffer out = {NULL, 0, 0, false};
	struct errmsg err;
	size_t len;
	char *text;

	assert_true(http_reply_head_read(
	    bytes, strlen(bytes), METHOD_GET, &head, &err));
	http_reply_head_write(&out, &head, plan);
	text = buffer_take(&out, &len);
	assert_non_null(text);
	assert_int_equal(strlen(text), len);
	return text;
}

/* Only what is on the list gets through; framing is that of the plan. */
static void
test_write(void **state)
{
	static const char daemon[] =
	    "HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nServer: Docker\r\n"
	    "Content-Type: application/json\r\nLocation: http://evil/\r\n"
	    "Set-Cookie: a=b\r\nContent-Length: 5\r\nConnection: close\r\n"
	    "Keep-Alive: x\r\nTrailer: X\r\nOstype: linux" TAIL;
	struct http_reply_plan plan = {.framing = FRAMING_CHUNKED};
	char *text = rewrite(daemon, &plan);

	(void)state;
	assert_string_equal(text,
	    "HTTP/1.1 200 OK\r\nServer: Docker\r\n"
	    "Content-Type: application/json\r\nOstype: linux\r\n"
	    "Api-Version: 1.45\r\n"
	    "Transfer-Encoding: chunked" TAIL);
	free(text);
	plan = (struct http_reply_plan){
	    .framing = FRAMING_LENGTH, .content_length = 7, .close = true};
	text = rewrite(OK "Content-Length: 5" TAIL, &plan);
	assert_string_equal(
	    text, OK "Connection: close\r\nContent-Length: 7" TAIL);
	free(text);
}

static void
test_hijack(void **state)
{
	static const char daemon[] = "HTTP/1.1 101 UPGRADED\r\nContent-Type: "
				     "application/vnd.docker.raw-stream\r\n"
				     "Connection: Upgrade\r\nUpgrade: tcp" TAIL;
	struct http_reply_plan plan = {.upgrade = HTTP_UPGRADE_TCP};
	char *text = rewrite(daemon, &plan);

	(void)state;
	assert_string_equal(text,
	    "HTTP/1.1 101 UPGRADED\r\nContent-Type: "
	    "application/vnd.docker.raw-stream\r\n"
	    "Connection: Upgrade\r\nUpgrade: tcp" TAIL);
	free(text);
	/* A client that asked for no upgrade gets the older answer. */
	plan = (struct http_reply_plan){.as_200 = true};
	text = rewrite(daemon, &plan);
	assert_string_equal(
	    text, OK "Content-Type: application/vnd.docker.raw-stream" TAIL);
	free(text);
}

static void
test_clamp(void **state)
{
	static const struct {
		const char *daemon, *client;
	} versions[] = {
	    {"1.24", "Api-Version: 1.24\r\n"},
	    {"1.56", "Api-Version: 1.56\r\n"},
	    {"1.57", "Api-Version: 1.56\r\n"},
	    {"1.999", "Api-Version: 1.56\r\n"},
	    {"1.9999999999", "Api-Version: 1.56\r\n"},
	    {"2.0", ""},
	    {"x", ""},
	    {"1.4x", ""},
	};
	struct http_reply_plan plan = {.framing = FRAMING_CHUNKED};
	char daemon[128], want[128], *text;

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		(void)snprintf(daemon, sizeof(daemon),
		    OK "Api-Version: %s" TAIL, versions[i].daemon);
		(void)snprintf(want, sizeof(want),
		    OK "%sTransfer-Encoding: chunked" TAIL, versions[i].client);
		text = rewrite(daemon, &plan);
		assert_string_equal(text, want);
		free(text);
	}
}

/* Our own answers are what the docker CLI prints, whatever is in the text. */
static void
test_own(void **state)
{
	struct http_reply_head head;
	struct errmsg err;
	json_t *body;
	size_t len, end;
	struct buffer out = {NULL, 0, 0, false};
	char *text;

	(void)state;
	http_reply_own(&out, 403, "no \"x\"\r\nSet-Cookie: a", true);
	text = buffer_take(&out, &len);
	end = http_head_end(text, len);
	assert_true(http_reply_head_read(text, end, METHOD_GET, &head, &err));
	assert_int_equal(head.status, 403);
	assert_true(head.close);
	assert_true(head.json);
	assert_int_equal((size_t)head.content_length, len - end);
	assert_null(http_field(&head.fields, "set-cookie").at);
	body = json_of(text + end);
	assert_json(body, "{\"message\":\"no \\\"x\\\"\\r\\nSet-Cookie: a\"}");
	json_decref(body);
	free(text);
}

/* --- bodies that we change ------------------------------------------------ */

static const struct {
	const char *call;
	int status;
	const char *changes, *body, *want; /* NULL: must not be passed on */
} bodies[] = {
    {"container.create", 201, NULL, "{\"Id\":\"a\",\"Warnings\":null}",
	"{\"Id\":\"a\",\"Warnings\":null}"},
    {"container.create", 201, "x", "{\"Id\":\"a\",\"Warnings\":null}",
	"{\"Id\":\"a\",\"Warnings\":[\"sockwarden: F: x (f)\"]}"},
    {"container.create", 201, "x", "{\"Id\":\"a\"}",
	"{\"Id\":\"a\",\"Warnings\":[\"sockwarden: F: x (f)\"]}"},
    {"container.create", 201, "x", "{\"Warnings\":[\"d\"]}",
	"{\"Warnings\":[\"d\",\"sockwarden: F: x (f)\"]}"},
    {"container.create", 201, "x", "[]", NULL},
    {"container.create", 409, "x", "{\"message\":\"in use\"}",
	"{\"message\":\"in use\"}"},
    {"system.version", 200, NULL, "{\"ApiVersion\":\"1.45\"}",
	"{\"ApiVersion\":\"1.45\"}"},
    {"system.version", 200, NULL,
	"{\"ApiVersion\":\"1.99\",\"Components\":[{\"Details\":"
	"{\"ApiVersion\":\"1.99\"}},{}]}",
	"{\"ApiVersion\":\"1.56\",\"Components\":[{\"Details\":"
	"{\"ApiVersion\":\"1.56\"}},{}]}"},
    {"system.version", 200, NULL, "{\"ApiVersion\":\"2.0\"}",
	"{\"ApiVersion\":\"1.56\"}"},
    {"system.version", 200, NULL, "\"x\"", NULL},
};

static void
test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct request req = {.call = call_by_name(bodies[i].call)};
		struct report report;
		struct errmsg err;
		json_t *body = json_of(bodies[i].body), *warnings;

		report_init(&report);
		if (bodies[i].changes != NULL)
			report.changes = json_pack("[{s:s,s:b,s:n,s:s,s:s}]",
			    "field", "F", "before", 1, "after", "filter", "f",
			    "why", bodies[i].changes);
		warnings = report_warnings(&report);
		assert_int_equal(
		    reply_rewrite(&req, warnings, bodies[i].status, body, &err),
		    bodies[i].want != NULL);
		if (bodies[i].want != NULL)
			assert_json(body, bodies[i].want);
		json_decref(body);
		json_decref(warnings);
		report_done(&report);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_hijack),
	    cmocka_unit_test(test_clamp),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
