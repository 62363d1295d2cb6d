/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue -- bytes that wait: added at the end, taken from the front, always in
 * one piece.
 *
 * libevent's evbuffers are chains, which must be joined before they can be read
 * as text, and an empty one takes more memory than all else of an idle
 * connection; this is a pointer and three numbers, and holds no memory while it
 * is empty.
 */
#ifndef NET_QUEUE_H
#define NET_QUEUE_H

#include <stddef.h>

#include "errmsg.h"

/* An empty one is all zero.  What waits is len bytes from bytes + start; memory
 * of size 0 is not the queue's own, and is read from, but never written to or
 * freed. */
struct queue {
	char *bytes;
	size_t start, len, size;
};

void queue_done(struct queue *queue);

/* A queue of somebody else's bytes, until queue_own() makes what is left of them
 * its own; false when out of memory. */
static inline struct queue
queue_of(char *bytes, size_t len)
{
	return (struct queue){bytes, 0, len, 0};
}
MUST_CHECK bool queue_own(struct queue *queue);

/* What waits; valid until the queue is changed. */
static inline char *
queue_bytes(const struct queue *queue)
{
	return queue->bytes + queue->start;
}

/* False: out of memory, and nothing was added. */
MUST_CHECK bool queue_add(struct queue *queue, const char *bytes, size_t len);

/* Take len bytes, at most what there is, from the front. */
void queue_drain(struct queue *queue, size_t len);

/* Move len bytes, at most what there is, from the front of one to the end of
 * another; all of them into an empty one are not copied. */
MUST_CHECK bool queue_move(struct queue *to, struct queue *from, size_t len);

#endif
