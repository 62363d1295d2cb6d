/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor -- the program as a whole: opens everything, starts the workers,
 * which serve, and does for them what they may not (net/channel.h).  It reads
 * nothing that a caller sends.  A worker that dies is started again; its death
 * costs its own connections and nothing else.
 */
#ifndef NET_SUPERVISOR_H
#define NET_SUPERVISOR_H

#include "errmsg.h"

struct config;

/*
 * Listen, serve until told to end, clean up.  Takes config; config_path is
 * where SIGHUP reads it again (NULL: nowhere).  SIGHUP reloads, all or nothing;
 * SIGUSR1 reopens the audit log; SIGTERM and SIGINT drain, a second one ends at
 * once.  False with the reason if it could not begin.
 *
 * Returns in every worker, too, when that has ended.
 */
MUST_CHECK bool supervisor_run(
    const char *config_path, struct config *config, struct errmsg *err);

#endif
