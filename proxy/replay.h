/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay -- recorded calls, judged again: what `learn` and `diff --replay` do
 * with audit logs.  Calls that say the same are kept once, with how often.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "audit_log.h"
#include "rehearse.h"

struct replay {
	const char *tier, *team; /* only of these; NULL: of all */
	json_t *calls; /* [{"record", "times", "last"}] */
	json_t *places; /* {what it says: its place in calls} */
	struct audit_log_counts counts;
	size_t requests; /* of tier and team */
	size_t bare; /* of them, without what was asked */
	size_t unread; /* of them, without a body, because they were refused */
	size_t unknown; /* of them, no call at all */
};

/* False if out of memory. */
MUST_CHECK bool replay_init(struct replay *replay);
void replay_done(struct replay *replay);

/* Read another log. */
MUST_CHECK bool replay_read(
    struct replay *replay, const char *path, struct errmsg *err);

/* Say on standard error what of the logs is no use, and why. */
void replay_complain(const struct replay *replay, const char *command);

/* A recorded call, judged by tier as if team made it.  In every case
 * replayed_done() is due. */
struct replayed {
	struct rehearsal rehearsal;
	enum verdict verdict;
	bool undecided; /* a filter asks for a fact that is not recorded */
	char *body;
	json_t *headers, *facts;
};

void replay_judge(const json_t *record, const struct tier *tier,
    const char *team, struct replayed *replayed);
void replayed_done(struct replayed *replayed);

/* Has the record what can be judged again?  Was the call refused? */
bool replay_can(const json_t *record);
bool replay_was_refused(const json_t *record);

#endif
