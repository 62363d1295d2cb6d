/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict -- what a filter, and in the end the whole tier, says of a call.
 */
#ifndef VERDICT_H
#define VERDICT_H

/* Ordered from the safest answer to the most generous; zero is the safest. */
enum verdict {
	VERDICT_FAIL = 0, /* could not decide: answer 500, do not forward */
	VERDICT_DENY, /* forbidden: answer 403 with the reason */
	VERDICT_REWRITE, /* allowed, as the request now reads */
	VERDICT_PASS, /* allowed as it stands */
};

/* "fail", "deny", "rewrite", "pass": the words of the audit record. */
const char *verdict_name(enum verdict verdict);

/* The safer of the two. */
static inline enum verdict
verdict_and(enum verdict a, enum verdict b)
{
	return a < b ? a : b;
}

#endif
