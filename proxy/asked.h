/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asked -- a request as it was made, in a record: what `learn` reads, and what
 * `diff --replay` judges again.  Names are in it, and command lines; no values
 * of environment variables, no passwords, no tokens.
 */
#ifndef ASKED_H
#define ASKED_H

#include "rehearse.h"
#include "request.h"

/* {"target", "headers", "body", "facts"}, and "unread": true where the body was
 * not looked at because the call itself was refused (whole is false).  New, or
 * NULL if out of memory. */
json_t *asked_write(const struct request *req, bool whole);

/* What was made of it to read it again. */
struct asked_text {
	char *body;
	json_t *headers;
};

/* The request of a record, to be rehearsed: script borrows from the record and
 * from text.  False if the record does not hold it, or not all of it.  In every
 * case asked_done() is due. */
MUST_CHECK bool asked_read(const json_t *record,
    struct rehearsal_script *script, struct asked_text *text);
void asked_done(struct asked_text *text);

#endif
