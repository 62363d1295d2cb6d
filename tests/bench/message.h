/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message -- where an HTTP/1.1 message ends, and the little of its head that a
 * bench needs.  Fast and trusting: both ends are ours, or a proxy's.
 */
#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum message_phase {
	MESSAGE_HEAD = 0,
	MESSAGE_BODY, /* of a length */
	MESSAGE_UNTIL_END, /* of the connection */
	MESSAGE_CHUNK_SIZE, /* the line before a chunk's data */
	MESSAGE_CHUNK,
	MESSAGE_CHUNK_END,
	MESSAGE_TRAILER,
	MESSAGE_DONE,
	MESSAGE_BROKEN,
};

/* All zero: nothing of it is here yet. */
struct message {
	enum message_phase phase;
	bool last_chunk;
	bool close; /* "Connection: close" */
	char head[1024];
	size_t head_len;
	unsigned long long left; /* of the body, or of the chunk */
	unsigned long long body; /* bytes of it so far, framing excluded */
};

/* What of data belongs to the message; all of it, until it is done. */
size_t message_feed(struct message *message, const char *data, size_t len);

/* Of a reply. */
int message_status(const struct message *message);

/* After its head: a reply without a length goes on until the end. */
bool message_is_reply(const struct message *message);

#endif
