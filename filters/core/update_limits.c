/* SPDX-License-Identifier: Apache-2.0 */
#include "core/update_limits.h"

#include "core/container_fact.h"

#define NANO_OF_MILLI 1000000LL
#define PERIOD 100000LL /* of the daemon, in microseconds */
#define QUOTA_LEAST 1000LL /* of the kernel, the same */
#define TOO_MUCH "more than this tier allows"

/* What is judged: the request, and what the container has now. */
struct update {
	const struct update_limits *most;
	struct request *req;
	struct report *report;
	const json_t *now; /* the fact about it, or NULL where there is none */
};

static long long
asked(const struct request *req, const char *field)
{
	return json_integer_value(request_body_get(req, field));
}

static long long
has_now(const struct update *update, const char *field)
{
	return json_integer_value(json_object_get(update->now, field));
}

/* After the update: zero leaves it as it is. */
static long long
after(const struct update *update, const char *field)
{
	long long value = asked(update->req, field);

	return value != 0 ? value : has_now(update, field);
}

static bool
touches_memory(const struct request *req)
{
	return asked(req, "Memory") != 0 || asked(req, "MemorySwap") != 0;
}

static bool
touches_cpu(const struct request *req)
{
	return asked(req, "NanoCpus") != 0 || asked(req, "CpuQuota") != 0 ||
	    asked(req, "CpuPeriod") != 0;
}

static bool
touches_pids(const struct request *req)
{
	return request_body_get(req, "PidsLimit") != NULL;
}

static bool
touches_any(const struct request *req)
{
	return touches_memory(req) || touches_cpu(req) || touches_pids(req);
}

bool
update_limits_wants(const struct request *req, json_t *wanted)
{
	return !touches_any(req) || container_fact_want(req, wanted);
}

static enum verdict
put(const struct update *update, const char *field, long long value,
    const char *why)
{
	json_t *number = json_integer(value);

	if (number == NULL)
		return report_fail(update->report, field, "out of memory");
	return enforce_body(update->req, update->report, field, number, why);
}

/* Say it, though the caller left it as it is. */
static enum verdict
pin(const struct update *update, const char *field, long long value,
    const char *why)
{
	json_t *number;

	if (asked(update->req, field) != 0)
		return VERDICT_PASS;
	number = json_integer(value);
	if (number == NULL)
		return report_fail(update->report, field, "out of memory");
	return rewrite_body(update->req, update->report, field, number, why);
}

/* What the request leaves as it is, is not good enough. */
static enum verdict
left(const struct update *update, const char *field, const char *option)
{
	if (update->now == NULL)
		return report_deny(update->report, field,
		    "the limit that the container has now is not known; give "
		    "%s, too",
		    option);
	return report_deny(update->report, field,
	    "the container would keep a limit that is not within this tier's; "
	    "give %s, too",
	    option);
}

/* Memory and swap together: the same, so no swap at all. */
static enum verdict
judge_swap(const struct update *update, long long memory)
{
	static const char why[] = "swap is not given besides memory";
	long long swap = asked(update->req, "MemorySwap");
	enum verdict verdict = pin(update, "Memory", memory, why);

	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, pin(update, "MemorySwap", memory, why));
	if (verdict <= VERDICT_DENY || swap == 0 || swap == memory)
		return verdict;
	return verdict_and(verdict, put(update, "MemorySwap", memory, why));
}

static enum verdict
judge_memory(const struct update *update)
{
	long long most = update->most->memory_max;
	long long memory = asked(update->req, "Memory");
	enum verdict verdict = VERDICT_PASS;

	if (memory < 0 || memory > most) {
		verdict = put(update, "Memory", most, TOO_MUCH);
		memory = most;
	}
	if (verdict <= VERDICT_DENY)
		return verdict;
	if (memory == 0)
		memory = has_now(update, "Memory");
	if (memory <= 0 || memory > most)
		return left(update, "Memory", "--memory");
	if (touches_memory(update->req))
		return verdict_and(verdict, judge_swap(update, memory));
	return has_now(update, "MemorySwap") == memory
	    ? verdict
	    : left(update, "MemorySwap", "--memory and --memory-swap");
}

