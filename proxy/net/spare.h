/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spare -- memory that was needed and is no more goes back to the system.  The
 * C library keeps what is freed below something that is still in use, so a crowd
 * that has left would be remembered for ever.
 */
#ifndef NET_SPARE_H
#define NET_SPARE_H

#include <event2/event.h>

struct spare;

/* give_back is to free what is kept without need.  NULL: out of memory. */
struct spare *spare_new(
    struct event_base *base, void (*give_back)(void *arg), void *arg);
void spare_free(struct spare *spare);

/* Something has been freed: have a look at it, soon. */
void spare_look(struct spare *spare);

#endif
