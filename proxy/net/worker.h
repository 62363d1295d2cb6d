/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker -- a process that serves callers.  It parses what strangers send, so it
 * can do little else (confine.h): what it needs from outside it asks of its
 * supervisor (net/errand.h), which also tells it what to do.  Where the
 * supervisor is gone, it serves what it has begun.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include <stdbool.h>

struct setup;
struct shared;

/* Serve until told to end.  Takes channel and setup, borrows shared, where it is
 * the index-th.  False if it could not begin; the supervisor was told why. */
bool worker_run(
    int channel, struct setup *setup, struct shared *shared, unsigned index);

#endif
