/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_parts -- what a service says in other words than container.create,
 * and not only at another path: for core/service_view.
 *
 * Each service_x_show() puts the part into view; each service_x_take() brings
 * what changed between old and view back to the service, and makes old the same
 * there.  All of them borrow.
 */
#ifndef SERVICE_PARTS_H
#define SERVICE_PARTS_H

#include "report.h"

#define SERVICE_SPEC "TaskTemplate.ContainerSpec"

/* False if out of memory. */
MUST_CHECK bool service_security_show(const struct request *req, json_t **view);
MUST_CHECK bool service_networks_show(const struct request *req, json_t **view);
MUST_CHECK bool service_hosts_show(const struct request *req, json_t **view);

/* The facts about its networks: a caller names them by id. */
MUST_CHECK bool service_networks_want(
    const struct request *req, json_t *wanted);

enum verdict service_security_take(json_t **old, const json_t *view,
    struct request *req, struct report *report, const char *why);
enum verdict service_networks_take(json_t **old, const json_t *view,
    struct request *req, struct report *report, const char *why);
enum verdict service_cpu_take(json_t **old, const json_t *view,
    struct request *req, struct report *report, const char *why);
enum verdict service_tmpfs_take(json_t **old, const json_t *view,
    struct request *req, struct report *report, const char *why);

#endif
