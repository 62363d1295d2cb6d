/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outlet -- where a body goes: into a queue, or straight to a socket.
 *
 * Bulk data is what the machine's time goes to.  A piece that goes to a socket
 * is not copied but remembered, and leaves with one writev(2) from where it was
 * read to; only what the socket does not take is copied into its queue.  So
 * outlet_flush() comes before the pieces are gone.
 */
#ifndef NET_OUTLET_H
#define NET_OUTLET_H

#include <sys/uio.h>

#include "errmsg.h"

struct io;
struct queue;

/* Of 64 KiB in chunks of Go's 32 KiB: three, with their framing.  More go by
 * the queue. */
#define OUTLET_PIECES 12
#define OUTLET_TEXT 96

struct outlet {
	struct io *io; /* or NULL */
	struct queue *queue; /* the io's, if there is one */
	struct iovec pieces[OUTLET_PIECES];
	int npieces;
	size_t pending; /* bytes in pieces */
	char text[OUTLET_TEXT]; /* framing among the pieces */
	size_t text_len;
};

void outlet_to_io(struct outlet *outlet, struct io *io);
void outlet_to_queue(struct outlet *outlet, struct queue *queue);

/* Bytes that wait there, those that are to be flushed included. */
size_t outlet_len(const struct outlet *outlet);

/* Framing, which is copied; and data, which stays where it is until the outlet
 * is flushed.  False: out of memory. */
MUST_CHECK bool outlet_text(
    struct outlet *outlet, const char *text, size_t len);
MUST_CHECK bool outlet_data(struct outlet *outlet, char *data, size_t len);

/* Send what there is.  False: out of memory, and some of it is lost. */
MUST_CHECK bool outlet_flush(struct outlet *outlet);

#endif
