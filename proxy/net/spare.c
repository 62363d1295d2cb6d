/* SPDX-License-Identifier: Apache-2.0 */
#include "net/spare.h"

#include <malloc.h>
#include <stdlib.h>

#include "limit.h"
#include "memory.h"
#include "net/clock.h"

struct spare {
	struct event *timer;
	void (*give_back)(void *arg);
	void *arg;
};

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	const struct spare *spare = arg;
	struct mallinfo2 info;

	(void)fd;
	(void)what;
	spare->give_back(spare->arg);
	memory_give_back();
	info = mallinfo2();
	if (info.fordblks > LIMIT_SPARE)
		(void)malloc_trim(0);
}

struct spare *
spare_new(struct event_base *base, void (*give_back)(void *arg), void *arg)
{
	struct spare *spare = calloc(1, sizeof(*spare));

	if (spare == NULL)
		return NULL;
	spare->give_back = give_back;
	spare->arg = arg;
	spare->timer = event_new(base, -1, 0, on_timer, spare);
	if (spare->timer == NULL) {
		free(spare);
		return NULL;
	}
	return spare;
}

void
spare_free(struct spare *spare)
{
	if (spare == NULL)
		return;
	event_free(spare->timer);
	free(spare);
}

void
spare_look(struct spare *spare)
{
	struct timeval tv = clock_timeval(LIMIT_SPARE_MS);

	if (event_pending(spare->timer, EV_TIMEOUT, NULL) == 0)
		(void)event_add(spare->timer, &tv);
}
