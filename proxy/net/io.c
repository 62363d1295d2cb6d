/* SPDX-License-Identifier: Apache-2.0 */
#include "net/io.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "errmsg.h"
#include "limits.h"
#include "net/tls.h"

struct io {
	int fd;
	struct tls *tls;
	io_fn *fn;
	void *arg;
	struct evbuffer *in, *out;
	struct event *readable, *writable, *reap;
	unsigned long long bytes_in, bytes_out;
	bool connecting; /* connect(2) has not finished */
	bool handshaking; /* TLS has not */
	bool ready; /* IO_READY was told */
	bool want_read; /* the owner wants input */
	bool polls_read, polls_write;
	bool read_wants_write; /* TLS: read again once writable */
	bool eof, shut, shut_sent;
	bool high; /* io_out() was above LIMIT_OUTPUT */
	bool broken; /* IO_ERROR is due, or was told */
	bool told_error;
	bool deaf, told_deaf; /* the peer has closed its reading side */
	bool awake; /* io_wake() */
	bool closed;
	struct errmsg reason;
};

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);

/* Memory is only ever freed here, straight from the event loop, so that no
 * function further up the stack is left holding an io that is gone. */
static void
on_reap(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;

	(void)fd;
	(void)what;
	event_free(io->reap);
	free(io);
}

/* --- what the loop shall watch ------------------------------------------ */

static void
poll_read(struct io *io, bool on)
{
	if (io->polls_read == on)
		return;
	io->polls_read = on;
	if (on)
		(void)event_add(io->readable, NULL);
	else
		(void)event_del(io->readable);
}

static void
poll_write(struct io *io, bool on)
{
	if (io->polls_write == on)
		return;
	io->polls_write = on;
	if (on)
		(void)event_add(io->writable, NULL);
	else
		(void)event_del(io->writable);
}

/* Tell IO_ERROR, from the loop. */
static void
break_off(struct io *io, const char *what, int error)
{
	if (io->broken)
		return;
	io->broken = true;
	(void)errmsg_set(&io->reason, "%s%s%s", what, error == 0 ? "" : ": ",
	    error == 0 ? "" : strerror(error));
	poll_read(io, false);
	poll_write(io, false);
	event_active(io->writable, EV_WRITE, 0);
}

static void
break_off_tls(struct io *io)
{
	struct errmsg err;

	tls_error(io->tls, &err);
	break_off(io, err.text, 0);
}

/* --- making and ending ---------------------------------------------------- */

/* Free what io_new() made.  Events first: they hold the descriptor. */
static void
dispose(struct io *io)
{
	if (io->readable != NULL)
		event_free(io->readable);
	if (io->writable != NULL)
		event_free(io->writable);
	if (io->in != NULL)
		evbuffer_free(io->in);
	if (io->out != NULL)
		evbuffer_free(io->out);
	tls_free(io->tls);
	(void)close(io->fd);
}

struct io *
io_new(struct event_base *base, int fd, struct tls *tls, bool connecting,
    io_fn *fn, void *arg)
{
	struct io *io = calloc(1, sizeof(*io));

	if (io == NULL) {
		tls_free(tls);
		(void)close(fd);
		return NULL;
	}
	io->fd = fd;
	io->tls = tls;
	io->fn = fn;
	io->arg = arg;
	io->connecting = connecting;
	io->handshaking = tls != NULL;
	io->in = evbuffer_new();
	io->out = evbuffer_new();
	io->readable = event_new(
	    base, fd, EV_READ | EV_PERSIST, on_readable, io);
	io->writable = event_new(
	    base, fd, EV_WRITE | EV_PERSIST, on_writable, io);
	io->reap = event_new(base, -1, 0, on_reap, io);
	if (io->in == NULL || io->out == NULL || io->readable == NULL ||
	    io->writable == NULL || io->reap == NULL) {
		dispose(io);
		if (io->reap != NULL)
			event_free(io->reap);
		free(io);
		return NULL;
	}
	if (connecting)
		poll_write(io, true);
	else
		event_active(io->writable, EV_WRITE, 0);
	return io;
}

void
io_close(struct io *io)
{
	if (io == NULL || io->closed)
		return;
	io->closed = true;
	if (io->tls != NULL && !io->handshaking && !io->broken)
		(void)tls_shutdown(io->tls);
	dispose(io);
	event_active(io->reap, EV_TIMEOUT, 0);
}

void
io_set_callback(struct io *io, io_fn *fn, void *arg)
{
	io->fn = fn;
	io->arg = arg;
}

/* --- reading ---------------------------------------------------------- */

enum got {
	GOT_NOTHING = 0,
	GOT_BYTES,
	GOT_END,
	GOT_BROKEN,
};

