/* SPDX-License-Identifier: Apache-2.0 */
/* refusal -- what the caller reads in the terminal when a call is not made. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "call.h"

/*
 * "sockwarden: mounts: HostConfig.Binds[0] (-v, compose: volumes): mounting
 * "/" is not allowed (record 0123)": the filter (or NULL), the field (or ""),
 * the flag that it comes from, the text, and the id of the record (or NULL).
 * call may be NULL.  A new string, or NULL when out of memory.
 */
MUST_CHECK char *refusal_text(const char *filter, const struct call *call,
    const char *field, const char *text, const char *id);

#endif
