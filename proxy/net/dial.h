/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dial -- one new connection to the Docker Engine.
 *
 * The engine's socket may refuse a burst with EAGAIN (its backlog is full):
 * that is not a failure yet, so we try again until the time is up.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <event2/event.h>

#include "errmsg.h"

struct address;
struct dial;
struct io;

/* Told once, from the loop: io is connected and the callee's, with no callback
 * set; or NULL, and why says what went wrong.  The dial is gone by then. */
typedef void dial_fn(void *arg, struct io *io, const struct errmsg *why);

/* Keeps a borrowed to until told or cancelled.  NULL: out of memory. */
struct dial *dial_start(struct event_base *base, const struct address *to,
    long long timeout_ms, dial_fn *fn, void *arg);

/* Nobody wants it any more.  NULL is nothing. */
void dial_cancel(struct dial *dial);

#endif
