/* SPDX-License-Identifier: Apache-2.0 */
/* workers_test -- several processes that serve: what the death of one costs, and
 * that reload, reopening and draining reach all of them. */
#include "loop/world.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define NONE "{\"calls\": {\"allow\": []}}"
#define WORKERS 3
#define THREE "{\"workers\": 3, \"timeouts\": {\"drain\": \"1h\"}}"
#define EVENTS "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n"
#define BEGUN "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNK "3\r\nabc\r\n"
#define TRIES 5000

static void
pause_briefly(void)
{
	struct timespec moment = {.tv_nsec = 2000000};

	(void)nanosleep(&moment, NULL);
}

/* A stream that is open, from a caller through a worker to the engine. */
struct stream {
	int client, engine;
};

static struct stream
open_stream(const struct world *world)
{
	struct stream stream;

	stream.client = world_connect(world);
	say(stream.client, EVENTS);
	stream.engine = world_accept(world);
	free(hear_head(stream.engine));
	say(stream.engine, BEGUN);
	free(hear_head(stream.client));
	return stream;
}

/* Does it still run? */
static bool
is_alive(const struct stream *stream)
{
	char byte;

	if (send(stream->engine, CHUNK, strlen(CHUNK), MSG_NOSIGNAL) < 0)
		return false;
	if (recv(stream->client, &byte, 1, MSG_PEEK) != 1)
		return false;
	hear_text(stream->client, CHUNK);
	return true;
}

static void
close_stream(struct stream *stream)
{
	(void)close(stream->client);
	(void)close(stream->engine);
}

#define STREAMS 24

static void
open_streams(const struct world *world, struct stream *streams, size_t n)
{
	for (size_t i = 0; i < n; i++)
		streams[i] = open_stream(world);
}

/* How many descriptors a process has. */
static size_t
count_files(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	size_t n = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.' ? 1 : 0;
	(void)closedir(dir);
	return n;
}

static void
await_workers(const struct world *world, size_t n)
{
	pid_t workers[WORKERS + 1];
	size_t found = 0;

	for (int i = 0; i < TRIES && found != n; i++) {
		pause_briefly();
		found = world_workers(world, workers, WORKERS + 1);
	}
	assert_int_equal(found, n);
}

/* The one with the most streams, which each take two descriptors of it. */
static pid_t
choose_victim(const struct world *world, const size_t *idle, size_t *has)
{
	pid_t workers[WORKERS], victim = 0;

	*has = 0;
	assert_int_equal(world_workers(world, workers, WORKERS), WORKERS);
	for (size_t i = 0; i < WORKERS; i++) {
		size_t n = (count_files(workers[i]) - idle[i]) / 2;

		if (n > *has) {
			*has = n;
			victim = workers[i];
		}
	}
	return victim;
}

/* It is gone when the supervisor has looked after it. */
static void
await_death(pid_t pid)
{
	for (int i = 0; i < TRIES && kill(pid, 0) == 0; i++)
		pause_briefly();
	assert_int_not_equal(kill(pid, 0), 0);
}

/* What a worker holds dies with it, and nothing else; another one takes its
 * place. */
static void
test_killed(void **state)
{
	struct stream streams[STREAMS];
	size_t idle[WORKERS], alive = 0, has;
	pid_t workers[WORKERS], victim;
	struct world world;

	(void)state;
	world_start(&world, ALL, THREE);
	await_workers(&world, WORKERS);
	world_rest(&world);
	assert_int_equal(world_workers(&world, workers, WORKERS), WORKERS);
	for (size_t i = 0; i < WORKERS; i++)
		idle[i] = count_files(workers[i]);
	open_streams(&world, streams, STREAMS);
	victim = choose_victim(&world, idle, &has);
	assert_true(has > 0);
	world.killed = true;
	assert_int_equal(kill(victim, SIGKILL), 0);
	await_death(victim);
	for (size_t i = 0; i < STREAMS; i++) {
		alive += is_alive(&streams[i]) ? 1 : 0;
		close_stream(&streams[i]);
	}
	assert_int_equal(alive, STREAMS - has);
	await_workers(&world, WORKERS);
	streams[0] = open_stream(&world);
	assert_true(is_alive(&streams[0]));
	close_stream(&streams[0]);
	world_end(&world);
}

/* Every worker, again and again, and callers are served all the while. */
static void
test_all_killed(void **state)
{
	struct world world;
	struct stream stream;
	pid_t workers[WORKERS];

	(void)state;
	world_start(&world, ALL, THREE);
	world.killed = true;
	for (int round = 0; round < 2; round++) {
		size_t n = world_workers(&world, workers, WORKERS);

		for (size_t i = 0; i < n; i++)
			(void)kill(workers[i], SIGKILL);
		/* Until then it could take the caller with it. */
		for (size_t i = 0; i < n; i++)
			await_death(workers[i]);
		stream = open_stream(&world);
		assert_true(is_alive(&stream));
		close_stream(&stream);
	}
	world_end(&world);
}

