/* SPDX-License-Identifier: Apache-2.0 */
/* pressure_test -- one side sends more than the other one reads: the guard
 * holds little of it, loses nothing of it, and does not wait for ever. */
#include "loop/world.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limit.h"

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define LOGS "GET /v1.41/containers/a/logs?stdout=1 HTTP/1.1\r\nHost: x\r\n\r\n"
#define LOAD                                                                   \
	"POST /v1.41/images/load HTTP/1.1\r\nHost: x\r\n"                      \
	"Content-Type: application/x-tar\r\n"
#define ATTACH                                                                 \
	"POST /v1.41/containers/a/attach?stream=1&stdin=1 HTTP/1.1\r\n"        \
	"Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
#define AGREED                                                                 \
	"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"                     \
	"Upgrade: tcp\r\n\r\n"
#define TWO "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

/* --- a flow of bytes ------------------------------------------------------ */

#define TOTAL (64UL << 20)
#define TOTAL_TEXT "67108864"

/* What may be under way: the buffers of four sockets, and the guard's. */
#define MOST_UNDER_WAY (4UL << 20)

/* No power of two, so that a lost or doubled buffer shows. */
#define PATTERN 65521

/* TOTAL bytes through the guard; chunked or as they are. */
struct flow {
	int from, to;
	bool chunked;
	size_t sent, heard; /* of the TOTAL */
	char unit[PATTERN + 32]; /* what is being sent, with its framing */
	size_t unit_len, unit_at;
	size_t left; /* of the chunk that is being heard */
	char size[32]; /* the line that says how long it is */
	bool ended; /* the last unit was made */
	bool last, over; /* the last chunk has been heard; all of its end */
};

static char pattern[PATTERN];

static int
make_pattern(void **state)
{
	unsigned number = 1;

	(void)state;
	for (size_t i = 0; i < PATTERN; i++) {
		number = number * 1103515245 + 12345;
		pattern[i] = (char)(number >> 16);
	}
	return 0;
}

static struct flow *
flow_new(int from, int to, bool chunked)
{
	struct flow *flow = calloc(1, sizeof(*flow));

	assert_non_null(flow);
	flow->from = from;
	flow->to = to;
	flow->chunked = chunked;
	return flow;
}

/* Make the next unit; false: there is no more. */
static bool
next_unit(struct flow *flow)
{
	size_t len = TOTAL - flow->sent, at = 0;

	if (len > PATTERN)
		len = PATTERN;
	if (len == 0 && (!flow->chunked || flow->ended))
		return false;
	if (flow->chunked)
		at = (size_t)snprintf(flow->unit, 16, "%zx\r\n", len);
	memcpy(flow->unit + at, pattern, len);
	at += len;
	if (flow->chunked) {
		memcpy(flow->unit + at, "\r\n", 2);
		at += 2;
	}
	flow->ended = len == 0;
	flow->sent += len;
	flow->unit_at = 0;
	flow->unit_len = at;
	return true;
}

/* Send what can be sent at once; false: nothing can, or all is sent. */
static bool
push(struct flow *flow)
{
	ssize_t n;

	if (flow->unit_at == flow->unit_len && !next_unit(flow))
		return false;
	n = send(flow->from, flow->unit + flow->unit_at,
	    flow->unit_len - flow->unit_at, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno == EAGAIN)
		return false;
	assert_true(n > 0);
	flow->unit_at += (size_t)n;
	return true;
}

static void
check(struct flow *flow, const char *bytes, size_t len)
{
	assert_true(flow->heard + len <= TOTAL);
	while (len > 0) {
		size_t at = flow->heard % PATTERN, n = PATTERN - at;

		if (n > len)
			n = len;
		assert_memory_equal(bytes, pattern + at, n);
		flow->heard += n;
		bytes += n;
		len -= n;
	}
}

/* One byte between the data of two chunks: of the line with the size, or of
 * the empty one before it. */
static void
take_size(struct flow *flow, char c)
{
	size_t len = strlen(flow->size);

	assert_true(len < sizeof(flow->size) - 1);
	flow->size[len] = c;
	if (c != '\n')
		return;
	if (len > 1) {
		flow->left = strtoul(flow->size, NULL, 16);
		flow->last = flow->left == 0;
	} else {
		flow->over = flow->last;
	}
	memset(flow->size, 0, sizeof(flow->size));
}

