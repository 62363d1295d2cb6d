/* SPDX-License-Identifier: Apache-2.0 */
#include "net/stock.h"

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define KEPT 0 /* what is not needed must not be used, either */
#else
#define KEPT STOCK_MAX
#endif

void *
stock_take(struct stock *stock, size_t size)
{
	return stock->n > 0 ? stock->kept[--stock->n] : malloc(size);
}

void
stock_put(struct stock *stock, void *thing)
{
	if (thing != NULL && stock->n + 1 <= KEPT)
		stock->kept[stock->n++] = thing;
	else
		free(thing);
}

void
stock_clear(struct stock *stock)
{
	while (stock->n > 0)
		free(stock->kept[--stock->n]);
}
