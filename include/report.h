/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report -- what judging a request said and changed: the source of the audit
 * record, of the Warnings of a create reply, and of `sockwarden explain`.
 */
#ifndef REPORT_H
#define REPORT_H

#include "json.h"
#include "request.h"
#include "verdict.h"

/* What a filter does with what it does not accept. */
enum action {
	ACTION_REJECT = 0, /* deny the call */
	ACTION_REWRITE, /* make it acceptable where that is possible */
	ACTION_OFF, /* do not look */
};

struct report {
	const char *filter; /* the one at work, then the one that decided */
	enum action action; /* of the filter at work */
	enum verdict verdict;
	char field[128]; /* where: "HostConfig.Binds[0]", "?remote", "" */
	struct errmsg reason; /* of DENY and FAIL, for the caller to read */
	bool foreseen; /* only said: the tier does not enforce it (yet) */
	bool hidden; /* DENY: answered as if it were not there */
	json_t *changes; /* [{"field", "before", "after", "filter", "why"}]
	                         or NULL while there are none */
	json_t *stream_rules; /* by which the body is judged while it streams
	                         (tar_rules.h), or NULL: it is opaque */
};

void report_init(struct report *report);
void report_done(struct report *report);

/* Say no, and why.  field is a Docker path as the user knows it.  The reason
 * says what is wrong and what to do: 'mounting "/etc" is not allowed; allowed
 * are "/srv/ci"'.  Return the verdict, for one-line returns. */
enum verdict report_deny(struct report *report, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same, in the words and with the status (404) that the daemon has for what
 * is not there: whether it is there is not the caller's to know. */
enum verdict report_hide(struct report *report, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Have the body judged while it streams, by rules, which are taken: members of
 * what tar_rules.h says, from one filter or several.  PASS, or FAIL: out of
 * memory, or another filter has set the same. */
enum verdict report_stream(struct report *report, json_t *rules);

/* Could not decide (out of memory, a fact missing): VERDICT_FAIL. */
enum verdict report_fail(struct report *report, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Make the body member at dotted ("HostConfig.CapAdd") equal to value, making
 * the objects above it where they are absent; NULL removes it.  Takes value.
 * Records the change.  Returns PASS if it was so already (absent, null, false,
 * 0, "" and [] are NOT the same here: compare before calling where the daemon
 * treats them alike), REWRITE if it was changed, FAIL if out of memory.
 */
enum verdict rewrite_body(struct request *req, struct report *report,
    const char *dotted, json_t *value, const char *why);

/* The same for a query parameter ("networkmode"). */
enum verdict rewrite_query(struct request *req, struct report *report,
    const char *name, json_t *value, const char *why);

/* The same for a variable of the path ("container"), which is recorded as
 * "{container}". */
enum verdict rewrite_var(struct request *req, struct report *report,
    const char *name, json_t *value, const char *why);

/* The same for the version of the API, "{version}", as N of 1.N: what an older
 * one leaves out, or reads in another way, is then as the newer one has it. */
enum verdict rewrite_version(
    struct request *req, struct report *report, int minor, const char *why);

/* The same for a header that is JSON ("X-Registry-Config"); the record shows
 * its names only. */
enum verdict rewrite_header(struct request *req, struct report *report,
    const char *name, json_t *value, const char *why);

/* What the filter's action says about an unacceptable member: under REWRITE
 * rewrite_body(), under REJECT report_deny() with why as the reason.  Takes
 * value.  Call it only when the member is unacceptable. */
enum verdict enforce_body(struct request *req, struct report *report,
    const char *dotted, json_t *value, const char *why);

/* The same for a query parameter. */
enum verdict enforce_query(struct request *req, struct report *report,
    const char *name, json_t *value, const char *why);

/* Is a change of the list above to something that the caller asked for?  (What
 * is only added, or is what was asked for by another name, is not.) */
bool report_change_is_asked(const json_t *change);
/* Is it what was asked for, by another name? */
bool report_change_is_quiet(const json_t *change);

/* The changes for the Warnings of a create reply: a line for each that was made
 * to what the caller asked, and one line for all that was only added.  A new
 * JSON array of strings, or NULL when out of memory. */
MUST_CHECK json_t *report_warnings(const struct report *report);

#endif
