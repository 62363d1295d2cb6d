/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "load.h"
#include "message.h"

#define TURN (256 * 1024)
#define CHUNK (32 * 1024)
/* Not yet back of what is sent into an echo: what a terminal or a pipe has. */
#define WINDOW (256 * 1024)

static char turn[TURN];

/* --- calls that wait -------------------------------------------------------- */

static void
send_all(struct wire *wire, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = wire_write(wire, data, len);

		if (n < 0)
			die("load: writing: %s", strerror(errno));
		data += n;
		len -= (size_t)n;
	}
}

/* Of what is read, that behind the message. */
static size_t
read_some(struct wire *wire, struct message *reply)
{
	ssize_t n = wire_read(wire, turn, sizeof(turn));

	if (n < 0)
		die("load: reading: %s", strerror(errno));
	if (n == 0)
		die("load: it was closed in the midst of a reply");
	return (size_t)n - message_feed(reply, turn, (size_t)n);
}

static void
check_status(const struct plan *plan, const struct message *reply)
{
	if (message_status(reply) != plan->expect)
		die("load: want %d, not: %.*s", plan->expect,
		    (int)strcspn(reply->head, "\r\n"), reply->head);
}

static void
read_reply(const struct plan *plan, struct wire *wire, struct message *reply)
{
	while (reply->phase != MESSAGE_DONE)
		read_some(wire, reply);
	check_status(plan, reply);
}

static void
print_bytes(uint64_t bytes, uint64_t began)
{
	printf("{\"bytes\":%llu,\"seconds\":%.6f}\n", (unsigned long long)bytes,
	    (double)(now_ns() - began) / 1e9);
}

/* --- get and put ------------------------------------------------------------ */

void
load_get(const struct plan *plan)
{
	struct wire wire = load_connect(plan);
	struct message reply = {.phase = MESSAGE_HEAD};
	uint64_t began;

	load_wait();
	began = now_ns();
	send_all(&wire, plan->request, plan->request_len);
	read_reply(plan, &wire, &reply);
	if (plan->bytes > 0 && reply.body != plan->bytes)
		die("load: the reply has %llu bytes", reply.body);
	print_bytes(reply.body, began);
}

static bool
has_length(const struct plan *plan)
{
	return memmem(plan->request, plan->request_len,
		   "Content-Length:", 15) != NULL;
}

/* A body of zeros, with chunks as the Docker CLI makes them. */
static void
send_body(struct wire *wire, uint64_t bytes, bool chunked)
{
	static char chunk[CHUNK + 16];
	int head = chunked ? sprintf(chunk, "%x\r\n", CHUNK) : 0;
	size_t len = (size_t)head + CHUNK;

	if (chunked)
		memcpy(chunk + len, "\r\n", 2);
	len += chunked ? 2 : 0;
	for (uint64_t sent = 0; sent < bytes; sent += CHUNK)
		send_all(wire, chunk, len);
	if (chunked)
		send_all(wire, "0\r\n\r\n", 5);
}

void
load_put(const struct plan *plan)
{
	struct wire wire = load_connect(plan);
	struct message reply = {.phase = MESSAGE_HEAD};
	uint64_t began;

	load_wait();
	began = now_ns();
	send_all(&wire, plan->request, plan->request_len);
	send_body(&wire, plan->bytes, !has_length(plan));
	read_reply(plan, &wire, &reply);
	print_bytes(plan->bytes, began);
}

/* --- echo ------------------------------------------------------------------- */

static struct wire
attach(const struct plan *plan)
{
	struct wire wire = load_connect(plan);
	struct message reply = {.phase = MESSAGE_HEAD};

	send_all(&wire, plan->request, plan->request_len);
	read_reply(plan, &wire, &reply);
	return wire;
}

/* A key pressed, and seen on the screen. */
static void
press_key(struct wire *wire)
{
	char key = 'k';

	send_all(wire, &key, 1);
	if (wire_read(wire, &key, 1) != 1 || key != 'k')
		die("load: no echo");
}

void
load_echo(const struct plan *plan)
{
	static struct histogram times;
	struct wire wire = attach(plan);
	uint64_t began, last, now, end;

	for (int i = 0; i < 10; i++)
		press_key(&wire);
	load_wait();
	last = began = now_ns();
	end = plan->seconds > 0 ? began + (uint64_t)(plan->seconds * 1e9)
				: UINT64_MAX;
	do {
		press_key(&wire);
		now = now_ns();
		histogram_add(&times, now - last);
		last = now;
	} while (
	    now < end && (plan->seconds > 0 || times.total < plan->requests));
	printf("{\"requests\":%llu,\"seconds\":%.6f,",
	    (unsigned long long)times.total, (double)(now - began) / 1e9);
	histogram_print(&times);
	puts("}");
}

/* What a call on a wire that does not wait has done; 0: nothing yet. */
static size_t
moved(ssize_t n)
{
	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("load: the echo has ended");
	return n < 0 ? 0 : (size_t)n;
}

void
load_echo_bytes(const struct plan *plan)
{
	static char block[64 * 1024];
	struct wire wire = attach(plan);
	uint64_t sent = 0, got = 0, began;

	fcntl(wire.fd, F_SETFL, fcntl(wire.fd, F_GETFL) | O_NONBLOCK);
	load_wait();
	began = now_ns();
	while (got < plan->bytes) {
		bool more = sent < plan->bytes && sent - got < WINDOW;
		struct pollfd ready = {
		    .fd = wire.fd, .events = more ? POLLIN | POLLOUT : POLLIN};

		poll(&ready, 1, -1);
		if (more && (ready.revents & POLLOUT) != 0)
			sent += moved(wire_write(&wire, block, sizeof(block)));
		if ((ready.revents & (POLLIN | POLLHUP)) != 0)
			got += moved(wire_read(&wire, turn, sizeof(turn)));
	}
	print_bytes(got, began);
}
