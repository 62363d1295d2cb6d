/* SPDX-License-Identifier: Apache-2.0 */
/* spawn -- starts the program that judges uploads (sieve/sieve.h). */
#ifndef NET_SPAWN_H
#define NET_SPAWN_H

#include <sys/types.h>

#include "errmsg.h"

/*
 * Find it, and keep it open: an upgrade may put another one in its place, which
 * we would not understand.  False with the reason; then there is none to be
 * started.
 */
MUST_CHECK bool spawn_open(struct errmsg *err);
bool spawn_is_open(void);

/* Start it with nothing of ours but the two sockets.  An errno, or 0. */
int spawn_sieve(pid_t *pid, int data, int control);

/* Which program it is, instead of the one beside ours: for tests. */
void spawn_set_program(const char *path);

#endif
