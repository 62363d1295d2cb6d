/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resources -- how much of the host a container may use.  To the daemon 0, and
 * for most also -1, is "no limit", so whoever says nothing gets a default, and
 * who asks for more than the most gets the most.  (CIS Docker 5.11, 5.12, 5.19,
 * 5.29.)
 */

#include "core/patterns.h"
#include "filter.h"

#define KIB 1024LL
#define GIB (1024 * 1024 * KIB)
#define BILLION 1000000000LL

struct conf {
	long long memory, memory_max, cpus, cpus_max, pids, pids_max, shm_max;
	const json_t *ulimits;
	bool oom, block_io;
};

static const struct setting settings[] = {
    SETTING_BYTES(struct conf, memory, 6 * 1024 * KIB, 1024 * 1024 * GIB,
	"\"2g\"", "Memory of a container that asks for none in particular."),
    SETTING_BYTES(struct conf, memory_max, 6 * 1024 * KIB, 1024 * 1024 * GIB,
	"\"8g\"", "The most memory; swap is not given besides."),
    SETTING_INT(struct conf, cpus, 10, 1000000, "1000",
	"CPU time of a container that asks for none in particular, in "
	"thousandths of a CPU."),
    SETTING_INT(struct conf, cpus_max, 10, 1000000, "4000",
	"The most CPU time, in thousandths of a CPU."),
    SETTING_INT(struct conf, pids, 1, 4194304, "512",
	"Processes of a container that asks for none in particular."),
    SETTING_INT(
	struct conf, pids_max, 1, 4194304, "4096", "The most processes."),
    SETTING_BYTES(struct conf, shm_max, KIB, 1024 * GIB, "\"1g\"",
	"The largest /dev/shm."),
    SETTING_STRINGS(struct conf, ulimits,
	"[\"nofile\", \"nproc\", \"core\", \"stack\", \"fsize\", \"cpu\"]",
	NULL, "Ulimits that may be set (fnmatch patterns)."),
    SETTING_BOOL(struct conf, oom, "false",
	"The out-of-memory killer may be switched off or steered away "
	"(OomKillDisable, a negative OomScoreAdj)."),
    SETTING_BOOL(struct conf, block_io, "false",
	"Weights and rates of block devices, real-time scheduling and the "
	"choice of CPUs and memory nodes may be asked for."),
    SETTING_END,
};

static bool
check(const void *arg, struct errmsg *err)
{
	const struct conf *conf = arg;

	if (conf->memory > conf->memory_max)
		return errmsg_set(err, "memory is more than memory_max");
	if (conf->cpus > conf->cpus_max)
		return errmsg_set(err, "cpus is more than cpus_max");
	return conf->pids <= conf->pids_max ||
	    errmsg_set(err, "pids is more than pids_max");
}

static long long
number_at(const struct request *req, const char *field)
{
	return json_integer_value(request_body_get(req, field));
}

/* asked: the caller wanted something else than it gets. */
static enum verdict
set(struct request *req, struct report *report, const char *field,
    long long value, bool asked, const char *why)
{
	json_t *number = json_integer(value);

	if (number == NULL)
		return report_fail(report, field, "out of memory");
	return asked ? enforce_body(req, report, field, number, why)
		     : rewrite_body(req, report, field, number, why);
}

/* A limit of which zero and less mean none. */
static enum verdict
judge_limit(struct request *req, struct report *report, const char *field,
    long long dflt, long long most)
{
	long long is = number_at(req, field);

	if (is <= 0)
		return set(req, report, field, dflt, is < -1,
		    "the limit for whoever asks for none");
	if (is <= most)
		return VERDICT_PASS;
	return set(
	    req, report, field, most, true, "more than this tier allows");
}

/* Memory and swap together: the same, so no swap at all. */
static enum verdict
judge_swap(struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.MemorySwap";
	long long memory = number_at(req, "HostConfig.Memory");
	long long is = number_at(req, field);

	if (is == memory)
		return VERDICT_PASS;
	return set(req, report, field, memory, is != 0,
	    "swap is not given besides memory");
}

