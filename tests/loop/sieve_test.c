/* SPDX-License-Identifier: Apache-2.0 */
/* sieve_test -- uploads that are judged while they stream: what the engine gets,
 * and what it never gets. */
#include "loop/world.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limit.h"
#include "loop/tape.h"
#include "net/spawn.h"

#define FILTERS                                                                \
	"{\"calls\": {\"allow\": [\"*\"]}, \"archive\": "                      \
	"{\"running\": true, \"mounts\": \"any\"}}"
#define PUT                                                                    \
	"PUT /v1.41/containers/a/archive?path=/&noOverwriteDirNonDir=1 "       \
	"HTTP/1.1\r\nHost: x\r\n"
#define CHUNKED PUT "Transfer-Encoding: chunked\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define LAST "0\r\n\r\n"
#define END (2 * TAPE_BLOCK)

/* --- archives ------------------------------------------------------------- */

struct tape {
	char *bytes;
	size_t len;
};

/* Memory for so much.  It doubles: where realloc() always copies, as under
 * AddressSanitizer, a long tape would take minutes. */
static size_t
room_for(size_t len)
{
	size_t room = TAPE_BLOCK;

	while (room < len)
		room *= 2;
	return room;
}

static void
append(struct tape *tape, const void *bytes, size_t len)
{
	size_t room = room_for(tape->len + len);

	if (tape->bytes == NULL || room > room_for(tape->len))
		tape->bytes = realloc(tape->bytes, room);
	assert_non_null(tape->bytes);
	if (bytes == NULL)
		memset(tape->bytes + tape->len, 0, len);
	else
		memcpy(tape->bytes + tape->len, bytes, len);
	tape->len += len;
}

static void
append_entry(struct tape *tape, const char *name, char type, unsigned mode,
    const char *text)
{
	struct tape_header header = {
	    .name = name, .mode = mode, .type = type, .size = strlen(text)};
	char block[TAPE_BLOCK];

	tape_header(block, &header);
	append(tape, block, sizeof(block));
	append(tape, text, header.size);
	append(tape, NULL, tape_padded(header.size) - header.size);
}

static void
append_end(struct tape *tape)
{
	append(tape, NULL, END);
}

static struct tape
small_tape(void)
{
	struct tape tape = {NULL, 0};

	append_entry(&tape, "./bin/run", '0', 04755, "hello");
	append_end(&tape);
	return tape;
}

static void
say_chunk(int fd, const char *bytes, size_t len)
{
	char size[32];

	(void)snprintf(size, sizeof(size), "%zx\r\n", len);
	say(fd, size);
	say_bytes(fd, bytes, len);
	say(fd, "\r\n");
}

/* Send it, and no last chunk, while the test goes on. */
static pid_t
send_aside(int fd, const struct tape *tape)
{
	pid_t sender = fork();

	assert_true(sender >= 0);
	if (sender == 0) {
		say_chunk(fd, tape->bytes, tape->len);
		_exit(0);
	}
	return sender;
}

/* --- the engine's side ---------------------------------------------------- */

/* The body, out of its chunks, up to the last or to the end of what is sent;
 * the caller's.  *whole: the last chunk was there. */
static struct tape
hear_body(int fd, bool *whole)
{
	struct tape tape = {NULL, 0};
	FILE *in = fdopen(dup(fd), "rb");
	char line[64], *bytes;
	size_t len;

	assert_non_null(in);
	*whole = false;
	while (!*whole && fgets(line, sizeof(line), in) != NULL) {
		len = (size_t)strtoul(line, NULL, 16);
		*whole = len == 0;
		bytes = calloc(1, len + 2);
		assert_non_null(bytes);
		if (fread(bytes, 1, len + 2, in) != len + 2) {
			free(bytes);
			break;
		}
		append(&tape, bytes, len);
		free(bytes);
	}
	(void)fclose(in);
	return tape;
}

