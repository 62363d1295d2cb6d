/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tier -- a named policy: which calls, under which filters with which
 * settings.  Immutable once made, so that it can be shared and swapped.
 */
#ifndef TIER_H
#define TIER_H

#include "filter.h"
#include "report.h"
#include "schema.h"

struct tier;

/*
 * Make a tier from its configuration object: {"description", "unlisted",
 * "unknown_fields", "filters": {...}}.  Takes conf (defaults are filled in;
 * "extends" has been resolved by the caller and is not accepted here).  NULL
 * with every problem reported under path; see setting.h.
 */
MUST_CHECK struct tier *tier_new(const char *name, json_t *conf,
    const char *path, setting_problem_fn *problem, void *arg);
void tier_free(struct tier *tier);

/* The rows that a tier object itself has, without its filters. */
extern const struct setting tier_settings[];

const char *tier_name(const struct tier *tier);
const char *tier_description(const struct tier *tier);
/* The complete configuration, defaults included; borrowed. */
const json_t *tier_conf(const struct tier *tier);

/* May this tier make the call at all?  Looks at no body, so that a refused
 * call costs nothing.  PASS or DENY (with the reason). */
enum verdict tier_admit(
    const struct tier *tier, struct request *req, struct report *report);

/* Does the filter judge that call in this tier? */
bool tier_applies(const struct tier *tier, const struct filter *filter,
    const struct call *call);

/* What to do with unknown members of a body. */
enum unknown_members tier_unknown_members(const struct tier *tier);

/* Does it enforce what it says?  One that does not guards nothing. */
enum tier_mode {
	TIER_ENFORCE = 0,
	TIER_WARN, /* forwards, and warns the caller */
	TIER_OBSERVE, /* forwards, and records what would have been */
};
enum tier_mode tier_mode(const struct tier *tier);
const char *tier_mode_name(enum tier_mode mode); /* "enforce", ... */

/* What the filters want to know before they can judge: a new JSON array of
 * strings, perhaps empty, or NULL when out of memory. */
MUST_CHECK json_t *tier_wants(
    const struct tier *tier, const struct request *req);

/*
 * Judge the complete request (body read, facts in place) by every filter of
 * the tier, changing it where they rewrite; then again until nothing is changed
 * any more: after a few rounds it must pass as it stands, else FAIL.  report
 * says the rest.
 */
enum verdict tier_judge(
    const struct tier *tier, struct request *req, struct report *report);

/*
 * For a tier that does not enforce: would becomes what tier_judge() says of req,
 * which stays as it is but for what holds even so (filter.h, held): the report
 * and the verdict are about that alone.
 */
enum verdict tier_observe(const struct tier *tier, struct request *req,
    struct report *would, struct report *report);

#endif
