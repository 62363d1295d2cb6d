/* SPDX-License-Identifier: Apache-2.0 */
#include "net/outlet.h"

#include <string.h>

#include "net/io.h"
#include "net/queue.h"

static void
begin(struct outlet *outlet, struct io *io, struct queue *queue)
{
	outlet->io = io;
	outlet->queue = queue;
	outlet->npieces = 0;
	outlet->pending = outlet->text_len = 0;
}

void
outlet_to_io(struct outlet *outlet, struct io *io)
{
	begin(outlet, io, io_out(io));
}

void
outlet_to_queue(struct outlet *outlet, struct queue *queue)
{
	begin(outlet, NULL, queue);
}

size_t
outlet_len(const struct outlet *outlet)
{
	return outlet->queue->len + outlet->pending;
}

/* Put into the queue what was remembered. */
static bool
spill(struct outlet *outlet)
{
	bool kept = true;

	for (int i = 0; i < outlet->npieces; i++)
		kept = kept &&
		    queue_add(outlet->queue, outlet->pieces[i].iov_base,
			outlet->pieces[i].iov_len);
	outlet->npieces = 0;
	outlet->pending = outlet->text_len = 0;
	return kept;
}

/* Does a piece leave sooner if it is not put into the queue? */
static bool
is_open(const struct outlet *outlet)
{
	return outlet->io != NULL && outlet->queue->len == 0 &&
	    io_is_writable(outlet->io);
}

static bool
add_piece(struct outlet *outlet, char *at, size_t len)
{
	struct iovec *last = &outlet->pieces[outlet->npieces];

	if (outlet->npieces > 0 &&
	    (char *)last[-1].iov_base + last[-1].iov_len == at)
		last[-1].iov_len += len;
	else
		outlet->pieces[outlet->npieces++] = (struct iovec){at, len};
	outlet->pending += len;
	return true;
}

bool
outlet_text(struct outlet *outlet, const char *text, size_t len)
{
	char *at = outlet->text + outlet->text_len;

	if (!is_open(outlet) || outlet->npieces == OUTLET_PIECES ||
	    OUTLET_TEXT - outlet->text_len < len)
		return spill(outlet) && queue_add(outlet->queue, text, len);
	memcpy(at, text, len);
	outlet->text_len += len;
	return add_piece(outlet, at, len);
}

bool
outlet_data(struct outlet *outlet, char *data, size_t len)
{
	if (!is_open(outlet) || outlet->npieces == OUTLET_PIECES)
		return spill(outlet) && queue_add(outlet->queue, data, len);
	return add_piece(outlet, data, len);
}

bool
outlet_flush(struct outlet *outlet)
{
	size_t sent;
	int i = 0;

	if (outlet->io == NULL)
		return true;
	sent = outlet->npieces > 0 && is_open(outlet)
	    ? io_send(outlet->io, outlet->pieces, outlet->npieces)
	    : 0;
	for (; i < outlet->npieces && sent >= outlet->pieces[i].iov_len; i++)
		sent -= outlet->pieces[i].iov_len;
	if (i < outlet->npieces) {
		outlet->pieces[i].iov_base =
		    (char *)outlet->pieces[i].iov_base + sent;
		outlet->pieces[i].iov_len -= sent;
	}
	memmove(outlet->pieces, outlet->pieces + i,
	    (size_t)(outlet->npieces - i) * sizeof(outlet->pieces[0]));
	outlet->npieces -= i;
	if (!spill(outlet))
		return false;
	io_flush(outlet->io);
	return true;
}
