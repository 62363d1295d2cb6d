/* SPDX-License-Identifier: Apache-2.0 */
/* server_test -- what signals do to a running guard. */
#include "loop/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define NONE "{\"calls\": {\"allow\": []}}"
#define EVENTS "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n"
#define BEGUN "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

/* Ask until the answer has this status; a reload takes its time. */
static void
await_status(const struct world *world, const char *status)
{
	char *head;
	bool is = false;

	for (int i = 0; i < 5000 && !is; i++) {
		int client = world_connect(world);

		say(client, "GET /v1.41/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
		head = hear_head(client);
		is = strstr(head, status) != NULL;
		free(head);
		(void)close(client);
	}
	assert_true(is);
}

/* A stream keeps the policy it began with; the next call has the new one. */
static void
test_reload(void **state)
{
	struct world world;
	int client, engine, next;
	json_t *config;
	char *head;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, EVENTS);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, BEGUN);
	free(hear_head(client));
	config = world_config(&world, NONE, NULL);
	/* Nobody is known any more: that is how the change shows. */
	assert_int_equal(
	    json_object_set_new(config, "identities", json_array()), 0);
	world_write(&world, config);
	assert_int_equal(kill(world.guard, SIGHUP), 0);
	for (int i = 0; i < 5000; i++) {
		next = world_connect(&world);
		say(next,
		    "GET /v1.41/nothing HTTP/1.1\r\nHost: x\r\n"
		    "Connection: close\r\n\r\n");
		head = hear_rest(next);
		(void)close(next);
		if (strstr(head, "not known here") != NULL)
			break;
		free(head);
		head = NULL;
	}
	assert_non_null(head);
	free(head);
	say(engine, "3\r\nabc\r\n0\r\n\r\n");
	hear_text(client, "3\r\nabc\r\n0\r\n\r\n");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* What is wrong in any part changes nothing. */
static void
test_reload_of_nonsense(void **state)
{
	struct world world;
	FILE *file;

	(void)state;
	world_start(&world, ALL, NULL);
	file = fopen(world.config_path, "we");
	assert_non_null(file);
	(void)fputs("upstream: 7\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(kill(world.guard, SIGHUP), 0);
	await_status(&world, "HTTP/1.1 403 ");
	world_end(&world);
}

/* A live stream may end by itself; nobody new is let in. */
static void
test_drain(void **state)
{
	struct world world;
	int client, engine;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, EVENTS);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, BEGUN);
	free(hear_head(client));
	assert_int_equal(kill(world.guard, SIGTERM), 0);
	for (int i = 0; i < 100000 && access(world.guard_path, F_OK) == 0; i++)
		;
	assert_int_not_equal(access(world.guard_path, F_OK), 0);
	say(engine, "3\r\nabc\r\n0\r\n\r\n");
	hear_text(client, "3\r\nabc\r\n0\r\n\r\n");
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* The log was moved away: the next record goes to a new file. */
static void
test_reopen(void **state)
{
	struct world world;
	char moved[256];

	(void)state;
	world_start(&world, NONE, NULL);
	await_status(&world, "HTTP/1.1 403 ");
	(void)snprintf(moved, sizeof(moved), "%s/moved", world.dir);
	assert_int_equal(rename(world.audit_path, moved), 0);
	assert_int_equal(kill(world.guard, SIGUSR1), 0);
	for (int i = 0; i < 5000 && access(world.audit_path, F_OK) != 0; i++)
		await_status(&world, "HTTP/1.1 403 ");
	assert_int_equal(access(world.audit_path, F_OK), 0);
	assert_int_equal(unlink(moved), 0);
	world.rotated = true;
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reload),
	    cmocka_unit_test(test_reload_of_nonsense),
	    cmocka_unit_test(test_drain),
	    cmocka_unit_test(test_reopen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
