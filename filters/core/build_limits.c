/* SPDX-License-Identifier: Apache-2.0 */
#include "core/build_limits.h"

#include "core/judges.h"
#include "core/query_number.h"
#include "core/text.h"

#define PERIOD 100000LL /* the kernel's own, in microseconds */

static enum verdict
judge_memory(const void *arg, struct request *req, struct report *report)
{
	const struct build_limits *limits = arg;
	long long is = query_number(req, "memory"), swap;
	enum verdict verdict = VERDICT_PASS;

	if (is <= 0)
		verdict = query_number_put(req, report, "memory",
		    limits->memory, is < -1,
		    "the limit for whoever asks for none");
	else if (is > limits->memory_max)
		verdict = query_number_put(req, report, "memory",
		    limits->memory_max, true, "more than this tier allows");
	if (verdict <= VERDICT_DENY)
		return verdict;
	is = query_number(req, "memory");
	swap = query_number(req, "memswap");
	if (swap == is)
		return verdict;
	return verdict_and(verdict,
	    query_number_put(req, report, "memswap", is, swap != 0,
		"swap is not given besides memory"));
}

static enum verdict
judge_cpu(const void *arg, struct request *req, struct report *report)
{
	const struct build_limits *limits = arg;
	long long quota = query_number(req, "cpuquota");
	long long period = query_number(req, "cpuperiod");

	if (period == 0)
		period = PERIOD;
	/* The kernel's bounds. */
	if (period < 1000 || period > 1000000)
		return report_deny(
		    report, "?cpuperiod", "want 1000 to 1000000 microseconds");
	if (quota <= 0)
		return query_number_put(req, report, "cpuquota",
		    period * limits->cpus / 1000, quota < -1,
		    "the limit for whoever asks for none");
	if (quota > period * limits->cpus_max / 1000)
		return query_number_put(req, report, "cpuquota",
		    period * limits->cpus_max / 1000, true,
		    "more than this tier allows");
	return VERDICT_PASS;
}

/* A weight takes from the others what it is above the usual one. */
static enum verdict
judge_shares(const void *arg, struct request *req, struct report *report)
{
	(void)arg;
	if (query_number(req, "cpushares") <= 1024)
		return VERDICT_PASS;
	return query_number_put(
	    req, report, "cpushares", 1024, true, "more than this tier allows");
}

static enum verdict
judge_shm(const void *arg, struct request *req, struct report *report)
{
	const struct build_limits *limits = arg;

	if (query_number(req, "shmsize") <= limits->shm_max)
		return VERDICT_PASS;
	return query_number_put(req, report, "shmsize", limits->shm_max, true,
	    "more than this tier allows");
}

static enum verdict
judge_cpuset(const void *arg, struct request *req, struct report *report)
{
	static const char *const names[] = {"cpusetcpus", "cpusetmems", NULL};
	enum verdict verdict = VERDICT_PASS;

	(void)arg;
	for (size_t i = 0; names[i] != NULL && verdict > VERDICT_DENY; i++) {
		if (*text_at(req->query, names[i]) != '\0')
			verdict = verdict_and(verdict,
			    enforce_query(req, report, names[i], NULL,
				"this is not the caller's choice"));
	}
	return verdict;
}

enum verdict
build_limits_judge(const struct build_limits *limits, struct request *req,
    struct report *report)
{
	static judge_fn *const judges[] = {judge_memory, judge_cpu,
	    judge_shares, judge_cpuset, judge_shm, NULL};

	return judges_run(judges, limits, req, report);
}
