/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL && size > 0) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void
memory_init(void)
{
	/* jansson's lexer writes past its buffer when it cannot grow it; better
	 * to end, once, than to go on with a document that lost bytes. */
	json_set_alloc_funcs(allocate, free);
	/* Before any object is made. */
	json_object_seed(0);
}
