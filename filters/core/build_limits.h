/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_limits -- how much the containers of a build may take.  To the daemon 0,
 * or nothing at all, is no limit; swap is not given besides memory.
 */
#ifndef BUILD_LIMITS_H
#define BUILD_LIMITS_H

#include "report.h"
#include "request.h"

struct build_limits {
	long long memory, memory_max, shm_max; /* bytes */
	long long cpus, cpus_max; /* thousandths of one */
};

enum verdict build_limits_judge(const struct build_limits *limits,
    struct request *req, struct report *report);

#endif