static void
take(struct flow *flow, const char *bytes, size_t len)
{
	size_t n;

	for (; len > 0; bytes += n, len -= n) {
		n = 1;
		if (flow->chunked && flow->left == 0) {
			take_size(flow, *bytes);
			continue;
		}
		n = flow->chunked && flow->left < len ? flow->left : len;
		check(flow, bytes, n);
		flow->left -= flow->chunked ? n : 0;
	}
	if (!flow->chunked)
		flow->over = flow->heard == TOTAL;
}

/* Hear what is there at once. */
static void
pull(struct flow *flow)
{
	static char bytes[1 << 16];
	ssize_t n = recv(flow->to, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		fail_msg("it ended after %zu bytes", flow->heard);
	take(flow, bytes, (size_t)n);
}

/* Send until the guard takes no more, although it has nothing else to do. */
static void
fill(const struct world *world, struct flow *flow)
{
	size_t before;

	do {
		before = flow->sent;
		while (push(flow))
			assert_true(flow->sent < MOST_UNDER_WAY);
		world_rest(world);
	} while (push(flow) || flow->sent != before);
}

/* The other side reads at last: every byte, to the end. */
static void
finish(struct flow *flow)
{
	while (!flow->over) {
		struct pollfd pollfds[] = {{.fd = flow->to, .events = POLLIN},
		    {.fd = flow->from, .events = POLLOUT}};
		bool more = flow->unit_at < flow->unit_len ||
		    flow->sent < TOTAL || (flow->chunked && !flow->ended);

		if (poll(pollfds, more ? 2 : 1, WORLD_PATIENCE_SECONDS * 1000) <
		    1)
			fail_msg("stuck after %zu bytes", flow->heard);
		(void)push(flow);
		pull(flow);
	}
	assert_int_equal(flow->heard, TOTAL);
}

/* --- the tests ------------------------------------------------------------ */

static void
download(const char *reply, bool chunked)
{
	struct world world;
	int client, engine;
	struct flow *flow;
	json_t *record;
	long before;

	world_start(&world, ALL, NULL);
	before = world_memory(&world);
	client = world_connect(&world);
	say(client, LOGS);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, reply);
	flow = flow_new(engine, client, chunked);
	fill(&world, flow);
	world_check_memory(&world, before);
	free(hear_head(client));
	finish(flow);
	world_check_memory(&world, before);
	(void)close(engine);
	/* No need to wait for the time that a closed client has to go. */
	world_rest(&world);
	world_pass_time(&world, LIMIT_LINGER_MS / 1000 + 1);
	record = world_record(&world, "\"event\":\"response\"");
	assert_int_equal(
	    json_integer_value(json_object_get(record, "bytes_out")), TOTAL);
	assert_string_equal(
	    json_string_value(json_object_get(record, "end")), "complete");
	json_decref(record);
	free(flow);
	(void)close(client);
	world_end(&world);
}

