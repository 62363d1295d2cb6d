/* SPDX-License-Identifier: Apache-2.0 */
#include "net/dial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "net/address.h"
#include "net/clock.h"
#include "net/errand.h"
#include "net/io.h"

struct dial {
	struct event_base *base;
	const struct address *to;
	dial_fn *fn;
	void *arg;
	struct event *timer; /* the next try, or the end of waiting */
	long long deadline; /* on the monotonic clock, ms */
	struct errand *errand; /* while the supervisor connects */
	struct io *io; /* while it is connecting */
	struct errmsg why;
	bool failed;
};

static void try_connect(struct dial *dial);

static void
dispose(struct dial *dial)
{
	errand_cancel(dial->errand);
	if (dial->timer != NULL)
		event_free(dial->timer);
	free(dial);
}

/* The one way out: tell, and be gone. */
static void
finish(struct dial *dial, struct io *io)
{
	dial_fn *fn = dial->fn;
	void *arg = dial->arg;
	struct errmsg why = dial->why;

	if (io == NULL)
		io_close(dial->io);
	else
		io_set_callback(io, NULL, NULL);
	dispose(dial);
	fn(arg, io, &why);
}

static void
wait_ms(struct dial *dial, long long ms)
{
	struct timeval tv = clock_timeval(ms);

	(void)event_add(dial->timer, &tv);
}

/* Fail, from the loop. */
static void
fail_later(struct dial *dial)
{
	dial->failed = true;
	event_active(dial->timer, EV_TIMEOUT, 0);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct dial *dial = arg;

	(void)fd;
	(void)what;
	if (!dial->failed && dial->io == NULL && dial->errand == NULL &&
	    clock_ms() < dial->deadline) {
		try_connect(dial);
		return;
	}
	if (!dial->failed)
		(void)errmsg_set(&dial->why, "timed out");
	finish(dial, NULL);
}

static void
on_io(void *arg, enum io_event event)
{
	struct dial *dial = arg;

	if (event == IO_READY) {
		finish(dial, dial->io);
		return;
	}
	if (event == IO_ERROR) {
		(void)errmsg_set(&dial->why, "%s", io_reason(dial->io));
		finish(dial, NULL);
	}
}

/* The supervisor has tried. */
static void
on_connected(void *arg, int fd, bool connecting, int error)
{
	struct dial *dial = arg;

	dial->errand = NULL;
	if (fd < 0 && error == EAGAIN) {
		wait_ms(dial, LIMIT_CONNECT_RETRY_MS);
		return;
	}
	(void)errmsg_set(&dial->why, "%s", strerror(error));
	if (fd >= 0) {
		(void)errmsg_nomem(&dial->why);
		dial->io = io_new(
		    dial->base, fd, NULL, connecting, on_io, dial);
	}
	if (dial->io == NULL)
		finish(dial, NULL);
}

static void
try_connect(struct dial *dial)
{
	long long left = dial->deadline - clock_ms();

	dial->errand = errand_connect(dial->to->text, on_connected, dial);
	if (dial->errand == NULL && errno == EAGAIN) {
		wait_ms(dial, LIMIT_CONNECT_RETRY_MS);
		return;
	}
	if (dial->errand == NULL) {
		(void)errmsg_set(&dial->why, "%s", strerror(errno));
		fail_later(dial);
		return;
	}
	wait_ms(dial, left);
}

struct dial *
dial_start(struct event_base *base, const struct address *to,
    long long timeout_ms, dial_fn *fn, void *arg)
{
	struct dial *dial = calloc(1, sizeof(*dial));

	if (dial == NULL)
		return NULL;
	dial->base = base;
	dial->to = to;
	dial->fn = fn;
	dial->arg = arg;
	dial->deadline = clock_ms() + timeout_ms;
	dial->timer = event_new(base, -1, 0, on_timer, dial);
	if (dial->timer == NULL) {
		dispose(dial);
		return NULL;
	}
	try_connect(dial);
	return dial;
}

void
dial_cancel(struct dial *dial)
{
	if (dial == NULL)
		return;
	io_close(dial->io);
	dispose(dial);
}
