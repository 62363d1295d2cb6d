/* SPDX-License-Identifier: Apache-2.0 */
/* reserved_labels -- labels of what only the cluster has (services, secrets,
 * configs), some of which are not the caller's to set. */
#ifndef RESERVED_LABELS_H
#define RESERVED_LABELS_H

#include "report.h"
#include "request.h"

/* Refuses the call if a name in the body's Labels matches one of patterns. */
enum verdict reserved_labels_judge(
    const json_t *patterns, const struct request *req, struct report *report);

#endif
