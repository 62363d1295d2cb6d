/* SPDX-License-Identifier: Apache-2.0 */
#include "net/io.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "errmsg.h"
#include "limit.h"
#include "net/tls.h"

/* What is to be done from the loop, besides what the descriptor says. */
enum news {
	NEWS_START = 1, /* take the first step */
	NEWS_ERROR = 2, /* tell IO_ERROR */
	NEWS_DEAF = 4, /* tell IO_DEAF */
	NEWS_WAKE = 8, /* tell IO_INPUT */
	NEWS_READ = 16, /* there is more to read, but no poll will tell */
};

/* Thousands may be idle, so it is small: memory comes with bytes that wait. */
struct io {
	struct event event; /* readable; and for news */
	struct event *writable; /* only while that is waited for */
	struct tls *tls;
	io_fn *fn;
	void *arg;
	struct queue in, out;
	unsigned long long bytes_in, bytes_out;
	char *reason; /* why it broke; NULL: no memory for it */
	int fd;
	unsigned news;
	bool connecting : 1; /* connect(2) has not finished */
	bool handshaking : 1; /* TLS has not */
	bool ready : 1; /* IO_READY was told */
	bool want_read : 1; /* the owner wants input */
	bool polls_read : 1;
	bool read_wants_write : 1; /* TLS: read again once writable */
	bool write_wants_read : 1; /* TLS: write again once readable */
	bool eof : 1, shut : 1, shut_sent : 1;
	bool high : 1; /* io_out() was above LIMIT_OUTPUT_LOW */
	bool broken : 1; /* IO_ERROR is due, or was told */
	bool deaf : 1; /* the peer has closed its reading side */
	bool closed : 1;
};

static void on_event(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);

/* Memory is only ever freed here, straight from the event loop, so that no
 * function further up the stack is left holding an io that is gone. */
static void
on_reap(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	free(arg);
}

/* --- what the loop shall watch ------------------------------------------ */

static void
raise_news(struct io *io, enum news news)
{
	io->news |= news;
	event_active(&io->event, EV_TIMEOUT, 0);
}

/* Turning it off can wait until it fires unwanted, which it seldom does: every
 * change costs a system call. */
static void
poll_read(struct io *io)
{
	if (io->polls_read)
		return;
	io->polls_read = event_add(&io->event, NULL) == 0;
}

static void
poll_read_no_more(struct io *io)
{
	if (io->polls_read)
		(void)event_del(&io->event);
	io->polls_read = false;
}

static void break_off(struct io *io, const char *what, int error);

static void
poll_write(struct io *io, bool on)
{
	if (on == (io->writable != NULL))
		return;
	if (!on) {
		event_free(io->writable);
		io->writable = NULL;
		return;
	}
	io->writable = event_new(event_get_base(&io->event), io->fd,
	    EV_WRITE | EV_PERSIST, on_writable, io);
	if (io->writable == NULL || event_add(io->writable, NULL) != 0)
		break_off(io, "out of memory", 0);
}

/* Tell IO_ERROR, from the loop. */
static void
break_off(struct io *io, const char *what, int error)
{
	if (io->broken)
		return;
	io->broken = true;
	if (asprintf(&io->reason, "%s%s%s", what, error == 0 ? "" : ": ",
		error == 0 ? "" : strerror(error)) < 0)
		io->reason = NULL;
	poll_read_no_more(io);
	poll_write(io, false);
	raise_news(io, NEWS_ERROR);
}

static void
break_off_tls(struct io *io)
{
	struct errmsg err;

	tls_error(io->tls, &err);
	break_off(io, err.text, 0);
}

/* --- making and ending ---------------------------------------------------- */

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
	(void)event_assign(
	    &io->event, base, fd, EV_READ | EV_PERSIST, on_event, io);
	if (connecting)
		poll_write(io, true);
	else
		raise_news(io, NEWS_START);
	return io;
}

