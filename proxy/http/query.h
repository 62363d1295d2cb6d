/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query -- the parameters of a call: read against its table, sent on anew.
 *
 * The daemon takes the first of several, some handlers drop what is malformed,
 * and form bodies override it: so only known keys go on, each as often as the
 * API says, in one spelling.
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <jansson.h>

#include "buffer.h"
#include "http/head.h"

/* A new object for request.query, or NULL with the status to answer.  What the
 * call does not have is left out, as the daemon leaves it out (dockerode sends
 * all of its options here, too), and "?name" appended to dropped. */
MUST_CHECK json_t *query_read(const struct call *call, struct span raw,
    json_t *dropped, int *status, struct errmsg *err);

/* Is there a parameter of this name?  Before the call is known: POST
 * /images/create is two of them. */
bool query_has(struct span raw, const char *name);

/* Add "?a=1&b=2", or nothing for an empty query. */
void query_write(
    struct buffer *out, const struct call *call, const json_t *query);

#endif
