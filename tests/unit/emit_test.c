/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to the daemon is made of the judged request: no byte of the
 * client's head may be in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/emit.h"
#include "prepare.h"
#include "unit/unit.h"

#define US "Host: docker\r\nUser-Agent: sockwarden/" SOCKWARDEN_VERSION "\r\n"

/* Read line and fields as a client's, and emit it again; NULL if refused. */
static char *
emit(const char *line, const char *fields, enum framing framing,
    long long length)
{
	struct http_request_head head;
	struct request req = {0};
	struct emit_plan plan = {framing, length, &head, true};
	struct buffer out = {NULL, 0, 0, false};
	struct errmsg err;
	char text[4096], *made;
	size_t len = 0;
	int status;
	bool sound;

	(void)snprintf(text, sizeof(text),
	    "%s HTTP/1.1\r\nHost: client.example\r\n%s\r\n", line, fields);
	if (!http_request_head_read(text, strlen(text), &head, &status, &err) ||
	    !prepare_head(&head, &req, &status, &err)) {
		request_done(&req);
		fail_msg("%s: %s", line, err.text);
	}
	sound = emit_head(&out, &req, &plan, &err);
	made = buffer_take(&out, &len);
	assert_non_null(made);
	assert_int_equal(strlen(made), len);
	request_done(&req);
	if (sound)
		return made;
	free(made);
	return NULL;
}

static const struct {
	const char *line, *fields;
	enum framing framing;
	long long length;
	const char *want; /* NULL: cannot be emitted */
} rows[] = {
    {"GET /_ping", "", FRAMING_NONE, 0,
	"GET /_ping HTTP/1.1\r\n" US "Connection: close\r\n\r\n"},
    /* None of these is passed on. */
    {"GET /v1.41/info",
	"User-Agent: evil\r\nX-Forwarded-For: 1.2.3.4\r\nCookie: a=b\r\n"
	"Connection: keep-alive\r\nOrigin: http://evil\r\nRange: bytes=0-1\r\n"
	"Authorization: Basic abc\r\nAccept-Encoding: gzip\r\nTE: trailers\r\n"
	"X-HTTP-Method-Override: DELETE\r\nDocker-Client: x\r\n"
	"Content-Type: text/plain\r\nVersion: x\r\nX-Meta-A: b\r\n",
	FRAMING_NONE, 0,
	"GET /v1.41/info HTTP/1.1\r\n" US "Connection: close\r\n\r\n"},
    /* Escapes are ours. */
    {"GET /v1.41/containers/%77eb/json?%73ize=yes", "", FRAMING_NONE, 0,
	"GET /v1.41/containers/web/json?size=1 HTTP/1.1\r\n" US
	"Connection: close\r\n\r\n"},
    {"GET /v1.41/images/a%2Fb%3Ac/json", "", FRAMING_NONE, 0,
	"GET /v1.41/images/a/b:c/json HTTP/1.1\r\n" US
	"Connection: close\r\n\r\n"},
    /* Framing and type are ours too. */
    {"POST /v1.41/containers/create?name=x",
	"Content-Type: APPLICATION/JSON; charset=UTF-8\r\n"
	"Transfer-Encoding: chunked\r\n",
	FRAMING_LENGTH, 17,
	"POST /v1.41/containers/create?name=x HTTP/1.1\r\n" US
	"Content-Type: application/json\r\nContent-Length: 17\r\n"
	"Connection: close\r\n\r\n"},
    {"POST /v1.41/images/load",
	"Content-Type: text/html\r\nContent-Length: 5\r\n", FRAMING_CHUNKED, 0,
	"POST /v1.41/images/load HTTP/1.1\r\n" US
	"Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n"
	"Connection: close\r\n\r\n"},
    {"POST /v1.41/images/create?fromImage=a",
	"X-Registry-Auth: eyJ1c2VybmFtZSIgOiAidSJ9\r\n", FRAMING_NONE, 0,
	"POST /v1.41/images/create?fromImage=a HTTP/1.1\r\n" US
	"X-Registry-Auth: eyJ1c2VybmFtZSI6InUifQ==\r\n"
	"Connection: close\r\n\r\n"},
    /* Upgrades are of calls that have one, whatever the client asks. */
    {"GET /_ping", "Connection: Upgrade\r\nUpgrade: tcp\r\n", FRAMING_NONE, 0,
	"GET /_ping HTTP/1.1\r\n" US "Connection: close\r\n\r\n"},
    {"POST /v1.41/containers/x/attach?stream=1", "", FRAMING_NONE, 0,
	"POST /v1.41/containers/x/attach?stream=1 HTTP/1.1\r\n" US
	"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"},
    {"POST /v1.41/containers/x/attach?stream=1",
	"Connection: Upgrade\r\nUpgrade: h2c\r\n", FRAMING_NONE, 0,
	"POST /v1.41/containers/x/attach?stream=1 HTTP/1.1\r\n" US
	"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"},
    {"GET /v1.41/containers/x/attach/ws",
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: evil\r\n",
	FRAMING_NONE, 0,
	"GET /v1.41/containers/x/attach/ws HTTP/1.1\r\n" US
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	"Sec-WebSocket-Version: 13\r\n\r\n"},
    {"GET /v1.41/containers/x/attach/ws", "", FRAMING_NONE, 0, NULL},
    {"GET /v1.41/containers/x/attach/ws",
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	"Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n",
	FRAMING_NONE, 0, NULL},
    {"GET /v1.41/containers/x/attach/ws",
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	"Sec-WebSocket-Version: 12\r\n",
	FRAMING_NONE, 0, NULL},
    {"GET /v1.41/containers/x/attach/ws",
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a\tb\r\n",
	FRAMING_NONE, 0, NULL},
    {"POST /v1.41/session",
	"Connection: Upgrade\r\nUpgrade: h2c\r\n"
	"X-Docker-Expose-Session-Uuid: u\r\n"
	"X-Docker-Expose-Session-Evil: e\r\n"
	"X-Docker-Expose-Session-Grpc-Method: a\r\n"
	"x-docker-expose-session-grpc-method: b\r\n",
	FRAMING_NONE, 0,
	"POST /v1.41/session HTTP/1.1\r\n" US
	"Connection: Upgrade\r\nUpgrade: h2c\r\n"
	"X-Docker-Expose-Session-Uuid: u\r\n"
	"X-Docker-Expose-Session-Grpc-Method: a\r\n"
	"X-Docker-Expose-Session-Grpc-Method: b\r\n\r\n"},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *made = emit(rows[i].line, rows[i].fields, rows[i].framing,
		    rows[i].length);

		if (rows[i].want == NULL) {
			if (made != NULL)
				fail_msg("%s: %s", rows[i].line, made);
			continue;
		}
		assert_non_null(made);
		assert_string_equal(made, rows[i].want);
		free(made);
	}
}

