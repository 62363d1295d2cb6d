/* SPDX-License-Identifier: Apache-2.0 */
/* privs -- who the process is and what it may do, given up once everything is
 * open. */
#ifndef PRIVS_H
#define PRIVS_H

#include <stddef.h>

#include "errmsg.h"

/* As many descriptors as we may have; how many that is. */
size_t privs_raise_files(void);

/*
 * If we are root, become user with its groups, which may be one that can open
 * the engine's socket; NULL stays who it is, with the few capabilities that the
 * program uses.  No core dumps (they hold keys), no ptrace by our own user, no
 * new privileges by exec.  False if user is unknown or any of it does not take.
 */
MUST_CHECK bool privs_drop(const char *user, struct errmsg *err);

/* Of what is left, a worker keeps nothing but, if it may, the capability to look
 * at any path; and it starts no process. */
MUST_CHECK bool privs_drop_in_worker(bool may_look, struct errmsg *err);

#endif
