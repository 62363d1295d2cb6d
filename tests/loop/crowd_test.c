/* SPDX-License-Identifier: Apache-2.0 */
/* crowd_test -- more callers than there is room for: whoever is let in is
 * served, the others wait, and the guard neither spins nor falls. */
#include "loop/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "limit.h"

#define LISTS                                                                  \
	"{\"calls\": {\"allow\": [\"container.list\", \"system.events\"]}}"
#define LIST "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n"
#define EVENTS "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n"
#define TWO "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"

/* A call that is denied: answered without an engine, and the connection
 * stays. */
#define INFO "GET /v1.41/info HTTP/1.1\r\nHost: x\r\n\r\n"

/* The log would say of each of them that it was the last for now. */
#define QUIET "\"log\": {\"level\": \"error\"}"

#define FILES 256
#define ROOM ((FILES - LIMIT_FD_RESERVE) / 2)
#define CROWD 2000

/* --- many callers --------------------------------------------------------- */

/* As many as this system's queues and our own descriptors allow. */
static int
crowd_size(void)
{
	struct rlimit limit;
	FILE *file = fopen("/proc/sys/net/core/somaxconn", "re");
	int size = CROWD, queue = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &queue), 1);
	(void)fclose(file);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur < CROWD + 100)
		size = (int)limit.rlim_cur - 100;
	return queue < size ? queue : size;
}

static int *
gather(const struct world *world, int n, const char *call)
{
	int *fds = calloc((size_t)n, sizeof(*fds));

	assert_non_null(fds);
	for (int i = 0; i < n; i++) {
		fds[i] = world_connect(world);
		if (call != NULL)
			say(fds[i], call);
	}
	return fds;
}

static void
leave(int *fds, int n)
{
	for (int i = 0; i < n; i++)
		(void)close(fds[i]);
	free(fds);
}

/* Hear an answer with this status, and its body. */
static void
hear_answer(int fd, const char *status)
{
	char *head = hear_head(fd);
	const char *length = strstr(head, "Content-Length: ");

	if (strstr(head, status) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", status, head);
	assert_non_null(length);
	free(hear(fd, (size_t)strtoul(length + 16, NULL, 10)));
	free(head);
}

/* A call on this connection reaches the engine and is answered. */
static void
make_call_on(const struct world *world, int client)
{
	int engine;

	say(client, LIST);
	engine = world_accept(world);
	free(hear_head(engine));
	say(engine, TWO);
	(void)close(engine);
	hear_answer(client, "HTTP/1.1 200 OK\r\n");
}

static void
make_call(const struct world *world)
{
	int client = world_connect(world);

	make_call_on(world, client);
	(void)close(client);
}

/* --- more than there is room for ------------------------------------------ */

static void
test_crowd(void **state)
{
	int size = crowd_size(), answered = 0;
	struct world world;
	int *fds;

	(void)state;
	if (world_is_in_valgrind())
		skip();
	world_start_with_files(&world, LISTS, "{" QUIET "}", FILES);
	fds = gather(&world, size, INFO);
	world_rest(&world);
	for (int i = 0; i < size; i++)
		answered += is_silent(fds[i]) ? 0 : 1;
	assert_int_equal(answered, ROOM);
	/* Each that leaves makes room for the next, in the order they came. */
	for (int i = 0; i < size; i++) {
		hear_answer(fds[i], "HTTP/1.1 403 ");
		(void)close(fds[i]);
	}
	free(fds);
	make_call(&world);
	world_end(&world);
}

/* Most of those who wait give up. */
static void
test_crowd_that_leaves(void **state)
{
	int size = crowd_size();
	struct world world;

	(void)state;
	if (world_is_in_valgrind())
		skip();
	world_start_with_files(&world, LISTS, "{" QUIET "}", FILES);
	leave(gather(&world, size, NULL), size);
	make_call(&world);
	world_end(&world);
}

/* Whoever is let in can reach the engine, although that takes descriptors. */
static void
test_room_for_the_engine(void **state)
{
	int engines[ROOM], *fds, next;
	struct world world;

	(void)state;
	if (world_is_in_valgrind())
		skip();
	world_start_with_files(&world, LISTS, "{" QUIET "}", FILES);
	world_rest(&world);
	fds = gather(&world, ROOM, NULL);
	for (int i = 0; i < ROOM; i++) {
		say(fds[i], EVENTS);
		engines[i] = world_accept(&world);
		free(hear_head(engines[i]));
	}
	next = world_connect(&world);
	say(next, LIST);
	world_rest(&world);
	assert_true(is_silent(world.engine));
	assert_true(is_silent(next));
	(void)close(fds[0]);
	(void)close(engines[0]);
	engines[0] = world_accept(&world);
	free(hear_head(engines[0]));
	say(engines[0], TWO);
	hear_answer(next, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < ROOM; i++)
		(void)close(engines[i]);
	(void)close(next);
	for (int i = 1; i < ROOM; i++)
		(void)close(fds[i]);
	free(fds);
	world_end(&world);
}

/* However few descriptors there are, there is room for one. */
static void
test_few_descriptors(void **state)
{
	static const unsigned files[] = {
	    LIMIT_FD_RESERVE - 10, LIMIT_FD_RESERVE, LIMIT_FD_RESERVE + 1};
	struct world world;

	(void)state;
	if (world_is_in_valgrind())
		skip();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		world_start_with_files(&world, LISTS, NULL, files[i]);
		make_call(&world);
		world_end(&world);
	}
}

