/* SPDX-License-Identifier: Apache-2.0 */
/* tunnel_test -- hijacked connections on a real event loop. */
#include "loop/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define ATTACH                                                                 \
	"POST /v1.41/containers/a/attach?stream=1&stdin=1 HTTP/1.1\r\n"        \
	"Host: x\r\n"
#define UPGRADE "Connection: Upgrade\r\nUpgrade: tcp\r\n"
#define AGREED                                                                 \
	"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"                     \
	"Upgrade: tcp\r\n\r\n"

/* What a client sends early stays here until the engine has agreed, then
 * arrives first; each side's end is passed on by itself. */
static void
test_bytes_wait_for_the_hijack(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, ATTACH UPGRADE "\r\nGET /early HTTP/1.1\r\n\r\n");
	engine = world_accept(&world);
	hear_head_with(engine, "Upgrade: tcp\r\n");
	assert_true(is_silent(engine));
	say(engine, AGREED "out");
	hear_head_with(client, "HTTP/1.1 101 ");
	hear_text(client, "out");
	hear_text(engine, "GET /early HTTP/1.1\r\n\r\n");
	say(client, "in");
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	hear_text(engine, "in");
	hear_end(engine);
	say(engine, "last words");
	(void)close(engine);
	hear_text(client, "last words");
	hear_end(client);
	(void)close(client);
	world_end(&world);
}

/* Clients that ask for no upgrade get the 200 that older daemons gave. */
static void
test_hijack_without_upgrade(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, ATTACH "\r\n");
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, AGREED);
	hear_head_with(client, "HTTP/1.1 200 OK\r\n");
	say(client, "in");
	hear_text(engine, "in");
	(void)close(engine);
	hear_end(client);
	(void)close(client);
	world_end(&world);
}

/* Where the engine says no, what the client sent early goes nowhere. */
static void
test_hijack_that_is_refused(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, ATTACH UPGRADE "\r\nearly");
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine,
	    "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n"
	    "Connection: close\r\n\r\nno");
	hear_head_with(client, "HTTP/1.1 404 ");
	hear_text(client, "no");
	hear_end(engine);
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* A client that leaves takes its stream with it. */
static void
test_client_that_vanishes(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, ATTACH UPGRADE "\r\n");
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, AGREED);
	free(hear_head(client));
	(void)close(client);
	hear_end(engine);
	(void)close(engine);
	json_decref(world_record(&world, "\"event\":\"response\""));
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes_wait_for_the_hijack),
	    cmocka_unit_test(test_hijack_without_upgrade),
	    cmocka_unit_test(test_hijack_that_is_refused),
	    cmocka_unit_test(test_client_that_vanishes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
