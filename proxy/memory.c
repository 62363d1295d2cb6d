/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>

/*
 * A call makes and frees a thousand values of a few dozen bytes.  The C library
 * keeps seven of a size at hand, and takes long for the rest; here are more, until
 * there is nothing to do (net/spare.h).
 */
#define STEP 16
#define NSIZES 66 /* up to 1,040 bytes: an object with 64 members */
#if defined(__SANITIZE_ADDRESS__)
#define AT_HAND 0 /* what is freed must not be used again, ever */
#else
#define AT_HAND (128 * 1024) /* bytes of each size */
#endif

struct block {
	struct block *next;
};

static struct {
	struct block *first;
	size_t n;
} at_hand[NSIZES];

static void *
allocate(size_t size)
{
	size_t class = (size + STEP - 1) / STEP;
	struct block *block;

	if (class < NSIZES && at_hand[class].first != NULL) {
		block = at_hand[class].first;
		at_hand[class].first = block->next;
		at_hand[class].n--;
		return block;
	}
	return malloc(class < NSIZES ? class * STEP : size);
}

static void
release(void *memory)
{
	struct block *block = memory;
	size_t class;

	if (memory == NULL)
		return;
	class = malloc_usable_size(memory) / STEP;
	if (class >= NSIZES ||
	    (at_hand[class].n + 1) * class * STEP > AT_HAND) {
		free(memory);
		return;
	}
	block->next = at_hand[class].first;
	at_hand[class].first = block;
	at_hand[class].n++;
}

void
memory_give_back(void)
{
	for (size_t i = 0; i < NSIZES; i++) {
		while (at_hand[i].first != NULL) {
			struct block *block = at_hand[i].first;

			at_hand[i].first = block->next;
			free(block);
		}
		at_hand[i].n = 0;
	}
}

/* In place of jansson's, which leaves out a name where its buffer cannot grow
 * (2.14, do_dump).  How long the text is, is known before it is written. */
char *
json_dumps(const json_t *json, size_t flags)
{
	size_t len = json_dumpb(json, NULL, 0, flags);
	char *text = len == 0 ? NULL : malloc(len + 1);

	if (text == NULL)
		return NULL;
	if (json_dumpb(json, text, len, flags) != len) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

void
memory_init(void)
{
	json_set_alloc_funcs(allocate, release);
	/* Before any object is made. */
	json_object_seed(0);
}