/* One caller has so many connections, and as many again when they are gone. */
static void
test_room_of_one_caller(void **state)
{
	struct world world;
	int *fds, next;

	(void)state;
	world_start(
	    &world, LISTS, "{\"limits\": {\"connections_per_caller\": 50}}");
	fds = gather(&world, 50, INFO);
	for (int i = 0; i < 50; i++)
		hear_answer(fds[i], "HTTP/1.1 403 ");
	for (int i = 0; i < 50; i++) {
		next = world_connect(&world);
		hear_answer(next, "HTTP/1.1 503 ");
		(void)close(next);
	}
	make_call_on(&world, fds[49]);
	leave(fds, 50);
	world_rest(&world);
	fds = gather(&world, 50, INFO);
	for (int i = 0; i < 50; i++)
		hear_answer(fds[i], "HTTP/1.1 403 ");
	leave(fds, 50);
	world_end(&world);
}

/* --- room that changes ---------------------------------------------------- */

static void
reload_with_room(struct world *world, int connections)
{
	char more[64];

	(void)snprintf(more, sizeof(more),
	    "{\"limits\": {\"connections\": %d}}", connections);
	world_write(world, world_config(world, LISTS, more));
	assert_int_equal(kill(world->guard, SIGHUP), 0);
}

static void
test_more_room(void **state)
{
	struct world world;
	int first, second;

	(void)state;
	world_start(&world, LISTS, "{\"limits\": {\"connections\": 1}}");
	first = world_connect(&world);
	say(first, INFO);
	hear_answer(first, "HTTP/1.1 403 ");
	second = world_connect(&world);
	say(second, INFO);
	world_rest(&world);
	assert_true(is_silent(second));
	reload_with_room(&world, 10);
	hear_answer(second, "HTTP/1.1 403 ");
	(void)close(first);
	(void)close(second);
	make_call(&world);
	world_end(&world);
}