static enum got
read_plain(struct io *io, char *bytes, size_t size, size_t *len)
{
	ssize_t n = read(io->fd, bytes, size);

	if (n > 0) {
		*len = (size_t)n;
		return GOT_BYTES;
	}
	if (n == 0)
		return GOT_END;
	if (errno == EAGAIN || errno == EINTR)
		return GOT_NOTHING;
	break_off(io, "read", errno);
	return GOT_BROKEN;
}

static enum got
read_tls(struct io *io, char *bytes, size_t size, size_t *len)
{
	switch (tls_read(io->tls, bytes, size, len)) {
	case TLS_OK:
		return GOT_BYTES;
	case TLS_WANT_READ:
		return GOT_NOTHING;
	case TLS_WANT_WRITE:
		io->read_wants_write = true;
		poll_write(io, true);
		return GOT_NOTHING;
	case TLS_CLOSED:
		return GOT_END;
	case TLS_ERROR:
		break;
	}
	break_off_tls(io);
	return GOT_BROKEN;
}

/* One turn of reading: at most LIMIT_READ_TURN bytes, into the buffer that
 * all connections share. */
static enum got
read_turn(struct io *io)
{
	static char shared[LIMIT_READ_TURN];
	size_t total = 0, len = 0;
	enum got got;

	do {
		got = io->tls == NULL
		    ? read_plain(io, shared, sizeof(shared), &len)
		    : read_tls(io, shared, sizeof(shared), &len);
		if (got != GOT_BYTES)
			break;
		io->bytes_in += len;
		total += len;
		if (evbuffer_add(io->in, shared, len) != 0) {
			break_off(io, "out of memory", 0);
			return GOT_BROKEN;
		}
		/* What OpenSSL has decrypted already, no poll will tell. */
	} while (io->tls != NULL && total < LIMIT_READ_TURN &&
	    tls_pending(io->tls) > 0);
	if (io->tls != NULL && got == GOT_BYTES && tls_pending(io->tls) > 0)
		event_active(io->readable, EV_READ, 0);
	if (got == GOT_NOTHING && total > 0)
		return GOT_BYTES;
	return got;
}

/* Returns false if the io may be gone. */
static bool
tell(struct io *io, enum io_event event)
{
	io->fn(io->arg, event);
	return !io->closed;
}

void
io_wake(struct io *io)
{
	io->awake = true;
	event_active(io->readable, EV_READ, 0);
}

static void
take_input(struct io *io)
{
	enum got got;

	if (io->awake) {
		io->awake = false;
		(void)tell(io, IO_INPUT);
		return;
	}
	if (!io->want_read || io->eof || io->broken)
		return;
	got = read_turn(io);
	if (evbuffer_get_length(io->in) > 0 && got == GOT_BYTES) {
		(void)tell(io, IO_INPUT);
		return;
	}
	if (got != GOT_END)
		return;
	io->eof = true;
	poll_read(io, false);
	(void)tell(io, IO_EOF);
}

void
io_read(struct io *io, bool on)
{
	if (io->closed)
		return;
	io->want_read = on;
	if (!io->ready || io->broken || io->eof)
		return;
	poll_read(io, on);
	if (on && io->tls != NULL && tls_pending(io->tls) > 0)
		event_active(io->readable, EV_READ, 0);
}

/* --- writing ---------------------------------------------------------- */

/* The peer reads no more, but may have answered before: an engine that refuses
 * an upload does so.  Tell IO_DEAF, from the loop. */
static void
stop_writing(struct io *io)
{
	io->deaf = true;
	io->shut_sent = true;
	(void)evbuffer_drain(io->out, evbuffer_get_length(io->out));
	poll_write(io, false);
	event_active(io->writable, EV_WRITE, 0);
}

/* True if some was written. */
static bool
write_plain(struct io *io)
{
	int n = evbuffer_write(io->out, io->fd);

	if (n > 0) {
		io->bytes_out += (unsigned long long)n;
		return true;
	}
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		stop_writing(io);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		break_off(io, "write", errno);
	return false;
}

static bool
write_tls(struct io *io)
{
	struct evbuffer_iovec chunk;
	size_t len = 0;

	if (evbuffer_peek(io->out, -1, NULL, &chunk, 1) < 1)
		return false;
	switch (tls_write(io->tls, chunk.iov_base, chunk.iov_len, &len)) {
	case TLS_OK:
		io->bytes_out += len;
		(void)evbuffer_drain(io->out, len);
		return true;
	case TLS_WANT_READ:
		/* A post-handshake message must be read first. */
		poll_read(io, true);
		return false;
	case TLS_WANT_WRITE:
		return false;
	case TLS_CLOSED:
	case TLS_ERROR:
		break;
	}
	break_off_tls(io);
	return false;
}

