/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "load.h"
#include "message.h"

#define TURN (256 * 1024)
#define EVENTS 256
/* A connection that is lost is opened again, but not for ever. */
#define LOST_MOST 1000

struct caller {
	struct wire wire;
	struct message reply;
	size_t sent;
	uint64_t began;
	bool waits; /* to dial */
};

static const struct plan *plan;
static int epoll;
static char turn[TURN];
static struct caller *callers;
static size_t active, waiting;

/* What is still to be begun, and until when. */
static uint64_t quota, deadline;
/* What happened. */
static struct histogram times;
static uint64_t lost, unexpected, reopened;

static bool send_request(struct caller *caller);

/* --- a request -------------------------------------------------------------- */

static void
dial(struct caller *caller)
{
	int fd = wire_dial(&plan->to);

	waiting -= caller->waits;
	caller->waits = fd < 0;
	waiting += caller->waits;
	if (fd >= 0)
		wire_open(&caller->wire, fd, plan->tls, false);
}

static void
rest(void)
{
	struct timespec pace = {.tv_sec = (time_t)(plan->pace_us / 1000000),
	    .tv_nsec = (long)(plan->pace_us % 1000000) * 1000};

	if (plan->pace_us > 0)
		nanosleep(&pace, NULL);
}

static void
begin(struct caller *caller)
{
	caller->began = now_ns();
	caller->sent = 0;
	caller->reply = (struct message){.phase = MESSAGE_HEAD};
	if (caller->wire.fd < 0)
		dial(caller);
	/* Its reply is for the loop to read: it is not here yet. */
	if (caller->wire.fd >= 0 && send_request(caller))
		wire_arm(&caller->wire, epoll, EPOLLIN, caller);
}

/* The next request, if there is to be one. */
static void
next(struct caller *caller, uint64_t now)
{
	if (quota == 0 || (deadline > 0 && now >= deadline)) {
		active--;
		return;
	}
	quota--;
	rest();
	begin(caller);
}

static void
complete(struct caller *caller)
{
	uint64_t now = now_ns();
	bool close = caller->reply.close ||
	    caller->reply.phase == MESSAGE_UNTIL_END;

	histogram_add(&times, now - caller->began);
	if (message_status(&caller->reply) != plan->expect && unexpected++ == 0)
		fprintf(stderr, "load: want %d, not: %.*s\n", plan->expect,
		    (int)strcspn(caller->reply.head, "\r\n"),
		    caller->reply.head);
	if (plan->close || close)
		wire_close(&caller->wire);
	reopened += close && !plan->close;
	next(caller, now);
}

static void
lose(struct caller *caller)
{
	if (++lost > LOST_MOST)
		die("load: the connection is lost again and again");
	wire_close(&caller->wire);
	begin(caller);
}

/* --- events ----------------------------------------------------------------- */

/* False: not yet, or lost. */
static bool
send_request(struct caller *caller)
{
	while (caller->sent < plan->request_len) {
		ssize_t n = wire_write(&caller->wire,
		    plan->request + caller->sent,
		    plan->request_len - caller->sent);

		if (n < 0 && errno != EAGAIN)
			lose(caller);
		else if (n < 0)
			wire_arm(
			    &caller->wire, epoll, caller->wire.blocked, caller);
		if (n < 0)
			return false;
		caller->sent += (size_t)n;
	}
	return true;
}

static void
read_reply(struct caller *caller)
{
	while (caller->reply.phase != MESSAGE_DONE) {
		ssize_t n = wire_read(&caller->wire, turn, sizeof(turn));

		if (n < 0 && errno == EAGAIN) {
			wire_arm(
			    &caller->wire, epoll, caller->wire.blocked, caller);
			return;
		}
		if (n == 0 && caller->reply.phase == MESSAGE_UNTIL_END)
			break;
		if (n <= 0) {
			lose(caller);
			return;
		}
		message_feed(&caller->reply, turn, (size_t)n);
	}
	complete(caller);
}

static void
on_caller(struct caller *caller)
{
	if (caller->sent == plan->request_len &&
	    caller->reply.phase == MESSAGE_DONE) {
		/* At rest, so it can only have been closed. */
		wire_close(&caller->wire);
		reopened++;
	} else if (send_request(caller)) {
		read_reply(caller);
	}
}

static void
dial_again(void)
{
	for (size_t i = 0; i < plan->connections; i++) {
		if (!callers[i].waits)
			continue;
		dial(&callers[i]);
		if (!callers[i].waits)
			on_caller(&callers[i]);
	}
}

static void
run(void)
{
	struct epoll_event events[EVENTS];

	active = plan->connections;
	for (size_t i = 0; i < plan->connections; i++)
		next(&callers[i], now_ns());
	while (active > 0) {
		int n = epoll_wait(epoll, events, EVENTS, waiting > 0 ? 1 : -1);

		for (int i = 0; i < n; i++)
			on_caller(events[i].data.ptr);
		if (waiting > 0)
			dial_again();
	}
}

void
load_requests(const struct plan *wanted)
{
	uint64_t began;

	plan = wanted;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	callers = calloc(plan->connections, sizeof(*callers));
	if (epoll < 0 || callers == NULL)
		die("load: out of memory");
	for (size_t i = 0; i < plan->connections; i++)
		callers[i].wire.fd = -1;
	quota = plan->connections; /* to warm up, one each */
	run();
	load_wait();
	memset(&times, 0, sizeof(times));
	lost = reopened = 0;
	began = now_ns();
	quota = plan->seconds > 0 ? UINT64_MAX : plan->requests;
	deadline = plan->seconds > 0 ? began + (uint64_t)(plan->seconds * 1e9)
				     : 0;
	run();
	printf("{\"requests\":%llu,\"seconds\":%.6f,\"lost\":%llu,"
	       "\"unexpected\":%llu,\"reopened\":%llu,",
	    (unsigned long long)times.total, (double)(now_ns() - began) / 1e9,
	    (unsigned long long)lost, (unsigned long long)unexpected,
	    (unsigned long long)reopened);
	histogram_print(&times);
	puts("}");
}
