/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observe -- what a tier that enforces nothing has besides: two tiers that only
 * it uses, so that what holds even then, and what is asked, is settings like
 * any other.
 */
#ifndef OBSERVE_H
#define OBSERVE_H

#include "tier.h"

/* The filters that hold even so, out of a tier's complete configuration. */
struct tier *observe_held(const json_t *conf, const char *path,
    setting_problem_fn *problem, void *arg);

/* Every filter by its defaults: what a policy may want to know that has yet to
 * be written, so that the record has it. */
struct tier *observe_asking(
    const char *path, setting_problem_fn *problem, void *arg);

#endif
