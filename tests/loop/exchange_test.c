/* SPDX-License-Identifier: Apache-2.0 */
/* exchange_test -- calls on a real event loop: what reaches the engine, what
 * comes back, and what happens when a side misbehaves. */
#include "loop/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define ALL_PRIVILEGED "{\"calls\": {\"allow\": [\"*\"]}, \"privileged\": {}}"
#define LIST "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n"
#define TWO                                                                    \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"                \
	"Content-Length: 2\r\n\r\n[]"

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void
has_not(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("\"%s\" is in \"%s\"", part, text);
}

/* Hear a refusal: its status, and a part of its message. */
static void
hear_refusal(int fd, const char *status, const char *part)
{
	char *head = hear_head(fd), *body;
	const char *length = strstr(head, "Content-Length: ");

	has(head, status);
	has(head, "Content-Type: application/json\r\n");
	assert_non_null(length);
	body = hear(fd, (size_t)strtoul(length + 16, NULL, 10));
	has(body, "{\"message\": \"sockwarden: ");
	has(body, part);
	free(body);
	free(head);
}

/* A whole plain call, which proves that all before it is dealt with. */
static void
make_call(const struct world *world)
{
	int client = world_connect(world), engine;

	say(client, LIST "\r\n");
	engine = world_accept(world);
	hear_head_with(engine, "GET /v1.41/containers/json HTTP/1.1\r\n");
	say(engine, TWO);
	(void)close(engine);
	hear_head_with(client, "HTTP/1.1 200 OK\r\n");
	hear_text(client, "[]");
	(void)close(client);
}

/* --- the way there -------------------------------------------------------- */

static void
test_head_is_made_anew(void **state)
{
	struct world world;
	int client, engine;
	char *head;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client,
	    "GET /v1.41/containers/json?limit=%31&all=true HTTP/1.1\r\n"
	    "Host: docker\r\nUser-Agent: evil\r\nX-Forwarded-For: 1.2.3.4\r\n"
	    "X-Original-URL: /secrets\r\n\r\n");
	engine = world_accept(&world);
	head = hear_head(engine);
	has(head, "GET /v1.41/containers/json?");
	has(head, "limit=1");
	has_not(head, "evil");
	has_not(head, "1.2.3.4");
	has_not(head, "/secrets");
	free(head);
	say(engine, TWO);
	(void)close(engine);
	hear_head_with(client, "200 OK");
	hear_text(client, "[]");
	(void)close(client);
	world_end(&world);
}

static void
test_calls_follow_each_other(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client,
	    LIST "\r\nGET /v1.41/images/json HTTP/1.1\r\nHost: x\r\n\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/json");
	/* The second waits for the end of the first. */
	assert_true(is_silent(world.engine));
	say(engine, TWO);
	(void)close(engine);
	engine = world_accept(&world);
	hear_head_with(engine, "/images/json");
	say(engine, TWO);
	(void)close(engine);
	for (int i = 0; i < 2; i++) {
		hear_head_with(client, "200 OK");
		hear_text(client, "[]");
	}
	(void)close(client);
	world_end(&world);
}

static void
test_create_is_rewritten(void **state)
{
	static const char body[] = "{\"Image\":\"a\",\"HostConfig\":"
				   "{\"Privileged\":true}}";
	static const char answer[] = "{\"Id\":\"1\",\"Warnings\":[]}";
	struct world world;
	int client, engine;
	char *head, *text;

	(void)state;
	world_start(&world, ALL_PRIVILEGED, NULL);
	client = world_connect(&world);
	(void)dprintf(client,
	    "POST /v1.41/containers/create?name=web HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    strlen(body), body);
	engine = world_accept(&world);
	head = hear_head(engine);
	has(head, "POST /v1.41/containers/create?name=web HTTP/1.1\r\n");
	text = hear(engine,
	    (size_t)strtoul(strstr(head, "Content-Length: ") + 16, NULL, 10));
	has(text, "\"Privileged\":false");
	has_not(text, "true");
	free(text);
	free(head);
	json_decref(world_record(&world, "\"verdict\":\"rewrite\""));
	(void)dprintf(engine,
	    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    strlen(answer), answer);
	(void)close(engine);
	head = hear_head(client);
	has(head, "HTTP/1.1 201 ");
	text = hear(client,
	    (size_t)strtoul(strstr(head, "Content-Length: ") + 16, NULL, 10));
	has(text, "sockwarden: HostConfig.Privileged (--privileged): ");
	free(text);
	free(head);
	(void)close(client);
	world_end(&world);
}

static void
test_unversioned_call_is_pinned(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "GET /_ping HTTP/1.1\r\n");
	say(engine,
	    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n"
	    "Content-Length: 2\r\n\r\nOK");
	(void)close(engine);
	engine = world_accept(&world);
	hear_head_with(engine, "GET /v1.41/containers/json HTTP/1.1\r\n");
	say(engine, TWO);
	(void)close(engine);
	hear_head_with(client, "200 OK");
	hear_text(client, "[]");
	(void)close(client);
	world_end(&world);
}