/* CPU time may be said as NanoCpus or as quota and period. */
static enum verdict
judge_cpu(const struct conf *conf, struct request *req, struct report *report)
{
	long long nano = number_at(req, "HostConfig.NanoCpus");
	long long quota = number_at(req, "HostConfig.CpuQuota");
	long long period = number_at(req, "HostConfig.CpuPeriod");
	long long most = conf->cpus_max * (BILLION / 1000);

	if (nano > 0)
		return nano <= most
		    ? VERDICT_PASS
		    : set(req, report, "HostConfig.NanoCpus", most, true,
			  "more than this tier allows");
	if (period == 0)
		period = 100000;
	/* What the kernel takes; beyond it the numbers here would overflow. */
	if (period < 1000 || period > 1000000)
		return report_deny(report, "HostConfig.CpuPeriod",
		    "want microseconds, 1000 to 1000000");
	if (quota <= 0)
		return set(req, report, "HostConfig.CpuQuota",
		    period * conf->cpus / 1000, false,
		    "the limit for whoever asks for none");
	if (quota > period * conf->cpus_max / 1000)
		return set(req, report, "HostConfig.CpuQuota",
		    period * conf->cpus_max / 1000, true,
		    "more than this tier allows");
	return VERDICT_PASS;
}

static enum verdict
judge_shm(const struct conf *conf, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.ShmSize";

	if (number_at(req, field) <= conf->shm_max)
		return VERDICT_PASS;
	return set(req, report, field, conf->shm_max, true,
	    "more than this tier allows");
}

static enum verdict
judge_ulimits(
    const struct conf *conf, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.Ulimits";
	json_t *old = request_body_get(req, field), *item;
	json_t *list = json_array();
	size_t i;

	json_array_foreach(old, i, item)
	{
		const char *name = json_string_value(
		    json_object_get(item, "Name"));

		if (name != NULL && patterns_match(conf->ulimits, name) &&
		    json_array_append(list, item) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	if (list == NULL)
		return report_fail(report, field, "out of memory");
	if (json_array_size(list) < json_array_size(old))
		return enforce_body(req, report, field, list,
		    "ulimits that are not on the list of this tier may not be "
		    "set");
	json_decref(list);
	return VERDICT_PASS;
}

static enum verdict
judge_oom(const struct conf *conf, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.OomKillDisable";
	enum verdict verdict = VERDICT_PASS;

	if (conf->oom)
		return VERDICT_PASS;
	if (json_is_true(request_body_get(req, field)))
		verdict = enforce_body(req, report, field, json_false(),
		    "the out-of-memory killer stays on");
	if (verdict > VERDICT_DENY &&
	    number_at(req, "HostConfig.OomScoreAdj") < 0)
		verdict = verdict_and(verdict,
		    set(req, report, "HostConfig.OomScoreAdj", 0, true,
			"the out-of-memory killer is not steered away"));
	return verdict;
}

/* What takes from the others, or names devices of the host. */
static enum verdict
judge_rest(const struct conf *conf, struct request *req, struct report *report)
{
	static const char *const fields[] = {"HostConfig.BlkioWeight",
	    "HostConfig.BlkioWeightDevice", "HostConfig.BlkioDeviceReadBps",
	    "HostConfig.BlkioDeviceWriteBps", "HostConfig.BlkioDeviceReadIOps",
	    "HostConfig.BlkioDeviceWriteIOps", "HostConfig.CpuRealtimePeriod",
	    "HostConfig.CpuRealtimeRuntime", "HostConfig.CpusetCpus",
	    "HostConfig.CpusetMems", "HostConfig.KernelMemory",
	    "HostConfig.KernelMemoryTCP", NULL};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; fields[i] != NULL && verdict > VERDICT_DENY; i++) {
		json_t *value = request_body_get(req, fields[i]);
		const char *text = json_string_value(value);
		bool empty = value == NULL || (text != NULL && *text == '\0') ||
		    (json_is_array(value) && json_array_size(value) == 0) ||
		    (json_is_integer(value) && json_integer_value(value) == 0);

		if (!empty && !conf->block_io)
			verdict = verdict_and(verdict,
			    enforce_body(req, report, fields[i], NULL,
				"this is not the caller's choice"));
	}
	return verdict;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	enum verdict verdict = judge_limit(
	    req, report, "HostConfig.Memory", conf->memory, conf->memory_max);

	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_swap(req, report));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_cpu(conf, req, report));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict,
		    judge_limit(req, report, "HostConfig.PidsLimit", conf->pids,
			conf->pids_max));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_shm(conf, req, report));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, judge_ulimits(conf, req, report));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_oom(conf, req, report));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(verdict, judge_rest(conf, req, report));
	return verdict;
}

static const char *const calls[] = {"container.create", NULL};

const struct filter resources_filter = {
    .name = "resources",
    .summary = "Memory, CPU, processes, ulimits and other limits.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .check = check,
    .apply = apply,
};
