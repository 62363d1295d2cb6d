/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer -- carries a body from one buffer to another: out of the framing it
 * came in, into the one it goes on in.  Framing bytes are never passed on; they
 * are read strictly and made anew.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <event2/buffer.h>

#include "errmsg.h"
#include "http/chunk.h"
#include "http/framing.h"

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

/* Move what there is, as long as to holds less than room bytes.  Bytes behind
 * the body stay in from. */
enum transfer_result transfer_move(struct transfer *transfer,
    struct evbuffer *from, struct evbuffer *to, size_t room,
    struct errmsg *err);

/* The sender has ended.  BROKEN if it still owed something. */
enum transfer_result transfer_end(
    struct transfer *transfer, struct evbuffer *to, struct errmsg *err);

#endif