/* An older version makes nothing read-only below; the engine is asked whether it
 * knows a newer one. */
static void
test_old_version_is_raised(void **state)
{
	static const char body[] =
	    "{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"/:/x:ro\"]}}";
	static const struct {
		const char *newest, *line;
	} rows[] = {
	    {"1.51", "POST /v1.44/containers/create HTTP/1.1\r\n"},
	    {"1.41", "POST /v1.41/containers/create HTTP/1.1\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world world;
		int client, engine;

		world_start(&world,
		    "{\"calls\": {\"allow\": [\"*\"]}, \"mounts\": {\"allow\": "
		    "[{\"source\": \"/\"}]}}",
		    NULL);
		client = world_connect(&world);
		(void)dprintf(client,
		    "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    sizeof(body) - 1, body);
		engine = world_accept(&world);
		hear_head_with(engine, "GET /_ping HTTP/1.1\r\n");
		(void)dprintf(engine,
		    "HTTP/1.1 200 OK\r\nApi-Version: %s\r\n"
		    "Content-Length: 2\r\n\r\nOK",
		    rows[i].newest);
		(void)close(engine);
		engine = world_accept(&world);
		hear_head_with(engine, rows[i].line);
		(void)close(engine);
		(void)close(client);
		world_end(&world);
	}
}

/* --- uploads -------------------------------------------------------------- */

#define LOAD                                                                   \
	"POST /v1.41/images/load HTTP/1.1\r\nHost: x\r\n"                      \
	"Content-Type: application/x-tar\r\nTransfer-Encoding: "               \
	"chunked\r\n\r\n"

static void
test_chunks_are_made_anew(void **state)
{
	static const char sent[] = LOAD "003\r\nabc\r\n0\r\n\r\n";
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	for (size_t i = 0; i < sizeof(sent) - 1; i++)
		say_bytes(client, sent + i, 1);
	engine = world_accept(&world);
	hear_head_with(engine, "Transfer-Encoding: chunked\r\n");
	hear_text(engine, "3\r\nabc\r\n0\r\n\r\n");
	say(engine, TWO);
	(void)close(engine);
	hear_head_with(client, "200 OK");
	(void)close(client);
	world_end(&world);
}

static void
test_broken_chunk_ends_the_upload(void **state)
{
	struct world world;
	int client, engine;
	char *rest;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, LOAD "3\r\nabc\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "POST /v1.41/images/load");
	hear_text(engine, "3\r\nabc\r\n");
	say(client, "3;evil=1\r\nabc\r\n");
	/* The engine must not take what came for the whole. */
	rest = hear_rest(engine);
	assert_string_equal(rest, "");
	free(rest);
	hear_refusal(client, "HTTP/1.1 400 ", "chunk");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

static void
test_answer_before_the_upload_is_over(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, LOAD "3\r\nabc\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "POST /v1.41/images/load");
	say(engine, "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno");
	(void)close(engine);
	hear_head_with(client, "Connection: close\r\n");
	hear_text(client, "no");
	(void)close(client);
	make_call(&world);
	world_end(&world);
}

static void
test_continue_is_said_when_allowed(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client,
	    "POST /v1.41/images/load HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/x-tar\r\nContent-Length: 3\r\n"
	    "Expect: 100-continue\r\n\r\n");
	hear_text(client, "HTTP/1.1 100 Continue\r\n\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "Content-Length: 3\r\n");
	say(client, "abc");
	hear_text(engine, "abc");
	say(engine, TWO);
	hear_head_with(client, "200 OK");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* --- refusals ------------------------------------------------------------- */

static void
test_refusal_with_a_body_still_coming(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(
	    &world, "{\"calls\": {\"allow\": [\"container.list\"]}}", NULL);
	client = world_connect(&world);
	say(client,
	    "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: 50000\r\n\r\n{");
	hear_refusal(client, "HTTP/1.1 403 ", "calls: ");
	(void)close(client);
	json_decref(world_record(&world, "\"verdict\":\"deny\""));
	make_call(&world);
	world_end(&world);
}

static void
test_refusal_keeps_the_connection(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(
	    &world, "{\"calls\": {\"allow\": [\"container.list\"]}}", NULL);
	client = world_connect(&world);
	say(client, "GET /v1.41/info HTTP/1.1\r\nHost: x\r\n\r\n");
	hear_refusal(client, "HTTP/1.1 403 ", "system.info");
	say(client, LIST "\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/json");
	say(engine, TWO);
	hear_head_with(client, "200 OK");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* Refused by its head, with its body behind: what follows is the next call, and
 * the body never is. */
static void
test_refusal_behind_its_body(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(
	    &world, "{\"calls\": {\"allow\": [\"container.list\"]}}", NULL);
	client = world_connect(&world);
	say(client,
	    "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\nContent-Length: 32\r\n\r\n"
	    "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n" LIST "\r\n");
	hear_refusal(client, "HTTP/1.1 403 ", "container.create");
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/json");
	say(engine, TWO);
	hear_head_with(client, "200 OK");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

static void
test_head_has_no_body_when_refused(void **state)
{
	struct world world;
	int client;
	char *rest;

	(void)state;
	world_start(&world, "{\"calls\": {\"allow\": []}}", NULL);
	client = world_connect(&world);
	say(client,
	    "HEAD /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	    "\r\n");
	hear_head_with(client, "HTTP/1.1 403 ");
	rest = hear_rest(client);
	assert_string_equal(rest, "");
	free(rest);
	(void)close(client);
	world_end(&world);
}

static void
test_nothing_is_sent_that_cannot_be_recorded(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, ALL, "{\"audit\": {\"path\": \"/dev/full\"}}");
	client = world_connect(&world);
	say(client, LIST "\r\n");
	hear_refusal(client, "HTTP/1.1 503 ", "could not be recorded");
	assert_true(is_silent(world.engine));
	(void)close(client);
	world_end(&world);
}

static void
test_client_that_leaves_in_its_body(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client,
	    "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: 100\r\n\r\n{\"Image\":");
	(void)close(client);
	json_decref(world_record(&world, "\"verdict\":\"refuse\""));
	make_call(&world);
	world_end(&world);
}

/* Bytes that are no text are refused with words, and on record as they were. */
static void
test_refusals_of_bytes(void **state)
{
	static const struct {
		const char *line, *told, *recorded;
	} rows[] = {
	    {"GET /v1.41/containers/json?%ff=1 HTTP/1.1\r\n", "\\\"?\\\"",
		"\"target\":\"/v1.41/containers/json\""},
	    {"GET /\xff\\ HTTP/1.1\r\n", "", "\"target\":\"/\\\\xff"},
	};
	struct world world;

	(void)state;
	world_start(&world, ALL, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int client = world_connect(&world);

		say(client, rows[i].line);
		say(client, "Host: d\r\n\r\n");
		hear_refusal(client, "HTTP/1.1 400 ", rows[i].told);
		json_decref(world_record(&world, rows[i].recorded));
		(void)close(client);
	}
	world_end(&world);
}

static void
test_slow_head(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, ALL, "{\"timeouts\": {\"head\": \"200ms\"}}");
	client = world_connect(&world);
	say(client, "GET /v1.41/info HT");
	hear_refusal(client, "HTTP/1.1 408 ", "in time");
	(void)close(client);
	world_end(&world);
}

static void
test_too_many_connections_of_one_caller(void **state)
{
	struct world world;
	int clients[3];

	(void)state;
	world_start(
	    &world, ALL, "{\"limits\": {\"connections_per_caller\": 2}}");
	for (int i = 0; i < 3; i++)
		clients[i] = world_connect(&world);
	hear_refusal(clients[2], "HTTP/1.1 503 ", "too many connections");
	for (int i = 0; i < 3; i++)
		(void)close(clients[i]);
	world_end(&world);
}

/* --- engines -------------------------------------------------------------- */

static void
test_engine_that_is_down(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, ALL, NULL);
	world_engine_gone(&world);
	client = world_connect(&world);
	say(client, LIST "\r\n");
	hear_refusal(client, "HTTP/1.1 502 ", "does not answer");
	(void)close(client);
	world_end(&world);
}

static void
test_engine_that_talks_nonsense(void **state)
{
	static const char *const answers[] = {"SSH-2.0-x\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n",
	    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"
	    "Upgrade: tcp\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n"};
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		client = world_connect(&world);
		say(client, LIST "\r\n");
		engine = world_accept(&world);
		free(hear_head(engine));
		say(engine, answers[i]);
		(void)close(engine);
		hear_refusal(client, "HTTP/1.1 502 ", "");
		(void)close(client);
	}
	world_end(&world);
}

static void
test_answer_that_is_cut_short(void **state)
{
	struct world world;
	int client, engine;
	char *rest;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, LIST "\r\n");
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n");
	(void)close(engine);
	hear_head_with(client, "Transfer-Encoding: chunked\r\n");
	rest = hear_rest(client);
	assert_string_equal(rest, "3\r\nabc\r\n");
	free(rest);
	(void)close(client);
	json_decref(world_record(&world, "cut short"));
	world_end(&world);
}

static void
test_endless_answer_ends_with_its_reader(void **state)
{
	struct world world;
	int client, engine;
	char *rest;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n");
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n");
	free(hear_head(client));
	hear_text(client, "3\r\nabc\r\n");
	(void)close(client);
	rest = hear_rest(engine);
	assert_string_equal(rest, "");
	free(rest);
	(void)close(engine);
	world_end(&world);
}

static void
test_location_and_versions_do_not_pass(void **state)
{
	struct world world;
	int client, engine;
	char *head;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "GET /_ping HTTP/1.1\r\n");
	say(engine,
	    "HTTP/1.1 200 OK\r\nApi-Version: 1.99\r\n"
	    "Location: http://elsewhere/\r\nContent-Length: 2\r\n\r\nOK");
	head = hear_head(client);
	has(head, "Api-Version: 1.56\r\n");
	has_not(head, "elsewhere");
	free(head);
	hear_text(client, "OK");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head_is_made_anew),
	    cmocka_unit_test(test_calls_follow_each_other),
	    cmocka_unit_test(test_create_is_rewritten),
	    cmocka_unit_test(test_unversioned_call_is_pinned),
	    cmocka_unit_test(test_old_version_is_raised),
	    cmocka_unit_test(test_chunks_are_made_anew),
	    cmocka_unit_test(test_broken_chunk_ends_the_upload),
	    cmocka_unit_test(test_answer_before_the_upload_is_over),
	    cmocka_unit_test(test_continue_is_said_when_allowed),
	    cmocka_unit_test(test_refusal_with_a_body_still_coming),
	    cmocka_unit_test(test_refusal_keeps_the_connection),
	    cmocka_unit_test(test_refusal_behind_its_body),
	    cmocka_unit_test(test_head_has_no_body_when_refused),
	    cmocka_unit_test(test_nothing_is_sent_that_cannot_be_recorded),
	    cmocka_unit_test(test_client_that_leaves_in_its_body),
	    cmocka_unit_test(test_refusals_of_bytes),
	    cmocka_unit_test(test_slow_head),
	    cmocka_unit_test(test_too_many_connections_of_one_caller),
	    cmocka_unit_test(test_engine_that_is_down),
	    cmocka_unit_test(test_engine_that_talks_nonsense),
	    cmocka_unit_test(test_answer_that_is_cut_short),
	    cmocka_unit_test(test_endless_answer_ends_with_its_reader),
	    cmocka_unit_test(test_location_and_versions_do_not_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
