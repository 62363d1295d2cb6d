/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sieve -- the process that judges an upload while it streams
 * (sieve/sieve.h), as the event loop sees it.
 */
#ifndef NET_SIEVE_H
#define NET_SIEVE_H

#include <event2/event.h>
#include <jansson.h>

#include "errmsg.h"

struct io;
struct sieve;

enum sieve_state {
	SIEVE_FAILED = 0, /* it broke down */
	SIEVE_DENIED,
	SIEVE_WORKING,
	SIEVE_PASSED, /* once its io has ended, that was all */
};

/* Look again: at its io, and at its state.  May close the sieve. */
typedef void sieve_fn(void *arg);

/* Start one.  Borrows rules.  NULL with the reason. */
MUST_CHECK struct sieve *sieve_start(struct event_base *base,
    const json_t *rules, sieve_fn *fn, void *arg, struct errmsg *err);

/* The body goes into it, and what is sent on comes out of it. */
struct io *sieve_io(struct sieve *sieve);

enum sieve_state sieve_state(const struct sieve *sieve);

/* What it said in the end, for the record; borrowed, NULL before that. */
json_t *sieve_verdict(const struct sieve *sieve);

/* End it.  NULL is nothing. */
void sieve_close(struct sieve *sieve);

#endif
