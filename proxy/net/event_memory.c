/* SPDX-License-Identifier: Apache-2.0 */
#include "net/event_memory.h"

#include <event2/event.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SMALL 32
#define SLAB_SIZE (64 * 1024)

/* What libevent has of a block stands behind this. */
struct block {
	alignas(max_align_t) size_t size;
	struct block *next; /* of those that were freed */
};

/* What comes before the memory, and what a small block takes with it. */
#define HEAD alignof(max_align_t)
#define STRIDE (HEAD + SMALL)

static struct {
	char *at; /* of the newest slab; slabs are for ever */
	size_t left;
	struct block *freed;
} small;

static struct block *
take_small(void)
{
	struct block *block = small.freed;

	if (block != NULL) {
		small.freed = block->next;
		return block;
	}
	if (small.left < STRIDE) {
		char *slab = malloc(SLAB_SIZE);

		if (slab == NULL)
			return NULL;
		small.at = slab;
		small.left = SLAB_SIZE;
	}
	block = (struct block *)(void *)small.at;
	small.at += STRIDE;
	small.left -= STRIDE;
	return block;
}

static struct block *
block_of(void *memory)
{
	return (struct block *)(void *)((char *)memory - HEAD);
}

static void *
allocate(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - HEAD)
		return NULL;
	block = size <= SMALL ? take_small() : malloc(HEAD + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	return (char *)block + HEAD;
}

static void
release(void *memory)
{
	struct block *block;

	if (memory == NULL)
		return;
	block = block_of(memory);
	if (block->size > SMALL) {
		free(block);
		return;
	}
	block->next = small.freed;
	small.freed = block;
}

static void *
reallocate(void *memory, size_t size)
{
	void *more = allocate(size);
	size_t old = memory == NULL ? 0 : block_of(memory)->size;

	if (more == NULL || memory == NULL)
		return more;
	memcpy(more, memory, old < size ? old : size);
	release(memory);
	return more;
}

void
event_memory_init(void)
{
	event_set_mem_functions(allocate, reallocate, release);
}
