/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer -- carries a body from one queue to another, or to a socket: out of the framing it
 * came in, into the one it goes on in.  Framing bytes are never passed on; they
 * are read strictly and made anew.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "errmsg.h"
#include "http/chunk.h"
#include "http/framing.h"
#include "net/outlet.h"
#include "net/queue.h"

struct transfer {
	enum framing in, out;
	long long left; /* LENGTH: bytes still to come */
	struct chunk_reader chunks;
	unsigned long long bytes; /* of the body itself, so far */
	bool done;
};

enum transfer_result {
	TRANSFER_BROKEN = 0, /* err says how; nothing more may be sent */
	TRANSFER_MORE, /* wants more input, or more room */
	TRANSFER_DONE, /* the body is complete */
};

void transfer_init(struct transfer *transfer, enum framing in, long long length,
    enum framing out);

/* Move what there is into a queue, as long as that holds less than room bytes.
 * Bytes behind the body stay in from. */
enum transfer_result transfer_move(struct transfer *transfer,
    struct queue *from, struct queue *to, size_t room, struct errmsg *err);

/* The same to a socket, which is sent what it takes of it. */
enum transfer_result transfer_send(struct transfer *transfer,
    struct queue *from, struct io *to, size_t room, struct errmsg *err);

/* The sender has ended.  BROKEN if it still owed something. */
enum transfer_result transfer_end(
    struct transfer *transfer, struct queue *to, struct errmsg *err);

#endif
