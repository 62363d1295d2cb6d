/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare -- from what a client sent to a request that can be judged: the call,
 * its names, query, headers and body, each in the one form that we know.
 */
#ifndef PREPARE_H
#define PREPARE_H

#include "http/head.h"
#include "request.h"
#include "schema.h"

/* Fill req from the head.  False with the status to answer; req is then to be
 * done with request_done() all the same. */
MUST_CHECK bool prepare_head(const struct http_request_head *head,
    struct request *req, int *status, struct errmsg *err);

/* Does the call want its body whole, to be judged (or dropped)? */
bool prepare_collects(const struct request *req);

/*
 * Read the whole body into req; what unknown drops is added to req->dropped.  A
 * call without a body takes none, but some clients send their options once more
 * as JSON, which no daemon reads: such objects are dropped.
 */
MUST_CHECK bool prepare_body(struct request *req, const char *bytes, size_t len,
    size_t max, enum unknown_members unknown, int *status, struct errmsg *err);

#endif
