/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock -- some large things that each call needs for a moment, kept for the next
 * call: to free and make them anew costs more than all else that is made of it.
 */
#ifndef NET_STOCK_H
#define NET_STOCK_H

#include <stddef.h>

#define STOCK_MAX 32

/* Empty if all is zero. */
struct stock {
	void *kept[STOCK_MAX];
	size_t n;
};

/* One of them, as it was left, or new; NULL: out of memory.  All in a stock have
 * the same size. */
void *stock_take(struct stock *stock, size_t size);

/* Not needed any more; NULL is ignored. */
void stock_put(struct stock *stock, void *thing);

/* Free what is kept. */
void stock_clear(struct stock *stock);

#endif
