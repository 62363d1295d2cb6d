/* SPDX-License-Identifier: Apache-2.0 */
#include "core/context_rule.h"

#include <string.h>

enum verdict
context_rule(const struct request *req, struct report *report, const char *name,
    const json_t *value)
{
	const char *remote = request_query(req, "remote");

	if (strcmp(req->call->name, "build") != 0 ||
	    (remote != NULL && *remote != '\0'))
		return VERDICT_PASS;
	return report_stream(report, json_pack("{s:O}", name, value));
}
