/* SPDX-License-Identifier: Apache-2.0 */
#include "net/timer.h"

#include "net/clock.h"

static void
wait_for(struct timer *timer, long long deadline, long long now)
{
	struct timeval tv = clock_timeval(deadline - now);

	timer->due = event_add(&timer->event, &tv) == 0 ? deadline : 0;
}

static void
on_due(evutil_socket_t fd, short what, void *arg)
{
	struct timer *timer = arg;
	long long now = clock_ms();

	(void)fd;
	(void)what;
	timer->due = 0;
	if (timer->deadline == 0)
		return;
	if (timer->deadline > now) {
		wait_for(timer, timer->deadline, now);
		return;
	}
	timer->deadline = 0;
	timer->fn(timer->arg);
}

void
timer_init(
    struct timer *timer, struct event_base *base, timer_fn *fn, void *arg)
{
	(void)event_assign(&timer->event, base, -1, 0, on_due, timer);
	timer->deadline = timer->due = 0;
	timer->fn = fn;
	timer->arg = arg;
}

void
timer_done(struct timer *timer)
{
	if (timer->due != 0)
		(void)event_del(&timer->event);
	timer->deadline = timer->due = 0;
}

void
timer_set(struct timer *timer, long long ms)
{
	long long now = clock_ms();

	timer->deadline = now + (ms < 1 ? 1 : ms);
	if (timer->due == 0 || timer->due > timer->deadline)
		wait_for(timer, timer->deadline, now);
}

void
timer_stop(struct timer *timer)
{
	timer->deadline = 0;
}