/* An engine with the head of the upload, which is in framing of ours. */
static int
engine_of(const struct world *world)
{
	int engine = world_accept(world);
	char *head = hear_head(engine);

	assert_non_null(strstr(head, "Transfer-Encoding: chunked\r\n"));
	assert_non_null(strstr(head, "Content-Type: application/x-tar\r\n"));
	free(head);
	return engine;
}

static void
hear_refusal(int client, const char *status, const char *text)
{
	char *head = hear_head(client), *rest;

	if (strstr(head, status) == NULL)
		fail_msg("want %s, is %s", status, head);
	free(head);
	rest = hear_rest(client);
	if (strstr(rest, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, rest);
	free(rest);
	(void)close(client);
}

/* The engine has not got all of it. */
static void
hear_broken_body(int engine)
{
	bool whole;

	free(hear_body(engine, &whole).bytes);
	assert_false(whole);
	(void)close(engine);
}

/* The engine has not heard of the call at all. */
static void
assert_unheard(const struct world *world)
{
	struct pollfd pollfd = {.fd = world->engine, .events = POLLIN};

	assert_int_equal(poll(&pollfd, 1, 0), 0);
}

static void
assert_upload(const struct world *world, const char *verdict)
{
	json_t *record = world_record(world, "\"event\":\"response\"");
	json_t *upload = json_object_get(record, "upload");

	assert_string_equal(
	    json_string_value(json_object_get(upload, "verdict")), verdict);
	json_decref(record);
}

/* --- what passes ---------------------------------------------------------- */

/* One entry, as it was made anew from small_tape(). */
static void
check_small(const struct tape *tape)
{
	char block[TAPE_BLOCK];
	struct tape_header header = {
	    .name = "bin/run", .mode = 0755, .type = '0', .size = 5};

	tape_header(block, &header);
	assert_true(tape->len >= 2 * TAPE_BLOCK + END);
	assert_string_equal(tape->bytes, "bin/run");
	/* Mode, owner, size. */
	assert_int_equal(
	    strtol(tape->bytes + 100, NULL, 8), strtol(block + 100, NULL, 8));
	assert_int_equal(strtol(tape->bytes + 124, NULL, 8), 5);
	assert_int_equal(tape->bytes[156], '0');
	assert_memory_equal(tape->bytes + TAPE_BLOCK, "hello", 5);
}

/* The client's bytes in pieces of so many. */
static void
check_pass(size_t piece, bool half_close)
{
	struct tape tape = small_tape(), got;
	struct world world;
	int client, engine;
	bool whole;

	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	for (size_t at = 0; at < tape.len; at += piece)
		say_chunk(client, tape.bytes + at,
		    tape.len - at < piece ? tape.len - at : piece);
	say(client, LAST);
	if (half_close)
		assert_int_equal(shutdown(client, SHUT_WR), 0);
	engine = engine_of(&world);
	got = hear_body(engine, &whole);
	assert_true(whole);
	check_small(&got);
	say(engine, OK);
	(void)close(engine);
	hear_text(client, "HTTP/1.1 200 OK\r\n");
	assert_upload(&world, "pass");
	free(got.bytes);
	free(tape.bytes);
	(void)close(client);
	world_end(&world);
}

static void
test_pass(void **state)
{
	(void)state;
	check_pass(1 << 20, false);
	check_pass(511, false);
	check_pass(7, false);
}

static void
test_pass_and_half_close(void **state)
{
	(void)state;
	check_pass(1 << 20, true);
}

static void
test_length_framing(void **state)
{
	struct tape tape = small_tape(), got;
	struct world world;
	int client, engine;
	char head[512];
	bool whole;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	(void)snprintf(
	    head, sizeof(head), PUT "Content-Length: %zu\r\n\r\n", tape.len);
	say(client, head);
	say_bytes(client, tape.bytes, tape.len);
	engine = engine_of(&world);
	got = hear_body(engine, &whole);
	assert_true(whole);
	check_small(&got);
	/* The connection carries the next call. */
	say(engine, OK);
	(void)close(engine);
	free(hear_head(client));
	say(client, "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
	engine = world_accept(&world);
	free(hear_head(engine));
	free(got.bytes);
	free(tape.bytes);
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* As the docker CLI ends it: with the last byte of the last file. */
static void
test_end_that_is_missing(void **state)
{
	struct tape tape = small_tape(), got;
	struct world world;
	int client, engine;
	bool whole;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, TAPE_BLOCK + 5);
	say(client, LAST);
	engine = engine_of(&world);
	got = hear_body(engine, &whole);
	assert_true(whole);
	check_small(&got);
	free(got.bytes);
	free(tape.bytes);
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

/* An engine that does not read makes the client wait, not the guard grow. */
static void
test_slow_engine(void **state)
{
	static char zeroes[1 << 20];
	const size_t megabytes = 48;
	struct tape_header header = {.name = "big",
	    .mode = 0644,
	    .type = '0',
	    .size = megabytes * sizeof(zeroes)};
	char block[TAPE_BLOCK];
	struct tape got;
	struct world world;
	int client, engine;
	pid_t sender;
	long before;
	bool whole;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	before = world_memory(&world);
	say(client, CHUNKED);
	sender = fork();
	assert_true(sender >= 0);
	if (sender == 0) {
		tape_header(block, &header);
		say_chunk(client, block, sizeof(block));
		for (size_t i = 0; i < megabytes; i++)
			say_chunk(client, zeroes, sizeof(zeroes));
		say_chunk(client, zeroes, END);
		say(client, LAST);
		_exit(0);
	}
	engine = engine_of(&world);
	world_rest(&world);
	world_check_memory(&world, before);
	got = hear_body(engine, &whole);
	assert_true(whole);
	assert_int_equal(waitpid(sender, NULL, 0), sender);
	assert_true(got.len >= megabytes * sizeof(zeroes) + TAPE_BLOCK + END);
	say(engine, OK);
	(void)close(engine);
	hear_text(client, "HTTP/1.1 200 OK\r\n");
	world_check_memory(&world, before);
	free(got.bytes);
	(void)close(client);
	world_end(&world);
}

/* --- what does not -------------------------------------------------------- */

static void
check_refusal(const struct tape *tape, const char *text)
{
	struct world world;
	int client;

	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape->bytes, tape->len);
	say(client, LAST);
	hear_refusal(client, "HTTP/1.1 403 ", text);
	assert_unheard(&world);
	assert_upload(&world, "deny");
	world_end(&world);
}

static void
append_device(struct tape *tape)
{
	append_entry(tape, "sda", '4', 0600, "");
	append_entry(tape, "last", '0', 0644, "fine");
	append_end(tape);
}

static void
test_device(void **state)
{
	struct tape tape = {NULL, 0};

	(void)state;
	append_entry(&tape, "first", '0', 0644, "fine");
	append_device(&tape);
	check_refusal(&tape, "archive: sda: device nodes are not allowed");
	free(tape.bytes);
}

/* What the daemon would decompress, and find another archive in. */
static void
test_looks_compressed(void **state)
{
	static const char *const names[] = {"BZh91AY/f", "BZh9"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct tape tape = {NULL, 0};

		append_entry(&tape, names[i], '0', 0644, "fine");
		append_end(&tape);
		check_refusal(&tape, "makes it look compressed");
		free(tape.bytes);
	}
}

/* The same, with so much behind it that it goes out in more than one piece. */
static void
test_looks_compressed_and_large(void **state)
{
	char text[100 * 1000];
	struct tape tape = {NULL, 0};

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	append_entry(&tape, "BZh91AY&SY", '0', 0644, text);
	append_end(&tape);
	check_refusal(&tape, "makes it look compressed");
	free(tape.bytes);
}

/* Elsewhere it is a name like any other. */
static void
test_compressed_later(void **state)
{
	struct tape tape = small_tape(), got;
	struct world world;
	int client, engine;
	bool whole;

	(void)state;
	tape.len -= END;
	append_entry(&tape, "BZh91AY&SY", '0', 0644, "fine");
	append_end(&tape);
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, tape.len);
	say(client, LAST);
	engine = engine_of(&world);
	got = hear_body(engine, &whole);
	assert_true(whole);
	check_small(&got);
	say(engine, OK);
	(void)close(engine);
	hear_text(client, "HTTP/1.1 200 OK\r\n");
	free(got.bytes);
	free(tape.bytes);
	(void)close(client);
	world_end(&world);
}

/* Behind more than we hold: what is before it has gone to the engine. */
static void
test_late_device(void **state)
{
	struct tape_header header = {
	    .name = "big", .mode = 0644, .type = '0', .size = 3 << 20};
	struct tape tape = {NULL, 0};
	char block[TAPE_BLOCK];
	struct world world;
	int client, engine;
	pid_t sender;

	(void)state;
	tape_header(block, &header);
	append(&tape, block, sizeof(block));
	append(&tape, NULL, header.size);
	append_device(&tape);
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	sender = send_aside(client, &tape);
	engine = engine_of(&world);
	hear_broken_body(engine);
	hear_refusal(client, "HTTP/1.1 403 ", "archive: sda: device nodes");
	assert_upload(&world, "deny");
	assert_int_equal(waitpid(sender, NULL, 0), sender);
	free(tape.bytes);
	world_end(&world);
}

static void
test_no_archive(void **state)
{
	struct tape tape = small_tape();

	(void)state;
	tape.bytes[150] ^= 1;
	check_refusal(&tape, "archive: not an archive");
	free(tape.bytes);
}

/* The whole of it came, but it says itself that there is more. */
static void
test_short_archive(void **state)
{
	struct tape tape = small_tape();

	(void)state;
	tape.len = TAPE_BLOCK + 3;
	check_refusal(&tape, "bin/run: not an archive");
	free(tape.bytes);
}

static void
test_nothing(void **state)
{
	struct world world;
	int client;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, PUT "Content-Length: 0\r\n\r\n");
	hear_refusal(client, "HTTP/1.1 403 ", "not an archive");
	assert_unheard(&world);
	world_end(&world);
}