static void
test_client_that_does_not_read(void **state)
{
	(void)state;
	download(
	    "HTTP/1.1 200 OK\r\nContent-Length: " TOTAL_TEXT "\r\n\r\n", false);
	download("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false);
	download("HTTP/1.1 200 OK\r\n" CHUNKED, true);
}

static void
upload(const char *head, bool chunked)
{
	struct world world;
	int client, engine;
	struct flow *flow;
	json_t *record;
	long before;

	world_start(&world, ALL, NULL);
	before = world_memory(&world);
	client = world_connect(&world);
	say(client, head);
	engine = world_accept(&world);
	flow = flow_new(client, engine, chunked);
	fill(&world, flow);
	world_check_memory(&world, before);
	free(hear_head(engine));
	finish(flow);
	world_check_memory(&world, before);
	say(engine, TWO);
	hear_text(client, "HTTP/1.1 200 OK\r\n");
	record = world_record(&world, "\"event\":\"response\"");
	assert_int_equal(
	    json_integer_value(json_object_get(record, "bytes_in")), TOTAL);
	json_decref(record);
	free(flow);
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

static void
test_engine_that_does_not_read(void **state)
{
	(void)state;
	upload(LOAD "Content-Length: " TOTAL_TEXT "\r\n\r\n", false);
	upload(LOAD CHUNKED, true);
}

/* Both ways at once: what stands still one way does not stop the other. */
static void
test_tunnel_that_nobody_reads(void **state)
{
	struct flow *out, *in;
	struct world world;
	int client, engine;
	long before;

	(void)state;
	world_start(&world, ALL, NULL);
	before = world_memory(&world);
	client = world_connect(&world);
	say(client, ATTACH);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, AGREED);
	free(hear_head(client));
	out = flow_new(engine, client, false);
	in = flow_new(client, engine, false);
	fill(&world, out);
	fill(&world, in);
	world_check_memory(&world, before);
	finish(out);
	finish(in);
	world_check_memory(&world, before);
	(void)close(engine);
	(void)close(client);
	free(out);
	free(in);
	world_end(&world);
}

/* --- too slow ------------------------------------------------------------- */

/* The time for a body is for all of it, however its bytes come. */
static void
test_slow_body(void **state)
{
	struct world world;
	json_t *record;
	char *answer;
	int client;

	(void)state;
	world_start(&world, ALL, "{\"timeouts\": {\"body\": \"60s\"}}");
	client = world_connect(&world);
	say(client,
	    "POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: 100\r\n\r\n");
	for (int i = 0; i < 5; i++) {
		say(client, " ");
		world_rest(&world);
		world_pass_time(&world, 11);
		world_rest(&world);
		assert_true(is_silent(client));
	}
	say(client, "{");
	world_rest(&world);
	world_pass_time(&world, 11);
	answer = hear_rest(client);
	assert_memory_equal(answer, "HTTP/1.1 408 ", 13);
	free(answer);
	(void)close(client);
	record = world_record(&world, "\"event\":\"response\"");
	assert_int_equal(
	    json_integer_value(json_object_get(record, "status")), 408);
	json_decref(record);
	json_decref(world_record(&world, "\"verdict\":\"refuse\""));
	assert_true(is_silent(world.engine));
	world_end(&world);
}

/* A stream may take its time, but not stand still.  The engine must not take
 * what it got for the whole. */
static void
test_upload_that_stalls(void **state)
{
	const long pause = LIMIT_UPLOAD_PAUSE_MS / 1000;
	struct world world;
	int client, engine;
	char *rest;

	(void)state;
	world_start(&world, ALL, NULL);
	client = world_connect(&world);
	say(client, LOAD CHUNKED);
	engine = world_accept(&world);
	free(hear_head(engine));
	for (int i = 0; i < 3; i++) {
		say(client, "3\r\nabc\r\n");
		hear_text(engine, "3\r\nabc\r\n");
		world_pass_time(&world, pause - 10);
		world_rest(&world);
		assert_true(is_silent(client));
	}
	world_pass_time(&world, 20);
	rest = hear_rest(engine);
	assert_string_equal(rest, "");
	free(rest);
	rest = hear_rest(client);
	assert_memory_equal(rest, "HTTP/1.1 408 ", 13);
	free(rest);
	(void)close(engine);
	(void)close(client);
	json_decref(world_record(&world, "\"status\":408"));
	world_end(&world);
}

/* The last bytes of an answer wait for their reader as long as an idle
 * connection may last. */
static void
test_answer_that_nobody_fetches(void **state)
{
	static char zeros[128 * 1024];
	struct world world;
	int client, engine;
	json_t *record;

	(void)state;
	world_start(&world, ALL, "{\"timeouts\": {\"idle\": \"60s\"}}");
	client = world_connect(&world);
	say(client, LOGS);
	engine = world_accept(&world);
	free(hear_head(engine));
	say(engine, "HTTP/1.1 200 OK\r\nContent-Length: 393216\r\n\r\n");
	for (int i = 0; i < 3; i++)
		say_bytes(engine, zeros, sizeof(zeros));
	world_rest(&world);
	world_pass_time(&world, 50);
	world_rest(&world);
	world_pass_time(&world, 20);
	record = world_record(&world, "\"event\":\"response\"");
	assert_true(json_integer_value(json_object_get(record, "ms")) >= 70000);
	assert_string_equal(json_string_value(json_object_get(record, "end")),
	    "the client did not fetch the answer");
	json_decref(record);
	(void)close(engine);
	(void)close(client);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_client_that_does_not_read),
	    cmocka_unit_test(test_engine_that_does_not_read),
	    cmocka_unit_test(test_tunnel_that_nobody_reads),
	    cmocka_unit_test(test_slow_body),
	    cmocka_unit_test(test_upload_that_stalls),
	    cmocka_unit_test(test_answer_that_nobody_fetches),
	};

	return cmocka_run_group_tests(tests, make_pattern, NULL);
}
