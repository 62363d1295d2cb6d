/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account -- what is told of a rehearsed call, as one JSON object: who called,
 * why they were known, what each filter said and by which settings, what was
 * made of the body, and what the caller reads.  `explain --json` prints it,
 * `explain` reads it aloud.
 *
 *	{"caller": identity,
 *	 "rule": {"number", "match", "where"},   or null
 *	 "team", "tier", "mode": if it does not enforce, "extends": [names],
 *	 "verdict", "calls": [{
 *	   "method", "target", "call", "verdict", "status", "filter", "field",
 *	   "reason",
 *	   "filters": [{"name", "verdict": "pass" | "rewrite" | "deny" | "fail",
 *	     "settings": [{"key", "value", "where"}]}],   if it is not pass
 *	   "changes": as in a record, with "flag", "dropped": [..],
 *	   "assumed": [facts], "streams": true,
 *	   "asked": body, "sent": body, "sent_target",
 *	   "reads": {"error"} or {"warnings": [..]}}],
 *	 "docker": {"words": [..], "output", "exit_status", "timed_out"}}
 *
 * Members that say nothing are absent.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "policy.h"
#include "session.h"

/* All are new; NULL when out of memory. */

/* Of the caller, without calls. */
MUST_CHECK json_t *account_new(const struct policy *policy,
    const json_t *identity, const struct standing *standing);

/* Of a caller whom no rule knows. */
MUST_CHECK json_t *account_nobody(const json_t *identity);

/* Add a call.  False if out of memory. */
MUST_CHECK bool account_add(json_t *account, const struct policy *policy,
    const struct standing *standing, const struct rehearsal *call);

/* Add what a docker command line did: its calls, and what it said. */
MUST_CHECK bool account_add_session(json_t *account,
    const struct policy *policy, const struct session *session,
    char *const *words);

#endif
