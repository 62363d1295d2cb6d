/* SPDX-License-Identifier: Apache-2.0 */
/* clock -- milliseconds that only ever go forward, and timevals of them. */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <sys/time.h>
#include <time.h>

/* The monotonic clock.  Deadlines use it: the wall clock may jump. */
static inline long long
clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline struct timeval
clock_timeval(long long ms)
{
	if (ms < 1)
		ms = 1;
	return (struct timeval){.tv_sec = (time_t)(ms / 1000),
	    .tv_usec = (suseconds_t)(ms % 1000 * 1000)};
}

#endif
