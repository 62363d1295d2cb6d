/* SPDX-License-Identifier: Apache-2.0 */
/* From a head and a body to a request that can be judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "prepare.h"
#include "unit/unit.h"

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define SIZED "Content-Length: 5\r\n"

static bool
prepare(const char *line, const char *fields, struct request *req, int *status,
    struct errmsg *err)
{
	/* What head points into must outlive it. */
	static char text[4096];
	static struct http_request_head head;

	(void)snprintf(text, sizeof(text),
	    "%s HTTP/1.1\r\nHost: docker\r\n%s\r\n", line, fields);
	memset(req, 0, sizeof(*req));
	*status = 0;
	if (!http_request_head_read(text, strlen(text), &head, status, err))
		fail_msg("%s: %s", line, err->text);
	return prepare_head(&head, req, status, err);
}

static const struct {
	const char *line, *fields;
	int status; /* 0: accepted */
	const char *call;
	int minor;
} rows[] = {
    {"GET /_ping", "", 0, "system.ping", 0},
    {"GET /v1.41/_ping", "", 0, "system.ping", 41},
    {"GET /v1.41/containers/json?all=1", "", 0, "container.list", 41},
    {"GET /v1.23/containers/json", "", 400, NULL, 0},
    {"GET /nothing", "", 403, NULL, 0},
    {"GET /debug/vars", "", 403, NULL, 0},
    {"GET /v1.41/containers/busybox:latest/json", "", 404, NULL, 0},
    {"GET /v1.41/containers/library/busybox/json", "", 404, NULL, 0},
    {"GET /v1.41/containers/", "", 403, NULL, 0},
    {"POST /v1.41/containers/busybox:latest/start", "", 403, NULL, 0},
    {"GET /containers/json?%00=1", "", 400, NULL, 0},
    {"GET //containers/json", "", 400, NULL, 0},
    /* Types: a form would be read as the query. */
    {"POST /v1.41/containers/create", JSON SIZED, 0, "container.create", 41},
    {"POST /v1.41/containers/create", SIZED, 0, "container.create", 41},
    {"POST /v1.41/containers/create",
	"Content-Type: application/json;charset=utf-8\r\n" SIZED, 0,
	"container.create", 41},
    {"POST /v1.41/containers/create",
	"Content-Type: application/jsonx\r\n" SIZED, 415, NULL, 0},
    {"POST /v1.41/containers/create", "Content-Type: text/plain\r\n" SIZED, 415,
	NULL, 0},
    {"POST /v1.41/containers/create", FORM SIZED, 415, NULL, 0},
    {"POST /v1.41/containers/x/kill", FORM, 415, NULL, 0},
    {"POST /v1.41/containers/x/kill", FORM SIZED, 415, NULL, 0},
    {"POST /v1.41/containers/x/kill",
	"Content-Type: APPLICATION/X-WWW-FORM-URLENCODED; a=b\r\n" SIZED, 415,
	NULL, 0},
    {"POST /v1.41/images/create?fromImage=a", FORM SIZED, 415, NULL, 0},
    {"POST /v1.41/build", FORM SIZED, 415, NULL, 0},
    {"POST /v1.41/build",
	"Content-Type: multipart/form-data; boundary=x\r\n" SIZED, 415, NULL,
	0},
    {"PUT /v1.41/containers/x/archive?path=/", FORM SIZED, 415, NULL, 0},
    {"POST /v1.41/build", "Content-Type: application/tar\r\n" SIZED, 0, "build",
	41},
    /* One call or the other, not both. */
    {"POST /v1.41/images/create?fromImage=a", "", 0, "image.pull", 41},
    {"POST /v1.41/images/create?fromSrc=-", "", 0, "image.import", 41},
    {"POST /v1.41/images/create?from%53rc=-", "", 0, "image.import", 41},
    {"POST /v1.41/images/create?fromSrc=-&fromImage=a", "", 400, NULL, 0},
    {"POST /v1.41/images/create?fromSrc=&fromImage=a", "", 400, NULL, 0},
    {"POST /v1.41/images/create?fromImage=a&from%53rc=-", "", 400, NULL, 0},
    /* Registry headers are read wherever they come. */
    {"POST /v1.41/images/create?fromImage=a", "X-Registry-Auth: !\r\n", 400,
	NULL, 0},
};

static void
test_head(void **state)
{
	struct request req;
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool done = prepare(
		    rows[i].line, rows[i].fields, &req, &status, &err);

		if (done != (rows[i].status == 0) ||
		    (!done && status != rows[i].status))
			fail_msg("%s: %d %s", rows[i].line, status,
			    done ? req.call->name : err.text);
		/* It says what to send, which for a tar is not JSON. */
		if (!done && status == 415)
			assert_string_equal(err.text,
			    strstr(rows[i].line, "/build") != NULL ||
				    strstr(rows[i].line, "/archive") != NULL
				? "send Content-Type: application/x-tar"
				: "send Content-Type: application/json");
		if (done) {
			assert_string_equal(req.call->name, rows[i].call);
			assert_int_equal(req.minor, rows[i].minor);
			assert_non_null(req.query);
			assert_non_null(req.headers);
		}
		request_done(&req);
	}
}

