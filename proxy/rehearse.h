/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearse -- judge a request that nobody sends: `sockwarden explain`, and the
 * cases of the tests.  It goes the way of a real one (prepare, admit, judge)
 * without a socket.
 */
#ifndef REHEARSE_H
#define REHEARSE_H

#include "http/head.h"
#include "request.h"
#include "tier.h"

struct rehearsal_script {
	const char *head; /* to the letter; or NULL: made from */
	size_t head_len;
	const char *method, *target; /* as a client sends them */
	json_t *headers; /* {"X-Registry-Auth": ".."}, or NULL */
	const char *body;
	size_t len;
	json_t *identity; /* kept; or NULL */
	const char *team; /* or NULL */
	json_t *facts; /* borrowed; or NULL */
	bool look; /* look up facts about paths on this host */
	bool assume; /* what facts do not name, the engine does not have */
};

struct rehearsal {
	char *head_text; /* what head points into */
	struct http_request_head head;
	struct request request;
	struct report report;
	enum verdict verdict;
	struct request asked; /* as it was understood, before judging: its
	                         body, query and vars */
	json_t
	    *assumed; /* [facts that nobody gave, and were taken as absent] */
	int status; /* not 0: refused before any filter saw it */
	struct errmsg refusal;
};

/* Put into facts what text says of the fact of that name, as a filter would find
 * it (include/filter.h).  False with the reason if there is no such fact, or it
 * has no such value. */
MUST_CHECK bool rehearsal_fact(
    json_t *facts, const char *name, const char *text, struct errmsg *err);

/* The same of a value that stands in a file: text, or the JSON itself. */
MUST_CHECK bool rehearsal_fact_value(
    json_t *facts, const char *name, const json_t *value, struct errmsg *err);

/* Judge it.  FAIL with status set if it is not a request at all.  In every
 * case rehearsal_done() is due. */
enum verdict rehearse(const struct tier *tier,
    const struct rehearsal_script *script, struct rehearsal *rehearsal);
void rehearsal_done(struct rehearsal *rehearsal);

/* Of one that was not let through: what the caller is told, and with which
 * status. */
const char *rehearsal_reason(const struct rehearsal *rehearsal);
int rehearsal_status(const struct rehearsal *rehearsal);

/* Was it let through, but not as it was asked?  What filters do quietly
 * (filter.h) is the same by another name. */
bool rehearsal_changed(const struct rehearsal *rehearsal);

#endif
