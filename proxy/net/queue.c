/* SPDX-License-Identifier: Apache-2.0 */
#include "net/queue.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 512

void
queue_done(struct queue *queue)
{
	if (queue->size > 0)
		free(queue->bytes);
	*queue = (struct queue){NULL, 0, 0, 0};
}

/* Bring what waits to the front, into memory of that size. */
static bool
resize(struct queue *queue, size_t size)
{
	char *bytes = malloc(size);

	if (bytes == NULL)
		return false;
	if (queue->len > 0)
		memcpy(bytes, queue_bytes(queue), queue->len);
	if (queue->size > 0)
		free(queue->bytes);
	queue->bytes = bytes;
	queue->start = 0;
	queue->size = size;
	return true;
}

bool
queue_own(struct queue *queue)
{
	if (queue->size > 0)
		return true;
	if (queue->len > 0)
		return resize(queue, queue->len);
	*queue = (struct queue){NULL, 0, 0, 0};
	return true;
}

/* Room for so many more bytes at the end. */
static bool
make_room(struct queue *queue, size_t len)
{
	size_t size = queue->size == 0 ? FIRST_SIZE : queue->size;

	if (queue->size > 0 && queue->size - queue->start - queue->len >= len)
		return true;
	while (size - queue->len < len || size < queue->len)
		size *= 2;
	if (size != queue->size || queue->len > size / 2)
		return resize(queue, size);
	/* Less than half of it is used: it is enough to move that. */
	memmove(queue->bytes, queue_bytes(queue), queue->len);
	queue->start = 0;
	return true;
}

bool
queue_add(struct queue *queue, const char *bytes, size_t len)
{
	if (len == 0)
		return true;
	if (!make_room(queue, len))
		return false;
	memcpy(queue_bytes(queue) + queue->len, bytes, len);
	queue->len += len;
	return true;
}

void
queue_drain(struct queue *queue, size_t len)
{
	if (len >= queue->len) {
		queue_done(queue);
		return;
	}
	queue->start += len;
	queue->len -= len;
}

bool
queue_move(struct queue *to, struct queue *from, size_t len)
{
	if (len > from->len)
		len = from->len;
	if (to->len == 0 && len == from->len && from->size > 0) {
		queue_done(to);
		*to = *from;
		*from = (struct queue){NULL, 0, 0, 0};
		return true;
	}
	if (!queue_add(to, queue_bytes(from), len))
		return false;
	queue_drain(from, len);
	return true;
}
