/* SPDX-License-Identifier: Apache-2.0 */
/* listeners -- the rows under "listeners", read and checked. */
#ifndef CONFIG_LISTENERS_H
#define CONFIG_LISTENERS_H

#include "config/config.h"

/* All of them, in a new array, those with problems too: what could not be read
 * of them is not set.  They borrow from rows. */
struct config_listener *listeners_read(
    const json_t *rows, size_t *n, struct problems *problems);

/* Warn of a user (may be NULL) that this host does not have: it may be for
 * another one. */
void listeners_check_user(
    const char *name, const char *path, struct problems *problems);

#endif
