/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture -- a socket that a Docker client may talk to, and that leads nowhere:
 * every call is handed to somebody who says what to answer.
 */
#ifndef NET_CAPTURE_H
#define NET_CAPTURE_H

#include <event2/event.h>
#include <jansson.h>

#include "errmsg.h"

struct capture;

/* A call, whole: head and body to the letter.  Of a body that is longer than
 * CAPTURE_BODY only the beginning. */
struct capture_call {
	const char *head;
	size_t head_len;
	const char *body;
	size_t len;
};

#define CAPTURE_BODY (4UL * 1024 * 1024)

struct capture_answer {
	int status;
	json_t *body; /* or NULL: none; is dropped after use */
	bool stream; /* the connection becomes a stream, which is over */
};

typedef void capture_fn(
    void *arg, const struct capture_call *call, struct capture_answer *answer);

/* Listen on the unix socket at path.  NULL with the reason. */
MUST_CHECK struct capture *capture_new(struct event_base *base,
    const char *path, capture_fn *on_call, void *arg, struct errmsg *err);
void capture_free(struct capture *capture);

#endif
