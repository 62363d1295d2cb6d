/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resources -- how much of the host a container may use.  To the daemon 0, and
 * for most also -1, is "no limit", so whoever says nothing gets a default, and
 * who asks for more than the most gets the most.  (CIS Docker 5.11, 5.12, 5.19,
 * 5.29.)
 *
 * An update has the same fields at the top, and must leave the container within
 * the limits as a whole (core/update_limits.h).  Of its body the daemon uses
 * what UpdateContainer() names; devices, ulimits and the parent cgroup it reads
 * and ignores, and whoever sends them means something else.  MemoryReservation
 * is a wish, and what is for Windows does nothing here.
 */
#include <string.h>

#include "core/judges.h"
#include "core/keep.h"
#include "core/update_limits.h"
#include "filter.h"

#define KIB 1024LL
#define GIB (1024 * 1024 * KIB)
#define BILLION 1000000000LL

struct conf {
	long long memory, memory_max, cpus, cpus_max, pids, pids_max, shm_max,
	    shares_max;
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
    SETTING_INT(struct conf, shares_max, 2, 262144, "1024",
	"The most weight when CPUs are short (CpuShares), of which a container "
	"has 1024 that asks for none in particular."),
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

/* asked: the caller said something else than it gets, and is told. */
static enum verdict
put_number(struct request *req, struct report *report, const char *field,
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
		return put_number(req, report, field, dflt, is < -1,
		    "the limit for whoever asks for none");
	if (is <= most)
		return VERDICT_PASS;
	return put_number(
	    req, report, field, most, true, "more than this tier allows");
}

static enum verdict
judge_memory(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return judge_limit(
	    req, report, "HostConfig.Memory", conf->memory, conf->memory_max);
}

static enum verdict
judge_pids(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return judge_limit(
	    req, report, "HostConfig.PidsLimit", conf->pids, conf->pids_max);
}

/* Memory and swap together: the same, so no swap at all. */
static enum verdict
judge_swap(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.MemorySwap";
	long long memory = number_at(req, "HostConfig.Memory");
	long long is = number_at(req, field);

	(void)arg;
	if (is == memory)
		return VERDICT_PASS;
	return put_number(req, report, field, memory, is != 0,
	    "swap is not given besides memory");
}

/* The daemon refuses a quota or period beside NanoCpus only if it is above
 * zero; a negative quota takes the place of NanoCpus, as no limit (moby,
 * getCPUResources). */
static enum verdict
judge_nano(
    struct request *req, struct report *report, long long nano, long long most)
{
	static const char *const others[] = {
	    "HostConfig.CpuQuota", "HostConfig.CpuPeriod", NULL};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; others[i] != NULL && verdict > VERDICT_DENY; i++) {
		if (number_at(req, others[i]) < 0)
			verdict = verdict_and(verdict,
			    put_number(req, report, others[i], 0, true,
				"CPU time is said in two ways"));
	}
	if (verdict <= VERDICT_DENY || nano <= most)
		return verdict;
	return verdict_and(verdict,
	    put_number(req, report, "HostConfig.NanoCpus", most, true,
		"more than this tier allows"));
}

/* CPU time may be said as NanoCpus or as quota and period. */
static enum verdict
judge_cpu(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	long long nano = number_at(req, "HostConfig.NanoCpus");
	long long quota = number_at(req, "HostConfig.CpuQuota");
	long long period = number_at(req, "HostConfig.CpuPeriod");
	long long most = conf->cpus_max * (BILLION / 1000);

	if (nano > 0)
		return judge_nano(req, report, nano, most);
	if (period == 0)
		period = 100000;
	/* What the kernel takes; beyond it the numbers here would overflow. */
	if (period < 1000 || period > 1000000)
		return report_deny(report, "HostConfig.CpuPeriod",
		    "want microseconds, 1000 to 1000000");
	if (quota <= 0)
		return put_number(req, report, "HostConfig.CpuQuota",
		    period * conf->cpus / 1000, false,
		    "the limit for whoever asks for none");
	if (quota > period * conf->cpus_max / 1000)
		return put_number(req, report, "HostConfig.CpuQuota",
		    period * conf->cpus_max / 1000, true,
		    "more than this tier allows");
	return VERDICT_PASS;
}

static enum verdict
judge_shm(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.ShmSize";
	const struct conf *conf = arg;

	if (number_at(req, field) <= conf->shm_max)
		return VERDICT_PASS;
	return put_number(req, report, field, conf->shm_max, true,
	    "more than this tier allows");
}

