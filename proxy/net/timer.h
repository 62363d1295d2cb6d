/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timer -- one deadline, that is put off far more often than it is met: a
 * connection's idle time begins anew with each call.
 *
 * libevent is asked only when the deadline comes nearer; one that was put off
 * is noticed when the old one is due.
 */
#ifndef NET_TIMER_H
#define NET_TIMER_H

#include <event2/event.h>
#include <event2/event_struct.h>

typedef void timer_fn(void *arg);

struct timer {
	struct event event;
	long long deadline; /* clock_ms(); 0: none */
	long long due; /* what the event waits for; 0: it does not wait */
	timer_fn *fn;
	void *arg;
};

void timer_init(
    struct timer *timer, struct event_base *base, timer_fn *fn, void *arg);
void timer_done(struct timer *timer);

/* Call fn in so many milliseconds, and not before. */
void timer_set(struct timer *timer, long long ms);
void timer_stop(struct timer *timer);

#endif
