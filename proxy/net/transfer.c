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
complete(struct transfer *transfer, struct evbuffer *to, struct errmsg *err)
{
	transfer->done = true;
	if (transfer->out == FRAMING_CHUNKED &&
	    evbuffer_add(to, "0\r\n\r\n", 5) != 0)
		return nomem(err);
	return TRANSFER_DONE;
}

static bool
open_chunk(const struct transfer *transfer, struct evbuffer *to, size_t len)
{
	return transfer->out != FRAMING_CHUNKED ||
	    evbuffer_add_printf(to, "%zx\r\n", len) > 0;
}

static bool
close_chunk(const struct transfer *transfer, struct evbuffer *to)
{
	return transfer->out != FRAMING_CHUNKED ||
	    evbuffer_add(to, "\r\n", 2) == 0;
}

/* Move len bytes as they are, without copying them. */
static bool
move_plain(struct transfer *transfer, struct evbuffer *from,
    struct evbuffer *to, size_t len)
{
	if (len == 0)
		return true;
	transfer->bytes += len;
	return open_chunk(transfer, to, len) &&
	    evbuffer_remove_buffer(from, to, len) == (int)len &&
	    close_chunk(transfer, to);
}

static bool
add_data(struct transfer *transfer, struct evbuffer *to, const char *data,
    size_t len)
{
	if (len == 0)
		return true;
	transfer->bytes += len;
	return open_chunk(transfer, to, len) &&
	    evbuffer_add(to, data, len) == 0 && close_chunk(transfer, to);
}

static enum transfer_result
move_length(struct transfer *transfer, struct evbuffer *from,
    struct evbuffer *to, struct errmsg *err)
{
	size_t len = evbuffer_get_length(from);

	if ((unsigned long long)len > (unsigned long long)transfer->left)
		len = (size_t)transfer->left;
	if (!move_plain(transfer, from, to, len))
		return nomem(err);
	transfer->left -= (long long)len;
	return transfer->left == 0 ? complete(transfer, to, err)
				   : TRANSFER_MORE;
}

static enum transfer_result
move_chunked(struct transfer *transfer, struct evbuffer *from,
    struct evbuffer *to, size_t room, struct errmsg *err)
{
	struct evbuffer_iovec piece;
	struct chunk_data data;
	enum chunk_result result;

	while (evbuffer_get_length(to) < room &&
	    evbuffer_peek(from, -1, NULL, &piece, 1) > 0) {
		result = chunk_read(&transfer->chunks, piece.iov_base,
		    piece.iov_len, &data, err);
		if (result == CHUNK_BROKEN)
			return TRANSFER_BROKEN;
		if (!add_data(transfer, to, data.at, data.len))
			return nomem(err);
		(void)evbuffer_drain(from, data.used);
		if (result == CHUNK_DONE)
			return complete(transfer, to, err);
	}
	return TRANSFER_MORE;
}

enum transfer_result
transfer_move(struct transfer *transfer, struct evbuffer *from,
    struct evbuffer *to, size_t room, struct errmsg *err)
{
	if (transfer->done)
		return TRANSFER_DONE;
	if (evbuffer_get_length(to) >= room)
		return TRANSFER_MORE;
	switch (transfer->in) {
	case FRAMING_NONE:
		return TRANSFER_DONE;
	case FRAMING_LENGTH:
		return move_length(transfer, from, to, err);
	case FRAMING_CHUNKED:
		return move_chunked(transfer, from, to, room, err);
	case FRAMING_CLOSE:
		if (!move_plain(transfer, from, to, evbuffer_get_length(from)))
			return nomem(err);
		return TRANSFER_MORE;
	}
	(void)errmsg_set(err, "no such framing");
	return TRANSFER_BROKEN;
}

enum transfer_result
transfer_end(struct transfer *transfer, struct evbuffer *to, struct errmsg *err)
{
	if (transfer->done)
		return TRANSFER_DONE;
	if (transfer->in == FRAMING_CLOSE)
		return complete(transfer, to, err);
	(void)errmsg_set(err, "the body was cut short");
	return TRANSFER_BROKEN;
}
