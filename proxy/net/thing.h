/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thing -- a container, exec, volume, network, service, task, secret or config
 * as the engine describes it: the facts "container:REF", "exec:ID" and so on of
 * include/filter.h.  Only what filters judge by is kept; environments and
 * command lines are not.
 */
#ifndef NET_THING_H
#define NET_THING_H

#include <jansson.h>

#include "errmsg.h"

/* Is this a fact about a thing, by its spelling? */
bool thing_is(const char *fact);

/* The path to ask the engine for, made anew from a name that is one; the
 * caller's.  NULL if it is none, or out of memory. */
MUST_CHECK char *thing_path(const char *fact);

/* The fact that the answer is, new: what is known of the thing, or "absent"
 * where there is none.  NULL if the answer says neither. */
MUST_CHECK json_t *thing_read(
    const char *fact, int status, const json_t *answer);

#endif