void
io_close(struct io *io)
{
	struct event_base *base;

	if (io == NULL || io->closed)
		return;
	io->closed = true;
	if (io->tls != NULL && !io->handshaking && !io->broken)
		(void)tls_shutdown(io->tls);
	/* Events first: they hold the descriptor. */
	base = event_get_base(&io->event);
	(void)event_del(&io->event);
	poll_write(io, false);
	queue_done(&io->in);
	queue_done(&io->out);
	tls_free(io->tls);
	(void)close(io->fd);
	free(io->reason);
	(void)event_assign(&io->event, base, -1, 0, on_reap, io);
	event_active(&io->event, EV_TIMEOUT, 0);
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

/* What OpenSSL has decrypted already, no poll will tell. */
static bool
holds_more(const struct io *io)
{
	return io->tls != NULL && tls_pending(io->tls) > 0;
}

/* One turn of reading: as much as there is room for, of TLS in several
 * records. */
static enum got
read_turn(struct io *io, char *bytes, size_t size, size_t *total)
{
	size_t len = 0;
	enum got got;

	*total = 0;
	do {
		got = io->tls == NULL
		    ? read_plain(io, bytes + *total, size - *total, &len)
		    : read_tls(io, bytes + *total, size - *total, &len);
		if (got == GOT_BYTES)
			*total += len;
	} while (got == GOT_BYTES && *total < size && holds_more(io));
	io->bytes_in += *total;
	if (got == GOT_BYTES && holds_more(io))
		raise_news(io, NEWS_READ);
	return got == GOT_NOTHING && *total > 0 ? GOT_BYTES : got;
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
	raise_news(io, NEWS_WAKE);
}

/* Tell of bytes that were read into memory that all connections share: what is
 * dealt with at once is never copied. */
static bool
tell_input(struct io *io, char *bytes, size_t len)
{
	bool kept = true;

	if (io->in.len == 0)
		io->in = queue_of(bytes, len);
	else
		kept = queue_add(&io->in, bytes, len);
	if (kept && !tell(io, IO_INPUT))
		return false;
	if (!kept || !queue_own(&io->in)) {
		io->in = (struct queue){NULL, 0, 0, 0};
		break_off(io, "out of memory", 0);
	}
	return true;
}

static void
take_input(struct io *io)
{
	static char shared[LIMIT_READ_TURN];
	size_t len;
	enum got got;

	if (!io->want_read || io->eof || io->broken)
		return;
	got = read_turn(io, shared, sizeof(shared), &len);
	if (len > 0 && !tell_input(io, shared, len))
		return;
	if (got != GOT_END || io->broken)
		return;
	io->eof = true;
	poll_read_no_more(io);
	(void)tell(io, IO_EOF);
}

void
io_read(struct io *io, bool on)
{
	if (io->closed)
		return;
	io->want_read = on;
	if (!on || !io->ready || io->broken || io->eof)
		return;
	poll_read(io);
	if (holds_more(io))
		raise_news(io, NEWS_READ);
}

/* --- writing ---------------------------------------------------------- */

/* The peer reads no more, but may have answered before: an engine that refuses
 * an upload does so.  Tell IO_DEAF, from the loop. */
static void
stop_writing(struct io *io)
{
	io->deaf = true;
	io->shut_sent = true;
	queue_done(&io->out);
	poll_write(io, false);
	raise_news(io, NEWS_DEAF);
}

/* What came of a write(2); how many bytes it took. */
static size_t
written(struct io *io, ssize_t n)
{
	if (n > 0) {
		io->bytes_out += (unsigned long long)n;
		return (size_t)n;
	}
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		stop_writing(io);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		break_off(io, "write", errno);
	return 0;
}

static size_t
write_plain(struct io *io)
{
	return written(io, write(io->fd, queue_bytes(&io->out), io->out.len));
}

static size_t
write_tls(struct io *io)
{
	size_t want = io->out.len < LIMIT_WRITE_TLS ? io->out.len
						    : LIMIT_WRITE_TLS;
	size_t len = 0;

	switch (tls_write(io->tls, queue_bytes(&io->out), want, &len)) {
	case TLS_OK:
		io->bytes_out += len;
		return len;
	case TLS_WANT_READ:
		/* A post-handshake message must be read first. */
		io->write_wants_read = true;
		poll_read(io);
		return 0;
	case TLS_WANT_WRITE:
		return 0;
	case TLS_CLOSED:
	case TLS_ERROR:
		break;
	}
	break_off_tls(io);
	return 0;
}

bool
io_is_writable(const struct io *io)
{
	return io->tls == NULL && io->ready && io->out.len == 0 &&
	    !io->shut_sent && !io->broken && !io->closed;
}

size_t
io_send(struct io *io, const struct iovec *pieces, int n)
{
	return written(io, writev(io->fd, pieces, n));
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
	size_t n = 1;

	while (io->out.len > 0 && n > 0 && !io->broken) {
		n = io->tls == NULL ? write_plain(io) : write_tls(io);
		queue_drain(&io->out, n);
	}
	if (io->broken || io->deaf)
		return;
	if (io->out.len > LIMIT_OUTPUT_LOW)
		io->high = true;
	poll_write(io,
	    (io->out.len > 0 && !io->write_wants_read) || io->read_wants_write);
	if (io->out.len == 0 && io->shut)
		send_shutdown(io);
}

void
io_flush(struct io *io)
{
	if (!io->ready || io->broken || io->closed)
		return;
	if (io->shut_sent)
		queue_done(&io->out);
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
		poll_write(io, false);
		poll_read(io);
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

/* Take the steps before IO_READY; true if it has been told before. */
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
	if (!tell(io, IO_READY))
		return false;
	io_read(io, io->want_read);
	io_flush(io);
	return false;
}

/* Bytes that the owner wants, or nobody now, or TLS for a write. */
static void
take_readable(struct io *io)
{
	if (io->write_wants_read) {
		io->write_wants_read = false;
		io_flush(io);
	}
	if (io->want_read)
		take_input(io);
	else if (!io->write_wants_read)
		poll_read_no_more(io);
}

/* One piece of news; the rest comes again. */
static void
deliver(struct io *io)
{
	static const struct {
		enum news news;
		enum io_event event;
	} told[] = {{NEWS_ERROR, IO_ERROR}, {NEWS_DEAF, IO_DEAF},
	    {NEWS_WAKE, IO_INPUT}};

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if ((io->news & told[i].news) == 0)
			continue;
		io->news &= ~(unsigned)told[i].news;
		/* Of what is broken there is no other news. */
		if (told[i].news == NEWS_ERROR)
			io->news = 0;
		if (tell(io, told[i].event) && io->news != 0)
			event_active(&io->event, EV_TIMEOUT, 0);
		return;
	}
	io->news = 0;
	take_input(io);
}

