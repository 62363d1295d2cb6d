/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tunnel -- carries bytes both ways between two connections until both have
 * ended: attach, exec, websockets, BuildKit.  Half-closes are passed on once
 * what came before them is delivered; a slow reader stops the other's writing.
 */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include <event2/event.h>

struct io;
struct tunnel;

/* Told once when it is over; both ios are still open and closed after. */
typedef void tunnel_fn(void *arg, const char *reason);

/* Takes both ios, also when it fails (NULL: out of memory).  What they have
 * read already is carried first. */
struct tunnel *tunnel_start(struct event_base *base, struct io *client,
    struct io *upstream, tunnel_fn *fn, void *arg);

/* End it without being told. */
void tunnel_close(struct tunnel *tunnel);

#endif