static const struct {
	const char *line, *body;
	int status; /* 0: accepted */
	const char *want; /* NULL: no body */
} bodies[] = {
    {"POST /v1.41/containers/create", "{\"Image\":\"a\"}", 0,
	"{\"Image\":\"a\",\"HostConfig\":{}}"},
    {"POST /v1.41/containers/create", "{\"Image\":\"a\",\"HostConfig\":null}",
	0, "{\"Image\":\"a\",\"HostConfig\":{}}"},
    {"POST /v1.41/containers/create", "", 400, NULL},
    {"POST /v1.41/containers/create", "null", 400, NULL},
    {"POST /v1.41/containers/create", "[]", 400, NULL},
    {"POST /v1.41/containers/create", "{\"image\":\"a\"}", 400, NULL},
    {"POST /v1.41/containers/create", "{\"Image\":\"a\"}{}", 400, NULL},
    /* What older daemons read at the top has no place there. */
    {"POST /v1.41/containers/create", "{\"Image\":\"a\",\"Privileged\":true}",
	400, NULL},
    {"POST /v1.41/containers/create", "{\"Image\":\"a\",\"Binds\":[\"/:/h\"]}",
	400, NULL},
    {"POST /v1.41/containers/create", "{\"Image\":\"a\",\"Cpuset\":\"0\"}", 400,
	NULL},
    /* Calls without a body: what some clients send all the same. */
    {"POST /v1.41/containers/x/start", "", 0, NULL},
    {"POST /v1.41/containers/x/start", "{}", 0, NULL},
    {"POST /v1.41/containers/x/start", "{\"Privileged\":true}", 400, NULL},
    {"POST /v1.41/containers/x/start", "{\"Binds\":[\"/:/h\"]}", 400, NULL},
    {"POST /v1.41/containers/x/stop", "{\"t\":5}", 0, NULL},
    {"POST /v1.41/containers/x/attach", "{\"hijack\":true}", 0, NULL},
    {"POST /v1.41/containers/x/start", "{\"host Config\":{}}", 400, NULL},
    {"POST /v1.41/containers/x/kill", "signal=KILL", 400, NULL},
    {"POST /v1.41/containers/x/kill", "{\"a\":1,\"a\":2}", 400, NULL},
    {"POST /v1.41/containers/x/kill", "[]", 400, NULL},
    {"POST /v1.41/exec/x/start", "{\"Detach\":false,\"Tty\":true}", 0,
	"{\"Detach\":false,\"Tty\":true}"},
    {"POST /v1.41/exec/x/start", "null\n", 0, NULL},
};

/* However harmless: what no call has is not worth reading. */
static void
test_long_body(void **state)
{
	static const char body[] = "{\"name\":\"web\"}";
	char *longer = calloc(1, 1 << 16);
	struct request req;
	struct errmsg err;
	int status;

	(void)state;
	assert_non_null(longer);
	memset(longer, ' ', (1 << 16) - 1);
	memcpy(longer, body, strlen(body));
	if (!prepare(
		"POST /v1.41/containers/x/start", JSON, &req, &status, &err))
		fail_msg("%s", err.text);
	assert_true(prepare_body(
	    &req, longer, 1 << 10, 1 << 20, UNKNOWN_REJECT, &status, &err));
	assert_false(prepare_body(&req, longer, (1 << 16) - 1, 1 << 20,
	    UNKNOWN_REJECT, &status, &err));
	assert_int_equal(status, 400);
	request_done(&req);
	free(longer);
}

static void
test_bodies(void **state)
{
	struct request req;
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		bool done;

		if (!prepare(bodies[i].line, JSON, &req, &status, &err))
			fail_msg("%s: %s", bodies[i].line, err.text);
		done = prepare_body(&req, bodies[i].body,
		    strlen(bodies[i].body), 1 << 20, UNKNOWN_REJECT, &status,
		    &err);
		if (done != (bodies[i].status == 0) ||
		    (!done && status != bodies[i].status))
			fail_msg("%s: %d %s", bodies[i].body, status,
			    done ? "accepted" : err.text);
		if (done && bodies[i].want != NULL)
			assert_json(req.body, bodies[i].want);
		else
			assert_null(req.body);
		request_done(&req);
	}
}

static void
test_too_large(void **state)
{
	static const char body[] = "{\"Image\":\"a\"}";
	struct request req;
	struct errmsg err;
	int status;

	(void)state;
	assert_true(prepare(
	    "POST /v1.41/containers/create", JSON, &req, &status, &err));
	assert_false(prepare_body(&req, body, sizeof(body) - 1,
	    sizeof(body) - 2, UNKNOWN_REJECT, &status, &err));
	assert_int_equal(status, 413);
	assert_true(prepare_body(&req, body, sizeof(body) - 1, sizeof(body) - 1,
	    UNKNOWN_REJECT, &status, &err));
	request_done(&req);
}

static void
test_collects(void **state)
{
	struct request req;
	struct errmsg err;
	int status;

	(void)state;
	assert_true(prepare("POST /v1.41/build", "", &req, &status, &err));
	assert_false(prepare_collects(&req));
	request_done(&req);
	assert_true(
	    prepare("POST /v1.41/containers/x/kill", "", &req, &status, &err));
	assert_true(prepare_collects(&req));
	request_done(&req);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_bodies),
	    cmocka_unit_test(test_long_body),
	    cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_collects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
