/* SPDX-License-Identifier: Apache-2.0 */
/* facts_test -- what the engine is asked before a call on a thing is judged,
 * and that no call is made on an answer that is missing. */
#include "loop/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limit.h"

#define OWNER "{\"calls\": {\"allow\": [\"*\"]}, \"owner\": {}}"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define STOP                                                                   \
	"POST /v1.41/containers/web/stop HTTP/1.1\r\nHost: x\r\n"              \
	"Content-Length: 0\r\n\r\n"
#define WEB(team)                                                              \
	"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":{\"Labels\":"         \
	"{\"sockwarden.team\":\"" team "\"}}}"
#define OURS WEB("testers")

/* Hear a refusal, with this status and text. */
static void
hear_refusal(int client, const char *status, const char *text)
{
	char *head = hear_head(client), *body;
	const char *length = strstr(head, "Content-Length: ");

	if (strstr(head, status) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", status, head);
	assert_non_null(length);
	body = hear(client, (size_t)strtoul(length + 16, NULL, 10));
	if (strstr(body, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, body);
	free(body);
	free(head);
}

/* As the engine: be asked for path, and answer. */
static void
answer(
    const struct world *world, const char *path, int status, const char *body)
{
	int engine = world_accept(world);
	char line[256];

	(void)snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\n", path);
	hear_head_with(engine, line);
	(void)dprintf(engine,
	    "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
	    status, strlen(body), body);
	(void)close(engine);
}

/* As the engine: be told to do this, and do. */
static void
serve(const struct world *world, const char *line)
{
	int engine = world_accept(world);

	hear_head_with(engine, line);
	say(engine, "HTTP/1.1 204 No Content\r\n\r\n");
	(void)close(engine);
}

static void
test_the_id_is_sent_on(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	/* Twice: the first answer is not for the second call. */
	for (int i = 0; i < 2; i++) {
		say(client, STOP);
		answer(&world, "/containers/web/json", 200, OURS);
		serve(&world, "POST /v1.41/containers/" ID "/stop ");
		hear_head_with(client, "HTTP/1.1 204 ");
	}
	say(client, STOP);
	answer(&world, "/containers/web/json", 200, WEB("others"));
	hear_refusal(client, "HTTP/1.1 404 ", "No such container: web");
	assert_true(is_silent(world.engine));
	(void)close(client);
	world_end(&world);
}

/* A connection that carried an answer carries the call, and the next question;
 * where the engine has closed it meanwhile, the question is asked on another. */
static void
test_one_connection(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, STOP);
	engine = world_accept(&world);
	for (int i = 0; i < 3; i++) {
		if (i > 0)
			say(client, STOP);
		hear_head_with(engine, "GET /containers/web/json HTTP/1.1\r\n");
		(void)dprintf(engine,
		    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
		    strlen(OURS), OURS);
		hear_head_with(engine, "POST /v1.41/containers/" ID "/stop ");
		say(engine, "HTTP/1.1 204 No Content\r\n\r\n");
		hear_head_with(client, "HTTP/1.1 204 ");
	}
	assert_true(is_silent(world.engine));
	(void)close(engine);
	say(client, STOP);
	answer(&world, "/containers/web/json", 200, OURS);
	serve(&world, "POST /v1.41/containers/" ID "/stop ");
	hear_head_with(client, "HTTP/1.1 204 ");
	(void)close(client);
	world_end(&world);
}

static void
test_anothers_is_not_there(void **state)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
	    {200, WEB("others")},
	    {200, WEB("")},
	    {404, "{\"message\":\"No such container: web\"}"},
	    {200, "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":{}}"},
	};
	struct world world;
	json_t *record;
	int client;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		say(client, STOP);
		answer(&world, "/containers/web/json", rows[i].status,
		    rows[i].body);
		hear_refusal(
		    client, "HTTP/1.1 404 ", "owner: No such container: web");
	}
	assert_true(is_silent(world.engine));
	record = world_record(&world, "\"deny\"");
	assert_string_equal(
	    json_string_value(json_object_get(record, "field")), "{container}");
	json_decref(record);
	(void)close(client);
	world_end(&world);
}

static void
test_no_answer_no_call(void **state)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
	    {500, "{\"message\":\"x\"}"},
	    {200, ""},
	    {200, "[]"},
	    {200, "{}"},
	    {200, "{\"Id\":\"../x\",\"Name\":\"/web\"}"},
	    {200, "{\"Id\":\"" ID "\",\"Id\":\"" ID "\",\"Name\":\"/web\"}"},
	    {302, OURS},
	};
	struct world world;
	int client;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		say(client, STOP);
		answer(&world, "/containers/web/json", rows[i].status,
		    rows[i].body);
		hear_refusal(client, "HTTP/1.1 500 ", "did not say whose");
	}
	assert_true(is_silent(world.engine));
	(void)close(client);
	world_end(&world);
}

