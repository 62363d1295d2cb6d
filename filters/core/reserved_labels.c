/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reserved_labels.h"

#include <string.h>

bool
reserved_label_is_teams(const char *name, const json_t *value, const char *team)
{
	return team != NULL && strcmp(name, "sockwarden.team") == 0 &&
	    strcmp(json_string_value(value), team) == 0;
}

enum verdict
reserved_labels_judge(const struct pattern_set *patterns,
    const struct request *req, struct report *report)
{
	const char *label;
	json_t *value;

	json_object_foreach(request_body_get(req, "Labels"), label, value)
	{
		if (pattern_set_match(patterns, label) &&
		    !reserved_label_is_teams(label, value, req->team))
			return report_deny(report, "Labels",
			    "the label \"%.100s\" is reserved", label);
	}
	return VERDICT_PASS;
}
