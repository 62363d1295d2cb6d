/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tunnel.h"

#include <stdlib.h>

#include "limit.h"
#include "net/io.h"
#include "net/outlet.h"
#include "net/timer.h"

/* One of the two ends, and what arrives there. */
struct side {
	struct tunnel *tunnel;
	struct side *other;
	struct io *io;
	bool gone; /* the peer has closed both directions */
};

struct tunnel {
	struct side sides[2];
	struct timer timer; /* runs once one side has ended */
	tunnel_fn *fn;
	void *arg;
};

void
tunnel_close(struct tunnel *tunnel)
{
	io_close(tunnel->sides[0].io);
	io_close(tunnel->sides[1].io);
	timer_done(&tunnel->timer);
	free(tunnel);
}

static void
end(struct tunnel *tunnel, const char *reason)
{
	tunnel->fn(tunnel->arg, reason);
	tunnel_close(tunnel);
}

static void
on_timer(void *arg)
{
	end(arg, "half-closed and silent");
}

/* Something moved: a tunnel that one side has ended may go on. */
static void
restart_timer(struct tunnel *tunnel)
{
	if (io_is_eof(tunnel->sides[0].io) || io_is_eof(tunnel->sides[1].io))
		timer_set(&tunnel->timer, LIMIT_HALF_CLOSED_MS);
}

/* Carry what has arrived, and what has ended, from one side to the other.
 * False: out of memory. */
static bool
carry(struct side *from)
{
	struct io *to = from->other->io;
	struct queue *in = io_in(from->io);
	struct outlet outlet;

	outlet_to_io(&outlet, to);
	if (!outlet_data(&outlet, queue_bytes(in), in->len) ||
	    !outlet_flush(&outlet))
		return false;
	queue_drain(in, in->len);
	if (io_is_eof(from->io) && !io_is_shut(to))
		io_shutdown(to);
	io_read(from->io, io_out(to)->len < LIMIT_OUTPUT);
	return true;
}

static bool
delivered(const struct side *side)
{
	return io_out(side->io)->len == 0;
}

/* Is there nothing left to carry?  A side that is gone reads no more, so only
 * what it sent is owed. */
static bool
is_over(const struct side *side)
{
	if (!io_is_eof(side->io) || !delivered(side->other))
		return false;
	return side->gone || (io_is_eof(side->other->io) && delivered(side));
}

static void
on_side(void *arg, enum io_event event)
{
	struct side *side = arg;
	struct tunnel *tunnel = side->tunnel;
	bool carried = true;

	switch (event) {
	case IO_ERROR:
		end(tunnel, io_reason(side->io));
		return;
	case IO_READY:
		break;
	case IO_INPUT:
		carried = carry(side);
		break;
	case IO_DRAINED:
		carried = carry(side->other);
		break;
	case IO_EOF:
		carried = carry(side);
		side->gone = io_is_gone(side->io);
		break;
	case IO_DEAF:
		/* The engine may have said its last words before it left; a
		 * client that cannot hear them needs no tunnel. */
		if (side == &tunnel->sides[0]) {
			end(tunnel, "the client is gone");
			return;
		}
		break;
	}
	if (!carried)
		end(tunnel, "out of memory");
	else if (is_over(side) || is_over(side->other))
		end(tunnel, "");
	else
		restart_timer(tunnel);
}

static void
side_init(struct tunnel *tunnel, int i, struct io *io)
{
	struct side *side = &tunnel->sides[i];

	side->tunnel = tunnel;
	side->other = &tunnel->sides[1 - i];
	side->io = io;
}

struct tunnel *
tunnel_start(struct event_base *base, struct io *client, struct io *upstream,
    tunnel_fn *fn, void *arg)
{
	struct tunnel *tunnel = calloc(1, sizeof(*tunnel));

	if (tunnel == NULL) {
		io_close(client);
		io_close(upstream);
		return NULL;
	}
	side_init(tunnel, 0, client);
	side_init(tunnel, 1, upstream);
	tunnel->fn = fn;
	tunnel->arg = arg;
	timer_init(&tunnel->timer, base, on_timer, tunnel);
	io_set_callback(client, on_side, &tunnel->sides[0]);
	io_set_callback(upstream, on_side, &tunnel->sides[1]);
	if (carry(&tunnel->sides[0]) && carry(&tunnel->sides[1]))
		return tunnel;
	tunnel_close(tunnel);
	return NULL;
}
