/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume_rule -- which volumes may be mounted or made.
 *
 * The options of the local driver are arguments of mount(2): type, o and device
 * can mount any path of the host, so only what is listed is let through.
 */
#ifndef VOLUME_RULE_H
#define VOLUME_RULE_H

#include "core/mount_rules.h"

/* May a volume be made with this driver ("": the daemon's default) and these
 * options (may be NULL)? */
MUST_CHECK bool volume_driver_allowed(const struct mount_rules *rules,
    const char *driver, const json_t *options, struct errmsg *why);

enum mount_answer volume_rule_judge(const struct mount_rules *rules,
    const struct mount *mount, struct errmsg *why);

#endif