static void
on_event(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;

	(void)fd;
	(void)what;
	if (!io->broken && !io->ready) {
		io->news &= ~(unsigned)NEWS_START;
		(void)get_ready(io);
		return;
	}
	if (io->news != 0)
		deliver(io);
	else if (io->broken)
		return;
	else
		take_readable(io);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;

	(void)fd;
	(void)what;
	if (io->broken || !get_ready(io))
		return;
	if (io->read_wants_write) {
		io->read_wants_write = false;
		raise_news(io, NEWS_READ);
	}
	io_flush(io);
	if (io->broken || io->deaf)
		return;
	if (io->out.len == 0 || (io->high && io->out.len <= LIMIT_OUTPUT_LOW)) {
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

struct queue *
io_in(struct io *io)
{
	return &io->in;
}

struct queue *
io_out(struct io *io)
{
	return &io->out;
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

bool
io_is_quiet(const struct io *io)
{
	struct pollfd pollfd = {.fd = io->fd, .events = POLLIN | POLLRDHUP};

	return !io->broken && !io->eof && io->in.len == 0 &&
	    poll(&pollfd, 1, 0) == 0;
}

const char *
io_reason(const struct io *io)
{
	if (!io->broken)
		return "";
	return io->reason == NULL ? "out of memory" : io->reason;
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
