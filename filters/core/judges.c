/* SPDX-License-Identifier: Apache-2.0 */
#include "core/judges.h"

enum verdict
judges_run(judge_fn *const *judges, const void *conf, struct request *req,
    struct report *report)
{
	enum verdict verdict = VERDICT_PASS;

	for (; *judges != NULL && verdict > VERDICT_DENY; judges++)
		verdict = verdict_and(verdict, (*judges)(conf, req, report));
	return verdict;
}
