/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine -- a fast stand-in for the Docker Engine: the same answers, made in
 * advance, without the work behind them.
 *
 *   engine --listen ADDRESS [--bytes N]
 *
 *   GET  /_ping, /version, /info
 *   GET  /containers/json                  2 KiB
 *   GET  /images/json                    200 KiB
 *   POST /containers/create              201
 *   GET  /containers/NAME/json           a container of team "bench"
 *   GET  /events                         one event, and then silence
 *   GET  /containers/NAME/export         N bytes (1 GiB), chunked
 *   GET  /images/get                     N bytes, with Content-Length
 *   POST /images/load                    swallows a body
 *   POST /containers/NAME/attach         101, then an echo
 *
 * Other requests get 404.  Requests are not pipelined to it.
 */
#include "replies.h"
#include "wire.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "message.h"

#define TURN (256 * 1024)
#define EVENTS 256

struct conn {
	struct wire wire;
	struct message request;
	const struct reply *reply; /* that is being written, or NULL */
	size_t part; /* of it */
	size_t offset; /* in the part */
	unsigned long long times; /* the part was written whole */
	bool echo;
	char *owed; /* of the echo */
	size_t owed_len;
};

static int epoll;
static char turn[TURN];

static void
conn_close(struct conn *conn)
{
	wire_close(&conn->wire);
	free(conn->owed);
	free(conn);
}

/* --- answers ---------------------------------------------------------------- */

/* After a write of n bytes of the present part. */
static void
advance(struct conn *conn, size_t n)
{
	const struct part *part = &conn->reply->parts[conn->part];

	conn->offset += n;
	if (conn->offset < part->len)
		return;
	conn->offset = 0;
	if (++conn->times < part->times)
		return;
	conn->times = 0;
	conn->part++;
}

/* Was all of the answer written?  False, with EAGAIN: not yet. */
static bool
answer(struct conn *conn)
{
	while (conn->reply->parts[conn->part].times > 0) {
		const struct part *part = &conn->reply->parts[conn->part];
		ssize_t n = wire_write(&conn->wire, part->data + conn->offset,
		    part->len - conn->offset);

		if (n < 0)
			return false;
		advance(conn, (size_t)n);
	}
	conn->echo = conn->reply->echo;
	/* An endless one is never answered. */
	if (!conn->reply->endless)
		conn->reply = NULL;
	conn->part = 0;
	conn->request = (struct message){.phase = MESSAGE_HEAD};
	return true;
}

/* False: the connection is over. */
static bool
write_answer(struct conn *conn)
{
	bool close = conn->request.close;

	if (!answer(conn)) {
		wire_arm(&conn->wire, epoll, EPOLLOUT, conn);
		return errno == EAGAIN;
	}
	wire_arm(&conn->wire, epoll, EPOLLIN, conn);
	return !close || conn->echo || conn->reply != NULL;
}

/* --- the echo --------------------------------------------------------------- */

static bool
write_echo(struct conn *conn, const char *data, size_t len)
{
	ssize_t n = wire_write(&conn->wire, data, len);

	if (n < 0 && errno != EAGAIN)
		return false;
	n = n < 0 ? 0 : n;
	conn->owed_len = len - (size_t)n;
	if (conn->owed_len > 0 && conn->owed == NULL)
		conn->owed = malloc(TURN);
	if (conn->owed_len > 0 && conn->owed == NULL)
		return false;
	if (conn->owed_len > 0)
		memmove(conn->owed, data + n, conn->owed_len);
	wire_arm(
	    &conn->wire, epoll, conn->owed_len > 0 ? EPOLLOUT : EPOLLIN, conn);
	return true;
}

/* --- requests --------------------------------------------------------------- */

static bool
read_request(struct conn *conn, const char *data, size_t len)
{
	size_t taken = message_feed(&conn->request, data, len);

	if (conn->request.phase == MESSAGE_BROKEN)
		return false;
	if (conn->request.phase != MESSAGE_DONE)
		return true;
	conn->reply = reply_to(conn->request.head);
	if (!write_answer(conn))
		return false;
	if (taken == len)
		return true;
	return conn->echo && write_echo(conn, data + taken, len - taken);
}

static bool
on_conn(struct conn *conn)
{
	ssize_t n;

	if (conn->reply != NULL && !conn->reply->endless)
		return write_answer(conn);
	if (conn->owed_len > 0)
		return write_echo(conn, conn->owed, conn->owed_len);
	n = wire_read(&conn->wire, turn, sizeof(turn));
	if (n < 0)
		return errno == EAGAIN;
	if (n == 0)
		return false;
	if (conn->reply != NULL)
		return true; /* nobody says anything during /events */
	return conn->echo ? write_echo(conn, turn, (size_t)n)
			  : read_request(conn, turn, (size_t)n);
}

static void
on_listener(int listener)
{
	int fd = wire_accept(listener);
	struct conn *conn = fd < 0 ? NULL : calloc(1, sizeof(*conn));

	if (conn == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	wire_open(&conn->wire, fd, NULL, true);
	wire_arm(&conn->wire, epoll, EPOLLIN, conn);
}

_Noreturn static void
run(const char *address)
{
	struct epoll_event events[EVENTS];
	struct wire listener;

	wire_open(&listener, wire_listen(address), NULL, true);
	wire_arm(&listener, epoll, EPOLLIN, NULL);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct conn *conn = events[i].data.ptr;

			if (conn == NULL)
				on_listener(listener.fd);
			else if (!on_conn(conn))
				conn_close(conn);
		}
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"listen", required_argument, NULL, 'l'},
	    {"bytes", required_argument, NULL, 'b'},
	    {NULL, 0, NULL, 0},
	};
	unsigned long long bytes = 1ULL << 30;
	const char *address = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'l')
			address = optarg;
		else if (c == 'b')
			bytes = strtoull(optarg, NULL, 10);
		else
			die("engine: see the top of engine.c");
	}
	raise_descriptors();
	replies_make(bytes);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	run(address);
}
