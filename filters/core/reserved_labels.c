/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reserved_labels.h"

#include "core/patterns.h"

enum verdict
reserved_labels_judge(
    const json_t *patterns, const struct request *req, struct report *report)
{
	const char *label;
	json_t *value;

	json_object_foreach(request_body_get(req, "Labels"), label, value)
	{
		if (patterns_match(patterns, label))
			return report_deny(report, "Labels",
			    "the label \"%.100s\" is reserved", label);
	}
	return VERDICT_PASS;
}
