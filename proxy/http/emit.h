/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit -- the head that goes to the daemon, made from the judged request alone.
 */
#ifndef HTTP_EMIT_H
#define HTTP_EMIT_H

#include "buffer.h"
#include "http/framing.h"
#include "http/head.h"
#include "request.h"

struct emit_plan {
	enum framing framing;
	long long content_length; /* LENGTH */
	/* The client's own head, for what an upgrade needs of it: the
	 * websocket key, BuildKit's session fields.  Checked, then copied. */
	const struct http_request_head *client;
	bool close; /* the connection carries this call alone */
};

/* Add the head.  False with the reason; what is added then is of no use. */
MUST_CHECK bool emit_head(struct buffer *out, const struct request *req,
    const struct emit_plan *plan, struct errmsg *err);

/* Does the call turn its connection into something else?  All that reply so do,
 * but for an exec start whose body says "Detach". */
bool emit_upgrades(const struct request *req);

/* Add the target as it goes to the daemon; redacted, for the record: secrets in
 * the query are left out. */
void emit_target(struct buffer *out, const struct request *req, bool redacted);

#endif
