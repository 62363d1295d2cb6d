/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_templates -- strings of a service that swarm runs as Go templates.
 *
 * Env, Hostname and the strings of Mounts are (swarmkit, template/expand.go), on
 * managers and nodes.  A label in a mount's source leads anywhere, and
 * {{printf "%9999999999d" 1}} takes all memory; so mounts have none, and the
 * others have plain fields such as {{.Node.Hostname}}.
 */
#ifndef SERVICE_TEMPLATES_H
#define SERVICE_TEMPLATES_H

#include "report.h"
#include "request.h"

/* A judge_fn (core/judges.h) that asks no conf. */
enum verdict service_templates_judge(
    const void *conf, struct request *req, struct report *report);

#endif
