/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep -- of a list or a map, leave only what is allowed: what is not goes, or
 * refuses the call, as the filter's action says.
 */
#ifndef KEEP_H
#define KEEP_H

#include "report.h"
#include "request.h"

/* May this stay?  name is that of a member of a map; of an item of a list it is
 * the item's own text, NULL if it is no string. */
typedef bool keep_fn(const void *arg, const char *name, const json_t *value);

/* A keep_fn: its name matches one of the patterns. */
bool keep_matching(const void *patterns, const char *name, const json_t *value);

/* The same of an item's "Name". */
bool keep_named(const void *patterns, const char *text, const json_t *item);

/* Judge the list or map in the body at dotted ("HostConfig.CapAdd"), or in the
 * query: PASS if all of it, or nothing, is there to stay. */
enum verdict keep_in_body(struct request *req, struct report *report,
    const char *dotted, keep_fn *may_stay, const void *arg, const char *why);
enum verdict keep_in_query(struct request *req, struct report *report,
    const char *name, keep_fn *may_stay, const void *arg, const char *why);

#endif