/* The daemon refuses NanoCpus for a container that has a quota, as all have
 * that asked for nothing: the same time, said as a quota. */
static enum verdict
say_as_quota(const struct update *update, long long nano, long long period)
{
	static const char why[] =
	    "the container has a CPU quota, which is what can be changed";
	long long milli = nano / NANO_OF_MILLI, quota;
	enum verdict verdict;

	if (milli > update->most->cpus_max)
		milli = update->most->cpus_max;
	quota = period * milli / 1000;
	if (quota < QUOTA_LEAST)
		return report_deny(update->report, "NanoCpus",
		    "too little CPU time: of each %lld microseconds %lld would "
		    "be left, and the least is %lld",
		    period, quota, QUOTA_LEAST);
	verdict = put(update, "CpuQuota", quota, why);
	if (verdict <= VERDICT_DENY)
		return verdict;
	verdict = verdict_and(verdict, put(update, "NanoCpus", 0, why));
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, pin(update, "CpuPeriod", period, why));
}

/* A quota beside NanoCpus takes its place, a period changes what it means. */
static enum verdict
judge_nano(const struct update *update, long long nano)
{
	static const char *const others[] = {"CpuQuota", "CpuPeriod", NULL};
	long long most = update->most->cpus_max * NANO_OF_MILLI;

	for (size_t i = 0; others[i] != NULL; i++) {
		if (after(update, others[i]) != 0)
			return report_deny(update->report, others[i],
			    "CPU time is said in two ways; give --cpus or "
			    "--cpu-quota, not both");
	}
	if (nano > 0 && nano <= most)
		return VERDICT_PASS;
	if (asked(update->req, "NanoCpus") == 0)
		return left(update, "NanoCpus", "--cpus");
	return put(update, "NanoCpus", most, TOO_MUCH);
}

static enum verdict
pin_time(const struct update *update, long long quota, long long period)
{
	static const char why[] = "quota and period mean something together";
	enum verdict verdict;

	if (!touches_cpu(update->req))
		return VERDICT_PASS;
	verdict = pin(update, "CpuQuota", quota, why);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, pin(update, "CpuPeriod", period, why));
}

static enum verdict
judge_cpu(const struct update *update)
{
	long long nano = after(update, "NanoCpus");
	long long quota = after(update, "CpuQuota");
	long long period = after(update, "CpuPeriod");
	enum verdict verdict;
	long long most;

	if (period == 0)
		period = PERIOD;
	if (period < 1000 || period > 1000000)
		return report_deny(update->report, "CpuPeriod",
		    "want 1000 to 1000000 microseconds");
	if (asked(update->req, "NanoCpus") > 0 &&
	    asked(update->req, "CpuQuota") == 0 &&
	    has_now(update, "CpuQuota") > 0)
		return say_as_quota(update, nano, period);
	if (nano != 0)
		return judge_nano(update, nano);
	most = period * update->most->cpus_max / 1000;
	if (quota > 0 && quota <= most)
		return pin_time(update, quota, period);
	if (asked(update->req, "CpuQuota") == 0)
		return left(update, "CpuQuota", "--cpu-quota");
	verdict = put(update, "CpuQuota", most, TOO_MUCH);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, pin_time(update, most, period));
}

static enum verdict
judge_pids(const struct update *update)
{
	long long most = update->most->pids_max;
	bool said = touches_pids(update->req);
	long long pids = said ? asked(update->req, "PidsLimit")
			      : has_now(update, "PidsLimit");

	if (pids > 0 && pids <= most)
		return VERDICT_PASS;
	return said ? put(update, "PidsLimit", most, TOO_MUCH)
		    : left(update, "PidsLimit", "--pids-limit");
}

enum verdict
update_limits_judge(const struct update_limits *most, struct request *req,
    struct report *report)
{
	struct update update = {.most = most,
	    .req = req,
	    .report = report,
	    .now = container_fact(req)};
	enum verdict verdict;

	if (!touches_any(req))
		return VERDICT_PASS;
	verdict = judge_memory(&update);
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_cpu(&update));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_pids(&update));
	return verdict;
}
