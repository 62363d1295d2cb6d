/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judges -- the parts of a filter, one after another: what most of them are.
 */
#ifndef JUDGES_H
#define JUDGES_H

#include "report.h"
#include "request.h"

/* Judges one part of req by conf, the filter's own. */
typedef enum verdict judge_fn(
    const void *conf, struct request *req, struct report *report);

/* The safest of what they say.  The first to refuse is the last to be asked, so
 * that the caller reads one reason.  The list ends with NULL. */
enum verdict judges_run(judge_fn *const *judges, const void *conf,
    struct request *req, struct report *report);

#endif
