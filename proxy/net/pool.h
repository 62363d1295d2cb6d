/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool -- connections to the engine that have carried a call to its clean end
 * and may carry another one.
 *
 * Whoever puts one here says that both sides have ended: no byte of the call is
 * still to come or to go.  What could become something else than HTTP (attach,
 * exec, sessions) never comes here, nor what had a stream for a body.  The
 * engine may close an idle connection at any time; one that says anything at
 * all while it is idle is closed.
 */
#ifndef NET_POOL_H
#define NET_POOL_H

#include <stdbool.h>

struct event_base;
struct io;
struct pool;

struct pool *pool_new(struct event_base *base); /* NULL: out of memory */
void pool_free(struct pool *pool);

/* Takes io, and closes it when it has been idle for LIMIT_POOL_IDLE_MS. */
void pool_put(struct pool *pool, struct io *io);

/* The one that was put last, which is the caller's now; NULL if there is none.
 * sure: ask the kernel, too, whether the engine has closed it meanwhile, for a
 * call that must not be made twice. */
struct io *pool_take(struct pool *pool, bool sure);

/* Close all: the engine is another one, or has gone. */
void pool_clear(struct pool *pool);

/* How often that has been: a connection made before it belongs here no more. */
unsigned pool_era(const struct pool *pool);

#endif
