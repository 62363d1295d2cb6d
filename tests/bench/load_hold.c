/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "load.h"
#include "message.h"

#define EVENTS 256
#define OPENING_MOST 64 /* at once */
#define PATIENCE_MS 3000 /* for the next of them to be answered */

enum held {
	HELD_NOT = 0,
	HELD_OPENING, /* until the head of its reply is here */
	HELD_OPEN,
	HELD_LOST,
};

struct holder {
	struct wire wire;
	struct message reply;
	size_t sent;
	enum held held;
};

static const struct plan *plan;
static int epoll;
static struct holder *holders;
static size_t counts[HELD_LOST + 1];

static void
become(struct holder *holder, enum held held)
{
	counts[holder->held]--;
	holder->held = held;
	counts[held]++;
	if (held == HELD_LOST)
		wire_close(&holder->wire);
}

/* False: not yet, or lost. */
static bool
send_request(struct holder *holder)
{
	while (holder->sent < plan->request_len) {
		ssize_t n = wire_write(&holder->wire,
		    plan->request + holder->sent,
		    plan->request_len - holder->sent);

		if (n < 0 && errno != EAGAIN)
			become(holder, HELD_LOST);
		else if (n < 0)
			wire_arm(
			    &holder->wire, epoll, holder->wire.blocked, holder);
		if (n < 0)
			return false;
		holder->sent += (size_t)n;
	}
	return true;
}

static bool
is_answered(const struct holder *holder)
{
	return plan->expect == 0 ||
	    (holder->reply.phase != MESSAGE_HEAD &&
		message_status(&holder->reply) == plan->expect);
}

static void
on_holder(struct holder *holder)
{
	char data[4096];
	ssize_t n;

	if (holder->held == HELD_LOST || !send_request(holder))
		return;
	while ((n = wire_read(&holder->wire, data, sizeof(data))) > 0)
		message_feed(&holder->reply, data, (size_t)n);
	if (n == 0 || errno != EAGAIN) {
		become(holder, HELD_LOST);
		return;
	}
	wire_arm(&holder->wire, epoll, holder->wire.blocked, holder);
	if (holder->held == HELD_OPENING && is_answered(holder))
		become(holder, HELD_OPEN);
}

/* False: not now. */
static bool
open_one(struct holder *holder)
{
	int fd = wire_dial(&plan->to);

	if (fd < 0)
		return false;
	wire_open(&holder->wire, fd, plan->tls, false);
	become(holder, HELD_OPENING);
	on_holder(holder);
	return true;
}

static int
turn(int wait_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(epoll, events, EVENTS, wait_ms);
	int input = 0;

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == NULL)
			input++;
		else
			on_holder(events[i].data.ptr);
	}
	return input > 0 ? -1 : n;
}

/* Open all, a few at a time, for as long as there is progress. */
static void
open_all(void)
{
	uint64_t last = now_ns();
	size_t begun = 0, before = 0;

	while (counts[HELD_NOT] + counts[HELD_OPENING] > 0) {
		size_t settled;

		while (begun < plan->connections &&
		    counts[HELD_OPENING] < OPENING_MOST &&
		    open_one(&holders[begun]))
			begun++;
		turn(10);
		settled = counts[HELD_OPEN] + counts[HELD_LOST];
		if (settled != before)
			last = now_ns();
		before = settled;
		if (now_ns() - last > PATIENCE_MS * 1000000ULL)
			return;
	}
}

static void
report(void)
{
	printf("{\"open\":%zu,\"opening\":%zu,\"lost\":%zu}\n",
	    counts[HELD_OPEN], counts[HELD_OPENING], counts[HELD_LOST]);
	fflush(stdout);
}

void
load_hold(const struct plan *wanted)
{
	struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
	char line[64];

	plan = wanted;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	holders = calloc(plan->connections, sizeof(*holders));
	if (epoll < 0 || holders == NULL)
		die("load: out of memory");
	counts[HELD_NOT] = plan->connections;
	open_all();
	report();
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0)
		die("epoll_ctl: %s", strerror(errno));
	for (;;) {
		if (turn(-1) >= 0)
			continue;
		if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
			return;
		report();
	}
}