static char *
target_of(const struct request *req, bool redacted)
{
	struct buffer out = {NULL, 0, 0, false};
	size_t len;

	emit_target(&out, req, redacted);
	return buffer_take(&out, &len);
}

/* Names that no client can send any more are escaped all the same. */
static void
test_escapes(void **state)
{
	struct request req = {
	    .call = call_by_name("container.inspect"), .minor = 41};
	char *target;

	(void)state;
	req.vars = json_of("{\"container\":\"a\\r\\nb c?d#e%2f\\u00e9\"}");
	req.query = json_of("{}");
	target = target_of(&req, false);
	assert_string_equal(target,
	    "/v1.41/containers/"
	    "a%0D%0Ab%20c%3Fd%23e%252f%C3%A9/json");
	free(target);
	request_done(&req);
}

/* The audit record shows the names of build arguments, not their values. */
static void
test_redacted(void **state)
{
	struct request req = {.call = call_by_name("build"), .minor = 41};
	char *target;

	(void)state;
	req.vars = json_of("{}");
	req.query = json_of("{\"t\":[\"app:1\"],\"buildargs\":{\"TOKEN\":"
			    "\"s3cret\"},\"remote\":\"https://u:s3cret@h/\"}");
	target = target_of(&req, true);
	assert_null(strstr(target, "s3cret"));
	assert_non_null(strstr(target, "TOKEN"));
	assert_non_null(strstr(target, "app%3A1"));
	free(target);
	target = target_of(&req, false);
	assert_non_null(strstr(target, "s3cret"));
	free(target);
	request_done(&req);
}

/* A URL may have a password in it; "-" is no URL. */
static void
test_redacted_source(void **state)
{
	struct request req = {
	    .call = call_by_name("image.import"), .minor = 41};
	char *target;

	(void)state;
	req.vars = json_of("{}");
	req.query = json_of("{\"fromSrc\":\"https://u:s3cret@h/\"}");
	target = target_of(&req, true);
	assert_null(strstr(target, "s3cret"));
	free(target);
	json_decref(req.query);
	req.query = json_of("{\"fromSrc\":\"-\"}");
	target = target_of(&req, true);
	assert_string_equal(target, "/v1.41/images/create?fromSrc=-");
	free(target);
	request_done(&req);
}

/* An exec that is detached does not take over its connection. */
static void
test_detached(void **state)
{
	struct request req = {.call = call_by_name("exec.start")};

	(void)state;
	req.body = json_of("{\"Detach\":true}");
	assert_false(emit_upgrades(&req));
	json_decref(req.body);
	req.body = json_of("{\"Detach\":false}");
	assert_true(emit_upgrades(&req));
	json_decref(req.body);
	req.body = NULL;
	assert_true(emit_upgrades(&req));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_redacted),
	    cmocka_unit_test(test_redacted_source),
	    cmocka_unit_test(test_detached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
