/* SPDX-License-Identifier: Apache-2.0 */
/* rules -- the rows under "identities", checked against what they name. */
#ifndef CONFIG_RULES_H
#define CONFIG_RULES_H

#include "config/config.h"

/* tiers is the file's map, or NULL.  That the rows are of the right shape was
 * checked when the whole file was read. */
void rules_check(const json_t *rules, const json_t *tiers,
    const struct config_listener *listeners, size_t nlisteners,
    struct problems *problems);

#endif
