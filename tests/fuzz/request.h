/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request -- the text form of a request in the corpora, and what must be true
 * of every request that was judged:
 *
 *	POST /v1.41/containers/create?name=x
 *	X-Registry-Auth: e30=
 *	Facts: {"path:/srv/data": "plain"}
 *
 *	{"Image": "busybox"}
 *
 * Facts are what the proxy has looked up, before those of facts.h.
 */
#ifndef FUZZ_REQUEST_H
#define FUZZ_REQUEST_H

#include "rehearse.h"

/* Take text apart into script; it is changed, and script borrows from it.  False
 * if it has not that form, and then nothing is to be done with. */
MUST_CHECK bool request_script(
    char *text, size_t len, struct rehearsal_script *script);
void request_script_done(struct rehearsal_script *script);

/* What goes to the daemon: its head, and a JSON body or NULL. */
struct sent {
	char *head, *body;
	size_t head_len, body_len;
};

/* Write the request as the program would; false if it refuses. */
MUST_CHECK bool request_send(const struct request *req,
    const struct http_request_head *client, struct sent *sent);
void sent_done(struct sent *sent);

/* Another reader finds in what is sent exactly the request, and nothing
 * else; it ends the program if not. */
void request_sent_is(const struct request *req, const struct sent *sent);

#endif
