/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload -- another configuration, certificates and revocation lists without a
 * restart: all of it, or if any part is wrong nothing.
 */
#ifndef NET_RELOAD_H
#define NET_RELOAD_H

struct server;

/* Read the configuration again.  What happened is in the log.  Calls keep the
 * policy they began with; callers whose certificate does not hold any more are
 * cut off. */
void reload(struct server *server);

#endif