/* It is refused before the client has sent the rest. */
static void
test_refused_at_once(void **state)
{
	struct tape tape = {NULL, 0};
	struct world world;
	json_t *record;
	int client;

	(void)state;
	append_entry(&tape, "../up", '0', 0644, "text");
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, tape.len);
	hear_text(client, "HTTP/1.1 403 ");
	record = world_record(&world, "\"event\":\"request\"");
	assert_string_equal(
	    json_string_value(json_object_get(record, "verdict")), "deny");
	assert_string_equal(
	    json_string_value(json_object_get(record, "filter")), "archive");
	assert_string_equal(
	    json_string_value(json_object_get(record, "field")), "../up");
	json_decref(record);
	assert_upload(&world, "deny");
	assert_unheard(&world);
	free(tape.bytes);
	(void)close(client);
	world_end(&world);
}

/* --- what breaks ---------------------------------------------------------- */

/* Even if what came is an archive: its sender was not done. */
static void
test_client_leaves(void **state)
{
	struct tape tape = small_tape();
	struct world world;
	int client;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, tape.len);
	(void)close(client);
	assert_upload(&world, "none");
	assert_unheard(&world);
	free(tape.bytes);
	world_end(&world);
}

static void
test_client_pauses(void **state)
{
	struct tape tape = small_tape();
	struct world world;
	int client;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, TAPE_BLOCK);
	world_rest(&world);
	world_pass_time(&world, LIMIT_UPLOAD_PAUSE_MS / 1000 + 1);
	free(tape.bytes);
	hear_refusal(client, "HTTP/1.1 408 ", "paused");
	assert_unheard(&world);
	world_end(&world);
}