static void
test_less_room(void **state)
{
	struct world world;
	int *fds, waiting;

	(void)state;
	world_start(&world, LISTS, NULL);
	fds = gather(&world, 3, INFO);
	for (int i = 0; i < 3; i++)
		hear_answer(fds[i], "HTTP/1.1 403 ");
	reload_with_room(&world, 2);
	world_rest(&world);
	waiting = world_connect(&world);
	say(waiting, INFO);
	world_rest(&world);
	assert_true(is_silent(waiting));
	/* Those who are in stay, and one less is not enough. */
	(void)close(fds[0]);
	make_call_on(&world, fds[1]);
	world_rest(&world);
	assert_true(is_silent(waiting));
	(void)close(fds[1]);
	hear_answer(waiting, "HTTP/1.1 403 ");
	(void)close(waiting);
	(void)close(fds[2]);
	free(fds);
	make_call(&world);
	world_end(&world);
}

/* --- no descriptors at all ------------------------------------------------ */

/* The next descriptor that the guard would get. */
static unsigned
next_file(const struct world *world)
{
	unsigned next = 0;
	char path[64];

	do
		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%u",
		    (int)world_worker(world), next++);
	while (access(path, F_OK) == 0);
	return next - 1;
}

static void
set_files(const struct world *world, rlim_t files, rlim_t *before)
{
	pid_t worker = world_worker(world);
	struct rlimit limit, was;

	assert_int_equal(prlimit(worker, RLIMIT_NOFILE, NULL, &was), 0);
	limit = was;
	limit.rlim_cur = files;
	assert_int_equal(prlimit(worker, RLIMIT_NOFILE, &limit, NULL), 0);
	if (before != NULL)
		*before = was.rlim_cur;
}

static void
test_no_descriptors(void **state)
{
	struct world world;
	rlim_t before;
	int inside, outside;

	(void)state;
	if (world_is_in_valgrind())
		skip();
	world_start(&world, LISTS, NULL);
	inside = world_connect(&world);
	say(inside, INFO);
	hear_answer(inside, "HTTP/1.1 403 ");
	world_rest(&world);
	set_files(&world, next_file(&world), &before);
	outside = world_connect(&world);
	say(outside, INFO);
	/* It does not ask for it again and again. */
	world_rest(&world);
	assert_true(is_silent(outside));
	say(inside, LIST);
	hear_answer(inside, "HTTP/1.1 502 ");
	json_decref(world_record(&world, "\"status\":502"));
	/* Made by the supervisor, and nowhere to put it. */
	(void)close(world_accept(&world));
	set_files(&world, before, NULL);
	hear_answer(outside, "HTTP/1.1 403 ");
	make_call_on(&world, inside);
	(void)close(inside);
	(void)close(outside);
	world_end(&world);
}

/* --- the end -------------------------------------------------------------- */

/* Idle connections are no reason to wait; those in the queue neither. */
static void
test_end_with_idle_connections(void **state)
{
	struct world world;
	int *fds, *queued;

	(void)state;
	world_start(&world, LISTS,
	    "{\"limits\": {\"connections\": 400, "
	    "\"connections_per_caller\": 400}, \"timeouts\": "
	    "{\"drain\": \"1h\", \"idle\": \"1h\"}}");
	fds = gather(&world, 400, INFO);
	for (int i = 0; i < 400; i++)
		hear_answer(fds[i], "HTTP/1.1 403 ");
	queued = gather(&world, 20, INFO);
	assert_int_equal(kill(world.guard, SIGTERM), 0);
	world_await_exit(&world);
	for (int i = 0; i < 400; i++) {
		char *rest = hear_rest(fds[i]);

		assert_string_equal(rest, "");
		free(rest);
	}
	leave(fds, 400);
	leave(queued, 20);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_crowd),
	    cmocka_unit_test(test_crowd_that_leaves),
	    cmocka_unit_test(test_room_for_the_engine),
	    cmocka_unit_test(test_few_descriptors),
	    cmocka_unit_test(test_room_of_one_caller),
	    cmocka_unit_test(test_more_room),
	    cmocka_unit_test(test_less_room),
	    cmocka_unit_test(test_no_descriptors),
	    cmocka_unit_test(test_end_with_idle_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
