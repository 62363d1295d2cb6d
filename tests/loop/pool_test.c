/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to the engine that carry one call after another, and those that
 * must not. */
#include <stdlib.h>
#include <unistd.h>

#include "limit.h"
#include "loop/world.h"

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define KILL                                                                   \
	"POST /v1.41/containers/a/kill HTTP/1.1\r\nHost: x\r\n"                \
	"Content-Length: 0\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"

/* The caller asks, the engine answers on that connection. */
static void
carry(int client, int engine, const char *request)
{
	say(client, request);
	free(hear_head(engine));
	say(engine, OK);
	free(hear_head(client));
	hear_text(client, "OK");
}

/* The first call of a world, whose connection may be kept. */
static void
begin(struct world *world, int *client, int *engine)
{
	world_start(world, ALL, NULL);
	*client = world_connect(world);
	say(*client, GET("/_ping"));
	*engine = world_accept(world);
	free(hear_head(*engine));
	say(*engine, OK);
	free(hear_head(*client));
	hear_text(*client, "OK");
}

static void
end(struct world *world, int client, int engine)
{
	(void)close(client);
	(void)close(engine);
	world_end(world);
}

static void
test_reused(void **state)
{
	struct world world;
	int client, engine, other;

	(void)state;
	begin(&world, &client, &engine);
	carry(client, engine, GET("/_ping"));
	carry(client, engine, KILL);
	/* Of whichever caller. */
	other = world_connect(&world);
	carry(other, engine, GET("/_ping"));
	(void)close(other);
	end(&world, client, engine);
}

/* Nobody waits for an idle connection for ever. */
static void
test_idle(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	begin(&world, &client, &engine);
	world_pass_time(&world, LIMIT_POOL_IDLE_MS / 1000 + 1);
	hear_end(engine);
	end(&world, client, engine);
}

/* The engine has closed it: the next call has a connection of its own. */
static void
test_closed(void **state)
{
	static const char *const requests[] = {GET("/_ping"), KILL};
	struct world world;
	int client, engine;

	(void)state;
	begin(&world, &client, &engine);
	for (size_t i = 0; i < 2; i++) {
		(void)close(engine);
		say(client, requests[i]);
		engine = world_accept(&world);
		free(hear_head(engine));
		say(engine, OK);
		free(hear_head(client));
		hear_text(client, "OK");
	}
	end(&world, client, engine);
}

/* The engine closes it on the call itself: what only reads is asked for once
 * more, the rest has failed. */
static void
test_closed_on_the_call(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	begin(&world, &client, &engine);
	say(client, GET("/_ping"));
	free(hear_head(engine));
	(void)close(engine);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, OK);
	free(hear_head(client));
	hear_text(client, "OK");
	say(client, KILL);
	free(hear_head(engine));
	(void)close(engine);
	hear_head_with(client, " 502 ");
	end(&world, client, -1);
}

/* What an idle connection says belongs to no call. */
static void
test_unasked(void **state)
{
	struct world world;
	int client, engine, next;

	(void)state;
	begin(&world, &client, &engine);
	say(engine, OK);
	hear_end(engine);
	say(client, GET("/_ping"));
	next = world_accept(&world);
	free(hear_head(next));
	say(next, OK);
	free(hear_head(client));
	hear_text(client, "OK");
	(void)close(next);
	end(&world, client, engine);
}

/* Replies after which a connection is not kept. */
static void
test_not_kept(void **state)
{
	static const char *const replies[] = {
	    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
	    "2\r\n\r\nOK",
	    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK",
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOKX",
	};
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		client = world_connect(&world);
		say(client, GET("/_ping"));
		engine = world_accept(&world);
		free(hear_head(engine));
		say(engine, replies[i]);
		free(hear_head(client));
		hear_text(client, "OK");
		hear_end(engine);
		(void)close(client);
		(void)close(engine);
	}
	world_end(&world);
}

/* A hijack and a stream have connections of their own, and say so. */
static void
test_never(void **state)
{
	static const char *const requests[] = {
	    "POST /v1.41/images/load HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 0\r\n\r\n",
	    "POST /v1.41/containers/a/attach?stream=1 HTTP/1.1\r\nHost: x\r\n"
	    "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
	};
	struct world world;
	int client, kept, engine;

	(void)state;
	begin(&world, &client, &kept);
	(void)close(client);
	for (size_t i = 0; i < 2; i++) {
		client = world_connect(&world);
		say(client, requests[i]);
		engine = world_accept(&world);
		hear_head_with(engine,
		    i == 0 ? "Connection: close" : "Connection: Upgrade");
		say(engine,
		    "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
		free(hear_head(client));
		hear_end(engine);
		(void)close(client);
		(void)close(engine);
	}
	(void)close(kept);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reused),
	    cmocka_unit_test(test_idle),
	    cmocka_unit_test(test_closed),
	    cmocka_unit_test(test_closed_on_the_call),
	    cmocka_unit_test(test_unasked),
	    cmocka_unit_test(test_not_kept),
	    cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
