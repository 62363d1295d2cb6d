/* SPDX-License-Identifier: Apache-2.0 */
/* second_opinion -- what http-parser reads in a head that we have read. */
#ifndef HTTP_SECOND_OPINION_H
#define HTTP_SECOND_OPINION_H

#include "http/head.h"

/* True if http-parser reads the same method, target, fields and framing.
 * Else status is 400. */
MUST_CHECK bool second_opinion(const char *bytes, size_t len,
    const struct http_request_head *head, int *status, struct errmsg *err);

#endif