static void
test_engine_that_hangs_up(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, STOP);
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/web/json");
	(void)close(engine);
	hear_refusal(client, "HTTP/1.1 500 ", "did not say whose");
	say(client, STOP);
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/web/json");
	say(engine, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"Id\"");
	(void)close(engine);
	hear_refusal(client, "HTTP/1.1 500 ", "did not say whose");
	(void)close(client);
	world_end(&world);
}

static void
test_engine_that_is_silent(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, STOP);
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/web/json");
	world_rest(&world);
	world_pass_time(&world, 3600);
	hear_refusal(client, "HTTP/1.1 500 ", "did not say whose");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

static void
test_answer_without_end(void **state)
{
	static char junk[64 * 1024];
	struct world world;
	int client, engine;
	size_t sent = 0;
	ssize_t n;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, STOP);
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/web/json");
	say(engine, "HTTP/1.1 200 OK\r\n\r\n");
	memset(junk, ' ', sizeof(junk));
	do {
		n = send(engine, junk, sizeof(junk), MSG_NOSIGNAL);
		sent += n > 0 ? (size_t)n : 0;
	} while (n > 0 && sent < 64 * LIMIT_REPLY_JSON);
	assert_true(sent < 64 * LIMIT_REPLY_JSON);
	hear_refusal(client, "HTTP/1.1 500 ", "did not say whose");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

static void
test_client_that_leaves(void **state)
{
	static const char gone[] =
	    "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n";
	struct world world;
	int client, engine;
	char *rest;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, STOP);
	engine = world_accept(&world);
	hear_head_with(engine, "/containers/web/json");
	(void)close(client);
	/* The question may have ended with it; the guard must live. */
	(void)send(engine, gone, sizeof(gone) - 1, MSG_NOSIGNAL);
	rest = hear_rest(engine);
	free(rest);
	(void)close(engine);
	client = world_connect(&world);
	say(client, STOP);
	answer(&world, "/containers/web/json", 404, "{}");
	hear_refusal(client, "HTTP/1.1 404 ", "No such container");
	(void)close(client);
	world_end(&world);
}

/* --- rounds --------------------------------------------------------------- */

static void
test_exec_is_its_containers(void **state)
{
	static const char resize[] = "POST /v1.41/exec/" ID
				     "/resize?h=1&w=1 HTTP/1.1\r\nHost: x\r\n"
				     "Content-Length: 0\r\n\r\n";
	static const char exec[] = "{\"ID\":\"" ID "\",\"ContainerID\":\"" ID
				   "\"}";
	struct world world;
	int client;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, resize);
	answer(&world, "/exec/" ID "/json", 200, exec);
	answer(&world, "/containers/" ID "/json", 200, OURS);
	serve(&world, "POST /v1.41/exec/" ID "/resize?");
	hear_head_with(client, "HTTP/1.1 204 ");
	say(client, resize);
	answer(&world, "/exec/" ID "/json", 200, exec);
	answer(&world, "/containers/" ID "/json", 200, WEB("others"));
	hear_refusal(client, "HTTP/1.1 404 ", "No such exec instance");
	assert_true(is_silent(world.engine));
	(void)close(client);
	world_end(&world);
}

/* "v<n>:/<n>" for each of so many volumes. */
static char *
create_with_volumes(size_t count)
{
	json_t *binds = json_array();
	json_t *tree = json_pack(
	    "{s:s, s:{s:o}}", "Image", "a", "HostConfig", "Binds", binds);
	char *body, *text = NULL;

	for (size_t i = 0; i < count; i++)
		assert_int_equal(json_array_append_new(
				     binds, json_sprintf("v%zu:/%zu", i, i)),
		    0);
	body = json_dumps(tree, JSON_COMPACT);
	assert_true(
	    asprintf(&text,
		"POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n"
		"\r\n%s",
		strlen(body), body) > 0);
	free(body);
	json_decref(tree);
	return text;
}

static void
test_many_facts(void **state)
{
	struct world world;
	char *call = create_with_volumes(LIMIT_FACTS + 1);
	char path[64];
	int client;

	(void)state;
	world_start(&world, OWNER, NULL);
	client = world_connect(&world);
	say(client, call);
	for (int i = 0; i < LIMIT_FACTS; i++) {
		(void)snprintf(path, sizeof(path), "/volumes/v%d", i);
		answer(&world, path, 404, "{}");
	}
	hear_refusal(client, "HTTP/1.1 500 ", "whose volume \\\"v128\\\"");
	assert_true(is_silent(world.engine));
	free(call);
	(void)close(client);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_id_is_sent_on),
	    cmocka_unit_test(test_one_connection),
	    cmocka_unit_test(test_anothers_is_not_there),
	    cmocka_unit_test(test_no_answer_no_call),
	    cmocka_unit_test(test_engine_that_hangs_up),
	    cmocka_unit_test(test_engine_that_is_silent),
	    cmocka_unit_test(test_answer_without_end),
	    cmocka_unit_test(test_client_that_leaves),
	    cmocka_unit_test(test_exec_is_its_containers),
	    cmocka_unit_test(test_many_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
