/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io -- bytes in and out of one socket, plain or TLS, on the event loop.
 *
 * libevent's bufferevents read 4 KiB a turn, and their OpenSSL kind loses
 * half-closes; this is the little we need instead.  What is read stands in
 * io_in(), and what the callback leaves there is kept; what is to be written is
 * added to io_out(), followed by io_flush().  News arrives through one callback,
 * always from the loop and never from inside a call of ours.
 */
#ifndef NET_IO_H
#define NET_IO_H

#include <event2/event.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "net/queue.h"

struct io;
struct tls;

enum io_event {
	IO_ERROR =
	    0, /* broken: io_reason() says how; only io_close() is left */
	IO_READY, /* connected, and the TLS handshake is done */
	IO_INPUT, /* io_in() has grown */
	IO_DRAINED, /* io_out() is empty, or has fallen below the low mark */
	IO_EOF, /* the peer will send no more; writing still works */
	IO_DEAF, /* the peer takes no more; what it has sent can still be
	                 read, what is written is forgotten */
};

/* May close the io, and whatever else; nothing of it is touched after. */
typedef void io_fn(void *arg, enum io_event event);

/*
 * Takes fd (non-blocking) and tls (NULL: plain), also when it fails (NULL:
 * out of memory).  connecting: fd is still connecting.  IO_READY comes from
 * the loop in every case; reading starts off.
 */
struct io *io_new(struct event_base *base, int fd, struct tls *tls,
    bool connecting, io_fn *fn, void *arg);

/* Who hears the news from now on. */
void io_set_callback(struct io *io, io_fn *fn, void *arg);

int io_fd(const struct io *io);
struct tls *io_tls(const struct io *io);
struct queue *io_in(struct io *io);
struct queue *io_out(struct io *io);

/* Whether to read.  Reading twice or not at all is no mistake. */
void io_read(struct io *io, bool on);

/* Tell IO_INPUT again, from the loop, for what io_in() still holds. */
void io_wake(struct io *io);

/* Write what is in io_out() as far as the socket takes it. */
void io_flush(struct io *io);

/* Does the socket take bytes now, as far as we know, without TLS between?  And
 * write these past io_out(), which must be empty; returns how many it took. */
bool io_is_writable(const struct io *io);
size_t io_send(struct io *io, const struct iovec *pieces, int n);

/* Send no more once io_out() is empty: FIN, or close_notify.  Reading goes
 * on. */
void io_shutdown(struct io *io);

bool io_is_eof(const struct io *io); /* the peer sends no more */
bool io_is_shut(const struct io *io); /* io_shutdown() was called */

/* Has the peer closed both directions?  Only unix sockets can tell. */
bool io_is_gone(const struct io *io);

/* Has the peer, as far as the kernel knows, neither sent anything nor closed? */
bool io_is_quiet(const struct io *io);

/* Why it broke; "" if it did not. */
const char *io_reason(const struct io *io);

/* Bytes since the beginning, before TLS and after. */
unsigned long long io_bytes_in(const struct io *io);
unsigned long long io_bytes_out(const struct io *io);

/* End it: no more callbacks; what is not written is lost.  Frees from the
 * loop.  NULL is nothing. */
void io_close(struct io *io);

#endif