static void
send_shutdown(struct io *io)
{
	if (io->shut_sent || io->broken)
		return;
	io->shut_sent = true;
	if (io->tls != NULL)
		(void)tls_shutdown(io->tls);
	else
		(void)shutdown(io->fd, SHUT_WR);
}

/* Write until nothing is left or the socket is full. */
static void
write_all(struct io *io)
{
	while (evbuffer_get_length(io->out) > 0 && !io->broken) {
		if (!(io->tls == NULL ? write_plain(io) : write_tls(io)))
			break;
	}
	if (io->broken || io->deaf)
		return;
	if (evbuffer_get_length(io->out) > LIMIT_OUTPUT_LOW)
		io->high = true;
	poll_write(
	    io, evbuffer_get_length(io->out) > 0 || io->read_wants_write);
	if (evbuffer_get_length(io->out) == 0 && io->shut)
		send_shutdown(io);
}

void
io_flush(struct io *io)
{
	if (!io->ready || io->broken || io->closed)
		return;
	if (io->shut_sent)
		(void)evbuffer_drain(io->out, evbuffer_get_length(io->out));
	else
		write_all(io);
}

void
io_shutdown(struct io *io)
{
	io->shut = true;
	io_flush(io);
}

/* --- the loop's news ------------------------------------------------------ */

static void
finish_connect(struct io *io)
{
	int error = 0;
	socklen_t len = sizeof(error);

	io->connecting = false;
	if (getsockopt(io->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0)
		break_off(io, "connect", error);
}

static void
step_handshake(struct io *io)
{
	switch (tls_handshake(io->tls)) {
	case TLS_OK:
		io->handshaking = false;
		return;
	case TLS_WANT_READ:
		poll_read(io, true);
		poll_write(io, false);
		return;
	case TLS_WANT_WRITE:
		poll_write(io, true);
		return;
	case TLS_CLOSED:
	case TLS_ERROR:
		break;
	}
	break_off_tls(io);
}

/* Take the steps before IO_READY; true once it has been told. */
static bool
get_ready(struct io *io)
{
	if (io->ready)
		return true;
	if (io->connecting)
		finish_connect(io);
	if (!io->broken && io->handshaking)
		step_handshake(io);
	if (io->broken || io->handshaking)
		return false;
	io->ready = true;
	poll_write(io, false);
	poll_read(io, io->want_read);
	if (!tell(io, IO_READY))
		return false;
	io_read(io, io->want_read);
	io_flush(io);
	return false;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;

	(void)fd;
	(void)what;
	if (io->broken || !get_ready(io))
		return;
	if (!io->want_read && !io->awake) {
		/* Only TLS had to read, for a write. */
		poll_read(io, false);
		io_flush(io);
		return;
	}
	take_input(io);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;
	size_t left;

	(void)fd;
	(void)what;
	if (!io->broken && !get_ready(io) && !io->broken)
		return;
	if (io->broken) {
		if (!io->told_error) {
			io->told_error = true;
			(void)tell(io, IO_ERROR);
		}
		return;
	}
	if (io->read_wants_write) {
		io->read_wants_write = false;
		event_active(io->readable, EV_READ, 0);
	}
	if (io->deaf && !io->told_deaf) {
		io->told_deaf = true;
		(void)tell(io, IO_DEAF);
		return;
	}
	io_flush(io);
	left = evbuffer_get_length(io->out);
	if (left == 0 || (io->high && left <= LIMIT_OUTPUT_LOW)) {
		io->high = false;
		(void)tell(io, IO_DRAINED);
	}
}

/* --- questions -------------------------------------------------------- */

int
io_fd(const struct io *io)
{
	return io->fd;
}

struct tls *
io_tls(const struct io *io)
{
	return io->tls;
}

struct evbuffer *
io_in(struct io *io)
{
	return io->in;
}

struct evbuffer *
io_out(struct io *io)
{
	return io->out;
}

bool
io_is_eof(const struct io *io)
{
	return io->eof;
}

bool
io_is_shut(const struct io *io)
{
	return io->shut;
}

bool
io_is_gone(const struct io *io)
{
	struct pollfd pollfd = {.fd = io->fd, .events = 0};

	return io->broken ||
	    (poll(&pollfd, 1, 0) == 1 &&
		(pollfd.revents & (POLLHUP | POLLERR)) != 0);
}

const char *
io_reason(const struct io *io)
{
	return io->reason.text;
}

unsigned long long
io_bytes_in(const struct io *io)
{
	return io->bytes_in;
}

unsigned long long
io_bytes_out(const struct io *io)
{
	return io->bytes_out;
}