static enum verdict
judge_ulimits(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_body(req, report, "HostConfig.Ulimits", keep_named,
	    conf->ulimits,
	    "ulimits that are not on the list of this tier may not be set");
}

static enum verdict
judge_oom(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.OomKillDisable";
	const struct conf *conf = arg;
	enum verdict verdict = VERDICT_PASS;

	if (conf->oom)
		return VERDICT_PASS;
	if (json_is_true(request_body_get(req, field)))
		verdict = enforce_body(req, report, field, json_false(),
		    "the out-of-memory killer stays on");
	if (verdict > VERDICT_DENY &&
	    number_at(req, "HostConfig.OomScoreAdj") < 0)
		verdict = verdict_and(verdict,
		    put_number(req, report, "HostConfig.OomScoreAdj", 0, true,
			"the out-of-memory killer is not steered away"));
	return verdict;
}

static bool
is_update(const struct request *req)
{
	return strcmp(req->call->name, "container.update") == 0;
}

static bool
is_empty(const json_t *value)
{
	const char *text = json_string_value(value);

	return value == NULL || (text != NULL && *text == '\0') ||
	    (json_is_array(value) && json_array_size(value) == 0) ||
	    (json_is_integer(value) && json_integer_value(value) == 0) ||
	    json_is_false(value);
}

/* The fields of an update are those of a create, without the object around
 * them. */
static const char *
field_of(const struct request *req, const char *field)
{
	return is_update(req) ? field + strlen("HostConfig.") : field;
}

/* What is above the usual weight is taken from the others. */
static enum verdict
judge_shares(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *field = field_of(req, "HostConfig.CpuShares");

	if (number_at(req, field) <= conf->shares_max)
		return VERDICT_PASS;
	return put_number(req, report, field, conf->shares_max, true,
	    "more than this tier allows");
}

/* What takes from the others, or names devices of the host. */
static enum verdict
judge_rest(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	static const char *const fields[] = {"HostConfig.BlkioWeight",
	    "HostConfig.BlkioWeightDevice", "HostConfig.BlkioDeviceReadBps",
	    "HostConfig.BlkioDeviceWriteBps", "HostConfig.BlkioDeviceReadIOps",
	    "HostConfig.BlkioDeviceWriteIOps", "HostConfig.CpuRealtimePeriod",
	    "HostConfig.CpuRealtimeRuntime", "HostConfig.CpusetCpus",
	    "HostConfig.CpusetMems", "HostConfig.KernelMemory",
	    "HostConfig.KernelMemoryTCP", NULL};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; fields[i] != NULL && verdict > VERDICT_DENY; i++) {
		const char *field = field_of(req, fields[i]);

		if (!conf->block_io && !is_empty(request_body_get(req, field)))
			verdict = verdict_and(verdict,
			    enforce_body(req, report, field, NULL,
				"this is not the caller's choice"));
	}
	return verdict;
}

/* What the daemon takes in an update, and ignores. */
static enum verdict
judge_ignored(const void *arg, struct request *req, struct report *report)
{
	static const char *const fields[] = {"CgroupParent",
	    "DeviceCgroupRules", "DeviceRequests", "Devices", "OomKillDisable",
	    "Ulimits", NULL};

	(void)arg;
	for (size_t i = 0; fields[i] != NULL; i++) {
		if (!is_empty(request_body_get(req, fields[i])))
			return report_deny(report, fields[i],
			    "an update cannot change this; leave it out");
	}
	return VERDICT_PASS;
}

static enum verdict
judge_updated_limits(
    const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	struct update_limits most = {
	    .memory_max = conf->memory_max,
	    .cpus_max = conf->cpus_max,
	    .pids_max = conf->pids_max,
	};

	return update_limits_judge(&most, req, report);
}

static bool
wants(const void *conf, const struct request *req, json_t *wanted)
{
	(void)conf;
	return !is_update(req) || update_limits_wants(req, wanted);
}

static judge_fn *const create_judges[] = {judge_memory, judge_swap, judge_cpu,
    judge_pids, judge_shares, judge_shm, judge_ulimits, judge_oom, judge_rest,
    NULL};

static judge_fn *const update_judges[] = {
    judge_ignored, judge_updated_limits, judge_shares, judge_rest, NULL};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	return judges_run(
	    is_update(req) ? update_judges : create_judges, arg, req, report);
}

static const char *const calls[] = {
    "container.create", "container.update", NULL};

const struct filter resources_filter = {
    .name = "resources",
    .summary = "Memory, CPU, processes, ulimits and other limits.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .check = check,
    .wants = wants,
    .apply = apply,
};
