/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch -- a question of our own to the engine: GET a path, get bounded JSON.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <event2/event.h>
#include <jansson.h>

struct address;
struct fetch;
struct pool;

/* Told once, from the loop.  status 0: no answer.  minor: of its Api-Version,
 * or 0.  body is borrowed; NULL if it is not JSON. */
typedef void fetch_fn(void *arg, int status, int minor, const json_t *body);

/* On a connection of the pool, if there is one; it comes back there.  path is
 * ours, and stays until the end.  NULL: out of memory. */
struct fetch *fetch_start(struct event_base *base, struct pool *pool,
    const struct address *to, const char *path, long long timeout_ms,
    fetch_fn *fn, void *arg);
void fetch_cancel(struct fetch *fetch);

#endif
