/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_view -- the containers of a service, as the body of the
 * container.create that would make them.
 *
 * A service says the same things as a container at other paths, and a guard
 * that looks at one of them only is no guard (CVE-2026-44849).  So every filter
 * that judges container.create judges service.create and service.update too,
 * without knowing: it is shown the view, and what it changes there is changed
 * in the service.  What a service has no words for the filter cannot have, and
 * the call is refused, but for what service_view.c lists as harmless.
 *
 * The tasks of a service run on any node: what was looked up of this host
 * (links in paths, our own socket) is no part of the view; filter services says
 * what of volumes, which are known of this host alone.
 */
#ifndef SERVICE_VIEW_H
#define SERVICE_VIEW_H

#include "filter.h"

/* Does filter judge call by way of the view? */
bool service_view_fits(const struct filter *filter, const struct call *call);

/* What the filter, and the view itself, want to know of req.  False if out of
 * memory. */
MUST_CHECK bool service_view_wants(const struct filter *filter,
    const void *conf, const struct request *req, json_t *wanted);

/* Have filter judge the view of req. */
enum verdict service_view_judge(const struct filter *filter, const void *conf,
    struct request *req, struct report *report);

#endif
