/* SPDX-License-Identifier: Apache-2.0 */
#include "net/transfer.h"

#include <string.h>

void
transfer_init(struct transfer *transfer, enum framing in, long long length,
    enum framing out)
{
	memset(transfer, 0, sizeof(*transfer));
	transfer->in = in;
	transfer->out = out;
	transfer->left = in == FRAMING_LENGTH ? length : 0;
	chunk_reader_init(&transfer->chunks);
	transfer->done = in == FRAMING_NONE ||
	    (in == FRAMING_LENGTH && length == 0);
}

static enum transfer_result
nomem(struct errmsg *err)
{
	(void)errmsg_nomem(err);
	return TRANSFER_BROKEN;
}

/* The body is complete: say so in the outgoing framing. */
static enum transfer_result
complete(struct transfer *transfer, struct outlet *outlet, struct errmsg *err)
{
	transfer->done = true;
	if (transfer->out == FRAMING_CHUNKED &&
	    !outlet_text(outlet, "0\r\n\r\n", 5))
		return nomem(err);
	return TRANSFER_DONE;
}

/* The size line of a chunk; returns its length. */
static size_t
size_line(char *line, size_t len)
{
	char digits[16];
	size_t n = 0, at = 0;

	do {
		digits[n++] = "0123456789abcdef"[len & 15];
		len >>= 4;
	} while (len > 0);
	while (n > 0)
		line[at++] = digits[--n];
	line[at++] = '\r';
	line[at++] = '\n';
	return at;
}

/* A piece of the body, in the outgoing framing. */
static bool
put(struct transfer *transfer, struct outlet *outlet, char *data, size_t len)
{
	char line[20];

	if (len == 0)
		return true;
	transfer->bytes += len;
	if (transfer->out != FRAMING_CHUNKED)
		return outlet_data(outlet, data, len);
	return outlet_text(outlet, line, size_line(line, len)) &&
	    outlet_data(outlet, data, len) && outlet_text(outlet, "\r\n", 2);
}

/* How much of from was read is told by *used. */
static enum transfer_result
move_length(struct transfer *transfer, const struct queue *from,
    struct outlet *outlet, size_t *used, struct errmsg *err)
{
	size_t len = from->len;

	if ((unsigned long long)len > (unsigned long long)transfer->left)
		len = (size_t)transfer->left;
	if (!put(transfer, outlet, queue_bytes(from), len))
		return nomem(err);
	*used = len;
	transfer->left -= (long long)len;
	return transfer->left == 0 ? complete(transfer, outlet, err)
				   : TRANSFER_MORE;
}

static enum transfer_result
move_chunked(struct transfer *transfer, const struct queue *from,
    struct outlet *outlet, size_t room, size_t *used, struct errmsg *err)
{
	struct chunk_data data;
	enum chunk_result result;

	while (outlet_len(outlet) < room && *used < from->len) {
		result = chunk_read(&transfer->chunks,
		    queue_bytes(from) + *used, from->len - *used, &data, err);
		if (result == CHUNK_BROKEN)
			return TRANSFER_BROKEN;
		if (data.len > 0 &&
		    !put(transfer, outlet,
			queue_bytes(from) + (data.at - queue_bytes(from)),
			data.len))
			return nomem(err);
		*used += data.used;
		if (result == CHUNK_DONE)
			return complete(transfer, outlet, err);
	}
	return TRANSFER_MORE;
}

static enum transfer_result
move(struct transfer *transfer, const struct queue *from, struct outlet *outlet,
    size_t room, size_t *used, struct errmsg *err)
{
	if (transfer->done)
		return TRANSFER_DONE;
	if (outlet_len(outlet) >= room)
		return TRANSFER_MORE;
	switch (transfer->in) {
	case FRAMING_NONE:
		return TRANSFER_DONE;
	case FRAMING_LENGTH:
		return move_length(transfer, from, outlet, used, err);
	case FRAMING_CHUNKED:
		return move_chunked(transfer, from, outlet, room, used, err);
	case FRAMING_CLOSE:
		*used = from->len;
		if (!put(transfer, outlet, queue_bytes(from), from->len))
			return nomem(err);
		return TRANSFER_MORE;
	}
	(void)errmsg_set(err, "no such framing");
	return TRANSFER_BROKEN;
}

/* What was moved is flushed before it is taken from where it stands. */
static enum transfer_result
move_through(struct transfer *transfer, struct queue *from,
    struct outlet *outlet, size_t room, struct errmsg *err)
{
	size_t used = 0;
	enum transfer_result result = move(
	    transfer, from, outlet, room, &used, err);

	if (!outlet_flush(outlet))
		return nomem(err);
	queue_drain(from, used);
	return result;
}

enum transfer_result
transfer_move(struct transfer *transfer, struct queue *from, struct queue *to,
    size_t room, struct errmsg *err)
{
	struct outlet outlet;

	outlet_to_queue(&outlet, to);
	return move_through(transfer, from, &outlet, room, err);
}

enum transfer_result
transfer_send(struct transfer *transfer, struct queue *from, struct io *to,
    size_t room, struct errmsg *err)
{
	struct outlet outlet;

	outlet_to_io(&outlet, to);
	return move_through(transfer, from, &outlet, room, err);
}

enum transfer_result
transfer_end(struct transfer *transfer, struct queue *to, struct errmsg *err)
{
	struct outlet outlet;

	if (transfer->done)
		return TRANSFER_DONE;
	outlet_to_queue(&outlet, to);
	if (transfer->in == FRAMING_CLOSE)
		return complete(transfer, &outlet, err);
	(void)errmsg_set(err, "the body was cut short");
	return TRANSFER_BROKEN;
}
