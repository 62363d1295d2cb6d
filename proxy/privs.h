/* SPDX-License-Identifier: Apache-2.0 */
/* privs -- what the process may do, given up once everything is open. */
#ifndef PRIVS_H
#define PRIVS_H

#include <stddef.h>

#include "errmsg.h"

/* As many descriptors as we may have; how many that is. */
size_t privs_raise_files(void);

/*
 * No core dumps (they hold keys), no ptrace by our own user, no new privileges
 * by exec; and if we are root, become user with its groups, which may be one
 * that can open the engine's socket.  NULL stays who it is.  False if user is
 * unknown or does not take.
 */
MUST_CHECK bool privs_drop(const char *user, struct errmsg *err);

#endif
