/* SPDX-License-Identifier: Apache-2.0 */
#include "core/query_number.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"

#define FIELD_LEN 32

long long
query_number(const struct request *req, const char *name)
{
	return strtoll(text_at(req->query, name), NULL, 10);
}

enum verdict
query_number_put(struct request *req, struct report *report, const char *name,
    long long value, bool asked, const char *why)
{
	json_t *number = json_sprintf("%lld", value);
	char field[FIELD_LEN];

	(void)snprintf(field, sizeof(field), "?%s", name);
	if (number == NULL)
		return report_fail(report, field, "out of memory");
	return asked ? enforce_query(req, report, name, number, why)
		     : rewrite_query(req, report, name, number, why);
}
