/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit -- the head that goes to the daemon, made from the judged request alone.
 */
#ifndef HTTP_EMIT_H
#define HTTP_EMIT_H

#include "http/framing.h"
#include "http/head.h"
#include "request.h"

struct emit_plan {
	enum framing framing;
	long long content_length; /* LENGTH */
	/* The client's own head, for what an upgrade needs of it: the
	 * websocket key, BuildKit's session fields.  Checked, then copied. */
	const struct http_request_head *client;
};

/* The head; a new string, or NULL with the reason. */
MUST_CHECK char *emit_head(const struct request *req,
    const struct emit_plan *plan, size_t *len, struct errmsg *err);

/* Does the call turn its connection into something else?  All that reply so do,
 * but for an exec start whose body says "Detach". */
bool emit_upgrades(const struct request *req);

/* Method and target as they go to the daemon, for the audit record; secrets in
 * the query are left out.  A new string, or NULL. */
MUST_CHECK char *emit_target(const struct request *req, bool redacted);

#endif
