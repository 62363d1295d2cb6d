/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pretend -- an engine that has nothing but what facts tell, does nothing, and
 * says that it did: enough for a Docker client to go on to its next call.
 */
#ifndef PRETEND_H
#define PRETEND_H

#include "rehearse.h"

struct pretend {
	json_t *facts; /* what there is; what is made is added */
	unsigned made;
};

struct pretend_answer {
	int status;
	json_t *body; /* or NULL: none */
	bool stream; /* the connection becomes a stream, which is over */
};

/* facts are copied.  False if out of memory. */
MUST_CHECK bool pretend_init(struct pretend *pretend, const json_t *facts);
void pretend_done(struct pretend *pretend);

/* What an engine would say to a call that was let through.  False if out of
 * memory.  The body is the caller's. */
MUST_CHECK bool pretend_reply(struct pretend *pretend,
    const struct rehearsal *call, struct pretend_answer *answer);

#endif