/* Does a line of the process's status say this? */
static bool
has_status(pid_t pid, const char *line)
{
	char path[64], text[4096];
	FILE *file;
	size_t len;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	return strstr(text, line) != NULL;
}

static void
test_sieve_can_do_nothing(void **state)
{
	struct tape_header header = {
	    .name = "big", .mode = 0644, .type = '0', .size = 8 << 20};
	struct tape tape = {NULL, 0};
	char block[TAPE_BLOCK];
	struct world world;
	int client, engine;
	pid_t sender;

	(void)state;
	tape_header(block, &header);
	append(&tape, block, sizeof(block));
	append(&tape, NULL, header.size);
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	sender = send_aside(client, &tape);
	/* It is at work. */
	engine = engine_of(&world);
	assert_true(has_status(world_sieve(&world), "NoNewPrivs:\t1\n"));
#ifndef __SANITIZE_ADDRESS__
	assert_true(has_status(world_sieve(&world), "Seccomp:\t2\n"));
#endif
	assert_int_equal(kill(sender, SIGKILL), 0);
	assert_int_equal(waitpid(sender, NULL, 0), sender);
	(void)close(client);
	hear_broken_body(engine);
	free(tape.bytes);
	world_end(&world);
}

static void
test_sieve_dies(void **state)
{
	struct tape tape = small_tape();
	struct world world;
	int client;

	(void)state;
	world_start(&world, FILTERS, NULL);
	client = world_connect(&world);
	say(client, CHUNKED);
	say_chunk(client, tape.bytes, tape.len);
	world_rest(&world);
	assert_int_equal(kill(world_sieve(&world), SIGKILL), 0);
	free(tape.bytes);
	hear_refusal(client, "HTTP/1.1 500 ", "the upload could not be judged");
	assert_unheard(&world);
	world_end(&world);
}

