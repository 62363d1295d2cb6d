/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_limits -- the limits that a container would have after an update.
 *
 * To container.update 0 is "as it is" for memory and CPU time, and so is an
 * absent PidsLimit, but a PidsLimit of 0 or less and a negative CpuQuota lift
 * the limit (moby, UpdateContainer).  What is left as it is counts: an update
 * of one limit must leave all of them within what the tier allows, so the
 * container is looked up first.  What only means something together (memory and
 * swap, quota and period) is sent together, or two updates at once, each of
 * them good with what there was, would make a third thing.
 */
#ifndef UPDATE_LIMITS_H
#define UPDATE_LIMITS_H

#include "report.h"
#include "request.h"

struct update_limits {
	long long memory_max; /* bytes; swap is not given besides */
	long long cpus_max; /* thousandths of a CPU */
	long long pids_max;
};

/* Append the fact about the container to wanted if it is needed.  False if out
 * of memory. */
MUST_CHECK bool update_limits_wants(const struct request *req, json_t *wanted);

enum verdict update_limits_judge(const struct update_limits *most,
    struct request *req, struct report *report);

#endif
