/* SPDX-License-Identifier: Apache-2.0 */
/* query_number -- parameters of a query that are numbers. */
#ifndef QUERY_NUMBER_H
#define QUERY_NUMBER_H

#include "report.h"
#include "request.h"

/* 0 where there is none.  Bounded by the reader of the query: it fits. */
long long query_number(const struct request *req, const char *name);

/* asked: the caller said something else than it gets, and is told. */
enum verdict query_number_put(struct request *req, struct report *report,
    const char *name, long long value, bool asked, const char *why);

#endif