static void
test_no_sieve(void **state)
{
	struct world world;
	char *rest;
	int client;

	(void)state;
	spawn_set_program("/nonexistent");
	world_start(&world, FILTERS, NULL);
	spawn_set_program(SIEVE);
	client = world_connect(&world);
	say(client, CHUNKED);
	rest = hear_rest(client);
	assert_non_null(strstr(rest, "HTTP/1.1 503 "));
	assert_non_null(strstr(rest, "the upload cannot be judged"));
	free(rest);
	(void)close(client);
	world_end(&world);
}

/* A program that is no sieve has no verdict. */
static void
test_other_program(void **state)
{
	struct world world;
	int client;

	(void)state;
	spawn_set_program("/bin/true");
	world_start(&world, FILTERS, NULL);
	spawn_set_program(SIEVE);
	client = world_connect(&world);
	say(client, CHUNKED);
	hear_refusal(client, "HTTP/1.1 500 ", "the upload could not be judged");
	world_end(&world);
}

static void
test_too_many(void **state)
{
	int clients[LIMIT_SIEVES_OF_TEAM], one;
	struct world world;

	(void)state;
	world_start(&world, FILTERS, NULL);
	for (size_t i = 0; i < LIMIT_SIEVES_OF_TEAM; i++) {
		clients[i] = world_connect(&world);
		say(clients[i], CHUNKED);
		world_rest(&world);
	}
	one = world_connect(&world);
	say(one, CHUNKED);
	hear_refusal(one, "HTTP/1.1 503 ", "too many uploads of this team");
	for (size_t i = 0; i < LIMIT_SIEVES_OF_TEAM; i++)
		(void)close(clients[i]);
	world_end(&world);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pass),
	    cmocka_unit_test(test_pass_and_half_close),
	    cmocka_unit_test(test_length_framing),
	    cmocka_unit_test(test_end_that_is_missing),
	    cmocka_unit_test(test_slow_engine),
	    cmocka_unit_test(test_device),
	    cmocka_unit_test(test_looks_compressed),
	    cmocka_unit_test(test_looks_compressed_and_large),
	    cmocka_unit_test(test_compressed_later),
	    cmocka_unit_test(test_late_device),
	    cmocka_unit_test(test_no_archive),
	    cmocka_unit_test(test_short_archive),
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_refused_at_once),
	    cmocka_unit_test(test_client_leaves),
	    cmocka_unit_test(test_client_pauses),
	    cmocka_unit_test(test_sieve_can_do_nothing),
	    cmocka_unit_test(test_sieve_dies),
	    cmocka_unit_test(test_no_sieve),
	    cmocka_unit_test(test_other_program),
	    cmocka_unit_test(test_too_many),
	};

	spawn_set_program(SIEVE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