/* What it is depends on the policy; the engine need not say anything. */
static bool
is_refused(const struct world *world)
{
	int client = world_connect(world);
	struct pollfd either[2] = {{.fd = client, .events = POLLIN},
	    {.fd = world->engine, .events = POLLIN}};
	bool is;

	say(client, "GET /v1.41/info HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(poll(either, 2, WORLD_PATIENCE_SECONDS * 1000) > 0);
	is = either[0].revents != 0;
	if (is)
		hear_text(client, "HTTP/1.1 403 ");
	else
		(void)close(world_accept(world));
	(void)close(client);
	return is;
}

/* Nobody goes by the old policy any more; open streams go on. */
static void
test_reload(void **state)
{
	struct stream streams[6];
	struct world world;
	size_t in_a_row = 0;

	(void)state;
	world_start(&world, ALL, THREE);
	open_streams(&world, streams, 6);
	world_write(&world, world_config(&world, NONE, THREE));
	assert_int_equal(kill(world.guard, SIGHUP), 0);
	for (size_t i = 0; i < TRIES && in_a_row < 20; i++)
		in_a_row = is_refused(&world) ? in_a_row + 1 : 0;
	assert_int_equal(in_a_row, 20);
	for (size_t i = 0; i < 6; i++) {
		assert_true(is_alive(&streams[i]));
		close_stream(&streams[i]);
	}
	world_end(&world);
}

/* More, and fewer, by a reload. */
static void
test_resize(void **state)
{
	struct world world;

	(void)state;
	world_start(&world, ALL, NULL);
	await_workers(&world, 1);
	world_write(&world, world_config(&world, ALL, THREE));
	assert_int_equal(kill(world.guard, SIGHUP), 0);
	await_workers(&world, WORKERS);
	world_write(&world, world_config(&world, ALL, NULL));
	assert_int_equal(kill(world.guard, SIGHUP), 0);
	await_workers(&world, 1);
	world_end(&world);
}

/* Nobody new is let in, by any; what runs may end. */
static void
test_drain(void **state)
{
	struct stream streams[6];
	struct world world;

	(void)state;
	world_start(&world, ALL, THREE);
	open_streams(&world, streams, 6);
	assert_int_equal(kill(world.guard, SIGTERM), 0);
	for (int i = 0; i < TRIES && access(world.guard_path, F_OK) == 0; i++)
		pause_briefly();
	assert_int_not_equal(access(world.guard_path, F_OK), 0);
	for (size_t i = 0; i < 6; i++)
		assert_true(is_alive(&streams[i]));
	for (size_t i = 0; i < 6; i++) {
		say(streams[i].engine, "0\r\n\r\n");
		hear_text(streams[i].client, "0\r\n\r\n");
		close_stream(&streams[i]);
	}
	world_await_exit(&world);
	world_end(&world);
}

/* Told to end when nobody serves, as the one that did died too often to be back
 * at once: there is nobody to wait for, however long calls may take. */
static void
test_drain_without_workers(void **state)
{
	struct stream stream;
	struct world world;
	pid_t worker;

	(void)state;
	world_start(&world, ALL, "{\"timeouts\": {\"drain\": \"1h\"}}");
	world.killed = true;
	/* It serves: from now on it comes back. */
	stream = open_stream(&world);
	close_stream(&stream);
	for (int i = 0; i < 6; i++) {
		worker = world_worker(&world);
		assert_int_equal(kill(worker, SIGKILL), 0);
		await_death(worker);
	}
	assert_int_equal(kill(world.guard, SIGTERM), 0);
	world_await_exit(&world);
	world_end(&world);
}

/* A limit of one caller counts what it has with all workers together. */
static void
test_limit_of_caller(void **state)
{
	struct stream streams[6];
	struct world world;
	char *rest;
	int client;

	(void)state;
	world_start(&world, ALL,
	    "{\"workers\": 3, \"limits\": {\"connections_per_caller\": 6}}");
	open_streams(&world, streams, 6);
	client = world_connect(&world);
	rest = hear_rest(client);
	assert_non_null(strstr(rest, "too many connections of this caller"));
	free(rest);
	(void)close(client);
	for (size_t i = 0; i < 6; i++)
		close_stream(&streams[i]);
	world_end(&world);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_all_killed),
	    cmocka_unit_test(test_reload),
	    cmocka_unit_test(test_resize),
	    cmocka_unit_test(test_drain),
	    cmocka_unit_test(test_drain_without_workers),
	    cmocka_unit_test(test_limit_of_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
