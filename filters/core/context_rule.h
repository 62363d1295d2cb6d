/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context_rule -- what a filter has to say about the context of a build, for
 * whoever reads it while it streams (core/tar_context.c).
 */
#ifndef CONTEXT_RULE_H
#define CONTEXT_RULE_H

#include "report.h"

/* Add the rule.  PASS, without it, where the call is no build or the engine
 * fetches the context itself; or FAIL. */
enum verdict context_rule(const struct request *req, struct report *report,
    const char *name, const json_t *value);

#endif
