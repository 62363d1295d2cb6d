/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine -- what we know of the daemon behind us, and how to ask it.
 *
 * Its API version comes with every reply and is asked for (GET /_ping) when a
 * call without a version has to be pinned to one before any reply was seen.
 * Whether it remaps user namespaces is asked once (GET /info).  Both are
 * forgotten when it cannot be reached: it may come back as another.  What it
 * says of a thing (net/thing.h) is never kept: the next call asks again.
 */
#ifndef NET_ENGINE_H
#define NET_ENGINE_H

#include <event2/event.h>
#include <jansson.h>

#include "errmsg.h"

struct address;
struct engine;
struct pool;

/* Copies address; pool stays longer. */
struct engine *engine_new(struct event_base *base, struct pool *pool,
    const struct address *address, long long connect_ms);
void engine_free(struct engine *engine);

/* Another one is in force from now on; the same one changes nothing. */
void engine_move(
    struct engine *engine, const struct address *address, long long connect_ms);

/* The N of its highest API version 1.N; 0 while unknown. */
int engine_minor(const struct engine *engine);
void engine_learn_minor(struct engine *engine, int minor);

/* It could not be reached: forget what was known. */
void engine_forget(struct engine *engine);

/*
 * The facts of include/filter.h that are the engine's, and "engine.minor".
 * Told once, from the loop, also when the engine did not answer: what is not
 * known then is not told by engine_tell().  What is known of a thing is put
 * into facts, which is kept until then.
 */
typedef void engine_fn(void *arg);
struct engine_question;
struct engine_question *engine_ask(struct engine *engine, const char *fact,
    json_t *facts, engine_fn *fn, void *arg);
void engine_cancel(struct engine_question *question);

/* Is the fact, not one about a thing, known already? */
bool engine_knows(const struct engine *engine, const char *fact);

/* Put the known fact into facts.  False if out of memory. */
bool engine_tell(const struct engine *engine, const char *fact, json_t *facts);

#endif
