/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite -- a file of policy tests: by what to judge, and the calls with what is
 * expected of each.  `sockwarden test --help` says how one reads.
 */
#ifndef TESTING_SUITE_H
#define TESTING_SUITE_H

#include "config/problems.h"
#include "policy.h"

/* What is expected of a call. */
enum expected {
	EXPECTED_DENY = 0, /* refused, by whomever */
	EXPECTED_REWRITE, /* made, but changed */
	EXPECTED_ALLOW, /* made as it was asked */
};

/* One test, as it stands in the file; what is not said is NULL. */
struct trial {
	const char *name, *call, *docker, *team, *expect, *filter, *field,
	    *reason;
	const json_t *as, *headers, *body, *facts, *changed, *unchanged;
	struct place place;
	enum expected expected;
	json_t *identity, *known; /* as and facts, the suite's and its own */
};

struct suite {
	const char *file; /* borrowed */
	char *folder; /* that its paths are below */
	struct yaml yaml; /* what the trials borrow from */
	struct policy policy;
	struct trial *trials;
	size_t n;
};

/* Read it all, and the policy that it names.  False with every problem. */
MUST_CHECK bool suite_load(
    struct suite *suite, const char *file, struct problems *problems);
void suite_done(struct suite *suite);

#endif
