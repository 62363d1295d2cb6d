/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pool.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "limit.h"
#include "net/clock.h"
#include "net/io.h"
#include "net/timer.h"

struct idler {
	TAILQ_ENTRY(idler) entry;
	struct pool *pool;
	struct io *io;
	long long since; /* clock_ms() */
};

TAILQ_HEAD(idlers, idler);

struct pool {
	struct idlers idlers; /* the longest idle first */
	size_t n;
	unsigned era;
	struct timer timer;
};

/* Take it out of the pool; its io is the caller's. */
static struct io *
leave(struct idler *idler)
{
	struct io *io = idler->io;

	TAILQ_REMOVE(&idler->pool->idlers, idler, entry);
	idler->pool->n--;
	free(idler);
	return io;
}

static void
on_io(void *arg, enum io_event event)
{
	if (event != IO_DRAINED && event != IO_READY)
		io_close(leave(arg));
}

/* Close those whose time has come. */
static void
on_timer(void *arg)
{
	struct pool *pool = arg;
	long long now = clock_ms();
	struct idler *first;

	while ((first = TAILQ_FIRST(&pool->idlers)) != NULL &&
	    first->since + LIMIT_POOL_IDLE_MS <= now)
		io_close(leave(first));
	if (first != NULL)
		timer_set(
		    &pool->timer, first->since + LIMIT_POOL_IDLE_MS - now);
}

struct pool *
pool_new(struct event_base *base)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	TAILQ_INIT(&pool->idlers);
	timer_init(&pool->timer, base, on_timer, pool);
	return pool;
}

void
pool_clear(struct pool *pool)
{
	pool->era++;
	while (!TAILQ_EMPTY(&pool->idlers))
		io_close(leave(TAILQ_FIRST(&pool->idlers)));
}

unsigned
pool_era(const struct pool *pool)
{
	return pool->era;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	pool_clear(pool);
	timer_done(&pool->timer);
	free(pool);
}

void
pool_put(struct pool *pool, struct io *io)
{
	struct idler *idler = pool->n >= LIMIT_POOL ? NULL
						    : malloc(sizeof(*idler));

	if (idler == NULL) {
		io_close(io);
		return;
	}
	*idler = (struct idler){.pool = pool, .io = io, .since = clock_ms()};
	if (pool->n++ == 0)
		timer_set(&pool->timer, LIMIT_POOL_IDLE_MS);
	TAILQ_INSERT_TAIL(&pool->idlers, idler, entry);
	io_set_callback(io, on_io, idler);
	io_read(io, true);
}

struct io *
pool_take(struct pool *pool, bool sure)
{
	struct io *io;

	while (!TAILQ_EMPTY(&pool->idlers)) {
		io = leave(TAILQ_LAST(&pool->idlers, idlers));
		if (!sure || io_is_quiet(io))
			return io;
		io_close(io);
	}
	return NULL;
}
