/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply -- the head of the daemon's answer: read, and made anew for the client
 * from an allow-list of fields.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <jansson.h>

#include "buffer.h"
#include "http/framing.h"
#include "http/head.h"

struct http_reply_head {
	int status;
	enum framing framing;
	long long content_length; /* LENGTH only */
	bool close; /* the daemon will close */
	enum http_upgrade upgrade; /* of a 101 */
	bool raw_stream; /* a 200 that is a hijack: Docker's stream type and
	                    neither length nor chunks */
	bool json; /* Content-Type is JSON */
	int api_minor; /* N of Api-Version 1.N, or 0 */
	struct http_fields fields;
};

/* Read a whole reply head to a request of that method. */
MUST_CHECK bool http_reply_head_read(const char *bytes, size_t len,
    enum http_method method, struct http_reply_head *head, struct errmsg *err);

/* How the client's head differs from the daemon's. */
struct http_reply_plan {
	enum framing framing;
	long long content_length;
	bool close; /* this connection ends after the reply */
	bool as_200; /* a hijack for a client that asked for none */
	enum http_upgrade upgrade; /* 101: switch to this */
};

/* Add the head for the client. */
void http_reply_head_write(struct buffer *out,
    const struct http_reply_head *head, const struct http_reply_plan *plan);

/* Add a whole reply of our own: status and {"message": text}. */
void http_reply_own(
    struct buffer *out, int status, const char *message, bool close);

const char *http_status_text(int status);

#endif
