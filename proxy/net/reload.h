/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload -- another configuration, certificates and revocation lists in a worker
 * that serves: all of it, or nothing.
 */
#ifndef NET_RELOAD_H
#define NET_RELOAD_H

#include "errmsg.h"

struct server;
struct setup;

/* Serve by that setup, which is taken.  Calls keep the policy they began with;
 * callers whose certificate does not hold any more are cut off.  False if out of
 * memory: all is as it was. */
MUST_CHECK bool reload(
    struct server *server, struct setup *setup, struct errmsg *err);

#endif
