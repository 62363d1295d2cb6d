/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <jansson.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * jansson's lexer (lex_save() in 2.14) ignores that its buffer could not grow:
 * bytes are lost, and what reads them back runs past their end.  So while a
 * document is read, what cannot be had is taken from a reserve, the document
 * ends there, and what was made of it is thrown away.
 *
 * jansson asks for input by the KiB, so that much may still be read after the
 * reserve was opened.  Of one KiB the most is made by "[[[[": an array for each
 * byte.  What has grown until then, doubles at the most: the lexer's buffer, the
 * members of an array, the buckets of an object, together no more than 20 bytes
 * for each byte of the document.
 */
#define RESERVE_FIXED (192 * 1024)
#define RESERVE_PER_BYTE 20

/* Documents up to this long have a reserve that costs nothing until it is
 * touched; for others it is had before they are read. */
#define SMALL 4096

static struct {
	char *at;
	size_t size, taken;
	bool reading; /* a document */
	bool opened; /* memory was short */
} reserve;

static bool
is_of_reserve(const void *memory)
{
	uintptr_t at = (uintptr_t)memory, begin = (uintptr_t)reserve.at;

	return reserve.at != NULL && at >= begin && at < begin + reserve.size;
}

static void *
take(size_t size)
{
	size_t len = (size + alignof(max_align_t) - 1) &
	    ~(alignof(max_align_t) - 1);
	char *memory = reserve.at + reserve.taken;

	reserve.opened = true;
	if (len > reserve.size - reserve.taken) {
		/* Better to end, once, than to go on with lost bytes. */
		(void)fputs("sockwarden: out of memory\n", stderr);
		abort();
	}
	reserve.taken += len;
	return memory;
}

/* --- small things ----------------------------------------------------------- */

/*
 * A call makes and frees a thousand values of a few dozen bytes.  The C library
 * keeps seven of a size at hand, and takes long for the rest; here are more.
 */
#define STEP 16
#define NSIZES 12 /* up to 176 bytes: an object and its first members */
#if defined(__SANITIZE_ADDRESS__)
#define AT_HAND 0 /* what is freed must not be used again, ever */
#else
#define AT_HAND 256 /* of each size */
#endif

struct block {
	struct block *next;
};

static struct {
	struct block *first;
	unsigned n;
} at_hand[NSIZES];

static void *
allocate(size_t size)
{
	size_t class = (size + STEP - 1) / STEP;
	struct block *block;
	void *memory;

	if (class < NSIZES && at_hand[class].first != NULL) {
		block = at_hand[class].first;
		at_hand[class].first = block->next;
		at_hand[class].n--;
		return block;
	}
	memory = malloc(class < NSIZES ? class * STEP : size);
	return memory == NULL && size > 0 && reserve.reading ? take(size)
							     : memory;
}

static void
release(void *memory)
{
	struct block *block = memory;
	size_t class;

	if (memory == NULL || is_of_reserve(memory))
		return;
	class = malloc_usable_size(memory) / STEP;
	if (class >= NSIZES || at_hand[class].n + 1 > AT_HAND) {
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

/* --- reading -------------------------------------------------------------- */

struct input {
	const char *at;
	size_t left;
};

static size_t
read_input(void *buffer, size_t size, void *arg)
{
	struct input *input = arg;
	size_t len = input->left < size ? input->left : size;

	if (reserve.opened)
		return 0;
	memcpy(buffer, input->at, len);
	input->at += len;
	input->left -= len;
	return len;
}

static json_t *
out_of_memory(json_error_t *error)
{
	memset(error, 0, sizeof(*error));
	(void)snprintf(error->text, sizeof(error->text), "out of memory");
	/* Where jansson keeps json_error_code(). */
	error->text[JSON_ERROR_TEXT_LENGTH - 1] = json_error_out_of_memory;
	return NULL;
}

/* Read with a reserve that is there. */
static json_t *
read_document(const char *bytes, size_t len, size_t flags, json_error_t *error)
{
	struct input input = {bytes, len};
	json_t *tree;

	reserve.taken = 0;
	reserve.opened = false;
	reserve.reading = true;
	tree = json_load_callback(read_input, &input, flags, error);
	reserve.reading = false;
	if (!reserve.opened)
		return tree;
	json_decref(tree);
	return out_of_memory(error);
}

/* In place of jansson's. */
json_t *
json_loadb(const char *bytes, size_t len, size_t flags, json_error_t *error)
{
	static char small[RESERVE_FIXED + RESERVE_PER_BYTE * SMALL];
	json_error_t ignored;
	json_t *tree;

	if (error == NULL)
		error = &ignored;
	reserve.at = small;
	reserve.size = sizeof(small);
	if (len > SMALL) {
		reserve.size = RESERVE_FIXED + RESERVE_PER_BYTE * len;
		reserve.at = malloc(reserve.size);
	}
	if (reserve.at == NULL)
		return out_of_memory(error);
	tree = read_document(bytes, len, flags, error);
	if (len > SMALL)
		free(reserve.at);
	reserve.at = NULL;
	return tree;
}

json_t *
json_loads(const char *text, size_t flags, json_error_t *error)
{
	return json_loadb(text, strlen(text), flags, error);
}

/* --- beginning ------------------------------------------------------------ */

void
memory_init(void)
{
	json_set_alloc_funcs(allocate, release);
	/* Before any object is made. */
	json_object_seed(0);
}
