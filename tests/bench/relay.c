/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay -- a plain byte relay: the floor for a hop.
 *
 *   relay --to ADDRESS --listen ADDRESS... [--tls CERTIFICATE,KEY,CA
 *       --listen-tls ADDRESS]
 *
 * One loop, 64 KiB at a time, half-close carried on; it looks at nothing.  With
 * TLS it is the floor for that: the same library, each client's certificate
 * verified.
 */
#include "wire.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TURN (64 * 1024)
#define EVENTS 256

struct pair;

/* One end of a pair, with what could not be written to it yet. */
struct side {
	struct pair *pair;
	struct wire wire;
	char *owed;
	size_t owed_len;
	bool ended; /* it has said all */
};

struct pair {
	struct side sides[2];
	bool over;
	struct pair *next; /* that is over */
};

struct listener {
	struct wire wire;
	SSL_CTX *tls;
};

static int epoll;
static struct address upstream;
static char turn[TURN];
/* Freed when all events of a turn have been looked at. */
static struct pair *finished;

static struct side *
other(struct side *side)
{
	return side == &side->pair->sides[0] ? &side->pair->sides[1]
					     : &side->pair->sides[0];
}

static void
finish(struct pair *pair)
{
	if (pair->over)
		return;
	pair->over = true;
	for (int i = 0; i < 2; i++) {
		wire_close(&pair->sides[i].wire);
		free(pair->sides[i].owed);
	}
	pair->next = finished;
	finished = pair;
}

/* Read from a side unless the other cannot take it; under TLS a read may have
 * to write, and the reverse. */
static void
arm(struct side *side)
{
	bool tls = side->wire.ssl != NULL;
	uint32_t events = tls ? side->wire.blocked & EPOLLOUT : 0;

	if (!side->ended && other(side)->owed == NULL)
		events |= EPOLLIN;
	if (side->owed != NULL)
		events |= tls ? EPOLLOUT | EPOLLIN : EPOLLOUT;
	wire_arm(&side->wire, epoll, events, side);
}

static void
keep(struct side *side, const char *data, size_t len)
{
	side->owed = malloc(len);
	if (side->owed == NULL)
		die("out of memory");
	memcpy(side->owed, data, len);
	side->owed_len = len;
}

/* False: the pair is over. */
static bool
write_side(struct side *side, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = wire_write(&side->wire, data, len);

		if (n < 0 && errno != EAGAIN) {
			finish(side->pair);
			return false;
		}
		if (n < 0) {
			keep(side, data, len);
			arm(side);
			return true;
		}
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static void
read_ended(struct side *side)
{
	side->ended = true;
	wire_end(&other(side)->wire);
	if (other(side)->ended)
		finish(side->pair);
	else
		arm(side);
}

/* True: there was something, and there may be more. */
static bool
read_turn(struct side *side)
{
	ssize_t n = wire_read(&side->wire, turn, sizeof(turn));

	if (n > 0)
		return write_side(other(side), turn, (size_t)n);
	if (n == 0)
		read_ended(side);
	else if (errno != EAGAIN)
		finish(side->pair);
	return false;
}

static void
read_side(struct side *side)
{
	/* TLS may hold more that epoll does not see. */
	while (read_turn(side) && side->wire.ssl != NULL &&
	    other(side)->owed == NULL)
		;
	if (!side->pair->over)
		arm(side);
}

static bool
flush_side(struct side *side)
{
	char *owed = side->owed;
	size_t len = side->owed_len;
	bool alive;

	side->owed = NULL;
	alive = write_side(side, owed, len);
	free(owed);
	if (!alive || side->owed != NULL)
		return alive;
	arm(side);
	read_side(other(side));
	return !side->pair->over;
}

static void
on_side(struct side *side)
{
	if (side->pair->over)
		return;
	if (side->owed != NULL && !flush_side(side))
		return;
	if (!side->ended && other(side)->owed == NULL)
		read_side(side);
	else if (side->ended && side->owed == NULL)
		finish(side->pair); /* it has hung up altogether */
}

static void
on_listener(struct listener *listener)
{
	int from = wire_accept(listener->wire.fd);
	int to = from < 0 ? -1 : wire_dial(&upstream);
	struct pair *pair = to < 0 ? NULL : calloc(1, sizeof(*pair));

	if (pair == NULL) {
		if (from >= 0)
			close(from);
		return;
	}
	wire_open(&pair->sides[0].wire, from, listener->tls, true);
	wire_open(&pair->sides[1].wire, to, NULL, false);
	for (int i = 0; i < 2; i++) {
		pair->sides[i].pair = pair;
		arm(&pair->sides[i]);
	}
}

/* A listener's event has its address with the lowest bit set. */
static void
listen_at(const char *text, SSL_CTX *tls)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (listener == NULL)
		die("out of memory");
	wire_open(&listener->wire, wire_listen(text), NULL, true);
	listener->tls = tls;
	wire_arm(
	    &listener->wire, epoll, EPOLLIN, (void *)((uintptr_t)listener | 1));
}

static void
run(void)
{
	struct epoll_event events[EVENTS];

	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			uintptr_t what = (uintptr_t)events[i].data.ptr;

			if ((what & 1) != 0)
				on_listener((struct listener *)(what & ~1UL));
			else
				on_side(events[i].data.ptr);
		}
		while (finished != NULL) {
			struct pair *next = finished->next;

			free(finished);
			finished = next;
		}
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"to", required_argument, NULL, 'o'},
	    {"tls", required_argument, NULL, 't'},
	    {"listen", required_argument, NULL, 'l'},
	    {"listen-tls", required_argument, NULL, 'L'},
	    {NULL, 0, NULL, 0},
	};
	SSL_CTX *tls = NULL;
	int c;

	raise_descriptors();
	epoll = epoll_create1(EPOLL_CLOEXEC);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'o')
			upstream = address_of(optarg);
		else if (c == 't')
			tls = wire_tls(optarg, true);
		else if (c == 'l' || (c == 'L' && tls != NULL))
			listen_at(optarg, c == 'L' ? tls : NULL);
		else
			die("relay: see the top of relay.c");
	}
	if (upstream.len == 0)
		die("relay: --to is missing");
	run();
}
