/* SPDX-License-Identifier: Apache-2.0 */
/* half_close_test -- clients and engines that end what they say, and go on
 * hearing (shutdown(2) with SHUT_WR). */
#include "loop/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limit.h"

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define LIST "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n"
#define EVENTS "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n"
#define CREATE                                                                 \
	"POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"                \
	"Content-Type: application/json\r\nContent-Length: 13\r\n\r\n"
#define LOAD                                                                   \
	"POST /v1.41/images/load HTTP/1.1\r\nHost: x\r\n"                      \
	"Content-Type: application/x-tar\r\n"                                  \
	"Transfer-Encoding: chunked\r\n\r\n"
#define ATTACH                                                                 \
	"POST /v1.41/containers/a/attach?stream=1&stdin=1 HTTP/1.1\r\n"        \
	"Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
#define AGREED                                                                 \
	"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"                     \
	"Upgrade: tcp\r\n\r\n"
#define BEGUN "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define TWO "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
#define ABC "3\r\nabc\r\n"
#define SILENCE (LIMIT_HALF_CLOSED_MS / 1000)

/* Say it and nothing more. */
static void
say_last(int fd, const char *text)
{
	say(fd, text);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
}

static void
assert_end(const struct world *world, const char *how)
{
	json_t *record = world_record(world, "\"event\":\"response\"");

	assert_string_equal(
	    json_string_value(json_object_get(record, "end")), how);
	json_decref(record);
}

/* --- calls ---------------------------------------------------------------- */

/* The call is made, its end is passed on, and the whole answer comes back. */
static void
check_call(const char *call, const char *body)
{
	struct world world;
	int client, engine;

	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say_last(client, call);
	engine = world_accept(&world);
	free(hear_head(engine));
	hear_text(engine, body);
	hear_end(engine);
	say(engine, TWO);
	(void)close(engine);
	hear_head_with(client, "HTTP/1.1 200 OK\r\n");
	hear_text(client, "[]");
	hear_end(client);
	(void)close(client);
	assert_end(&world, "complete");
	world_end(&world);
}

static void
test_calls(void **state)
{
	(void)state;
	check_call(LIST, "");
	check_call(LOAD ABC "0\r\n\r\n", ABC "0\r\n\r\n");
}

/* The same for a body that is judged and an answer that is changed. */
static void
test_create(void **state)
{
	struct world world;
	int client, engine;
	char *call;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say_last(client, CREATE "{\"Image\":\"a\"}");
	engine = world_accept(&world);
	call = hear_rest(engine);
	assert_non_null(strstr(call, "{\"Image\":\"a\""));
	free(call);
	say(engine,
	    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
	    "Content-Length: 24\r\n\r\n{\"Id\":\"1\",\"Warnings\":[]}");
	(void)close(engine);
	call = hear_rest(client);
	assert_memory_equal(call, "HTTP/1.1 201 ", 13);
	assert_non_null(strstr(call, "\"Id\""));
	free(call);
	(void)close(client);
	assert_end(&world, "complete");
	world_end(&world);
}

/* What is not whole is no call. */
static void
test_calls_that_are_cut_short(void **state)
{
	static const char *const begun[] = {
	    "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n",
	    CREATE "{\"Image\":"};
	struct world world;
	int client;

	(void)state;
	world_start(&world, ALL, NULL);
	for (size_t i = 0; i < 2; i++) {
		client = world_connect(&world);
		say_last(client, begun[i]);
		hear_end(client);
		(void)close(client);
	}
	json_decref(world_record(&world, "\"verdict\":\"refuse\""));
	assert_true(is_silent(world.engine));
	world_end(&world);
}

/* The engine must not take what it got for the whole. */
static void
test_upload_that_is_cut_short(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say_last(client, LOAD ABC);
	engine = world_accept(&world);
	free(hear_head(engine));
	hear_text(engine, ABC);
	hear_end(engine);
	hear_head_with(client, "HTTP/1.1 400 ");
	(void)close(engine);
	(void)close(client);
	json_decref(world_record(&world, "\"status\":400"));
	world_end(&world);
}

/* --- how long ------------------------------------------------------------- */

/* Nothing tells whether a client that says nothing any more is still there. */
static void
test_silence_after_the_end(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say_last(client, EVENTS);
	engine = world_accept(&world);
	free(hear_head(engine));
	hear_end(engine);
	say(engine, BEGUN);
	free(hear_head(client));
	world_pass_time(&world, SILENCE + 1);
	hear_end(client);
	(void)close(client);
	(void)close(engine);
	assert_end(&world, "half-closed and silent");
	world_end(&world);
}

/* An answer that goes on is not silent, however long it is. */
static void
test_long_answer_after_the_end(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say_last(client, EVENTS);
	engine = world_accept(&world);
	free(hear_head(engine));
	hear_end(engine);
	say(engine, BEGUN);
	free(hear_head(client));
	for (int i = 0; i < 4; i++) {
		world_pass_time(&world, SILENCE - 60);
		world_rest(&world);
		say(engine, ABC);
		hear_text(client, ABC);
	}
	say(engine, "0\r\n\r\n");
	hear_text(client, "0\r\n\r\n");
	hear_end(client);
	(void)close(engine);
	(void)close(client);
	assert_end(&world, "complete");
	world_end(&world);
}

/* --- tunnels -------------------------------------------------------------- */

static void
open_tunnel(struct world *world, int *client, int *engine)
{
	world_start(world, ALL, NULL);
	*client = world_connect(world);
	say(*client, ATTACH);
	*engine = world_accept(world);
	free(hear_head(*engine));
	say(*engine, AGREED);
	free(hear_head(*client));
}

/* The other one has as long as it says something. */
static void
check_tunnel(bool client_first)
{
	struct world world;
	int client, engine, first, second;

	open_tunnel(&world, &client, &engine);
	first = client_first ? client : engine;
	second = client_first ? engine : client;
	say_last(first, "last words");
	hear_text(second, "last words");
	hear_end(second);
	for (int i = 0; i < 4; i++) {
		world_pass_time(&world, SILENCE - 60);
		world_rest(&world);
		say(second, "more");
		hear_text(first, "more");
	}
	(void)close(second);
	hear_end(first);
	(void)close(first);
	assert_end(&world, "complete");
	world_end(&world);
}

static void
test_tunnels(void **state)
{
	(void)state;
	check_tunnel(true);
	check_tunnel(false);
}

/* Without an end, a tunnel may be silent for days. */
static void
test_silent_tunnel(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	open_tunnel(&world, &client, &engine);
	world_pass_time(&world, 7 * 86400L);
	world_rest(&world);
	say(engine, "out");
	hear_text(client, "out");
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	hear_end(engine);
	world_pass_time(&world, SILENCE + 1);
	hear_end(client);
	(void)close(engine);
	(void)close(client);
	assert_end(&world, "half-closed and silent");
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_calls),
	    cmocka_unit_test(test_create),
	    cmocka_unit_test(test_calls_that_are_cut_short),
	    cmocka_unit_test(test_upload_that_is_cut_short),
	    cmocka_unit_test(test_silence_after_the_end),
	    cmocka_unit_test(test_long_answer_after_the_end),
	    cmocka_unit_test(test_tunnels),
	    cmocka_unit_test(test_silent_tunnel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
