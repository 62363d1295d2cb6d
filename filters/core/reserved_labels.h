/* SPDX-License-Identifier: Apache-2.0 */
/* reserved_labels -- labels of what only the cluster has (services, secrets,
 * configs), some of which are not the caller's to set. */
#ifndef RESERVED_LABELS_H
#define RESERVED_LABELS_H

#include <stdbool.h>

#include "core/pattern_set.h"
#include "report.h"
#include "request.h"

/* Is it the label that filter owner puts on, and does it say what is so?  Who
 * sends back what was read sends it, too. */
bool reserved_label_is_teams(
    const char *name, const json_t *value, const char *team);

/* Refuses the call if a name in the body's Labels matches one of patterns. */
enum verdict reserved_labels_judge(const struct pattern_set *patterns,
    const struct request *req, struct report *report);

#endif
