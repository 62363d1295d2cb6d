/* SPDX-License-Identifier: Apache-2.0 */
#include "core/keep.h"

#include <stdio.h>

#include "core/patterns.h"

#define FIELD_LEN 128

bool
keep_matching(const void *patterns, const char *name, const json_t *value)
{
	(void)value;
	return name != NULL && patterns_match(patterns, name);
}

bool
keep_named(const void *patterns, const char *text, const json_t *item)
{
	(void)text;
	return keep_matching(
	    patterns, json_string_value(json_object_get(item, "Name")), item);
}

/* What may stay, or NULL if out of memory. */
static json_t *
allowed_part(json_t *whole, keep_fn *may_stay, const void *arg)
{
	json_auto_t *part = json_is_object(whole) ? json_object()
						  : json_array();
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(whole, name, value)
	{
		if (may_stay(arg, name, value) &&
		    json_object_set(part, name, value) != 0)
			return NULL;
	}
	json_array_foreach(whole, i, value)
	{
		if (may_stay(arg, json_string_value(value), value) &&
		    json_array_append(part, value) != 0)
			return NULL;
	}
	return json_incref(part);
}

/* *part becomes what may stay, new, or NULL if that is all.  False if out of
 * memory. */
static bool
take_part(json_t *whole, keep_fn *may_stay, const void *arg, json_t **part)
{
	*part = allowed_part(whole, may_stay, arg);
	if (*part == NULL)
		return false;
	if (json_array_size(*part) == json_array_size(whole) &&
	    json_object_size(*part) == json_object_size(whole)) {
		json_decref(*part);
		*part = NULL;
	}
	return true;
}

enum verdict
keep_in_body(struct request *req, struct report *report, const char *dotted,
    keep_fn *may_stay, const void *arg, const char *why)
{
	json_t *part;

	if (!take_part(request_body_get(req, dotted), may_stay, arg, &part))
		return report_fail(report, dotted, "out of memory");
	return part == NULL ? VERDICT_PASS
			    : enforce_body(req, report, dotted, part, why);
}

enum verdict
keep_in_query(struct request *req, struct report *report, const char *name,
    keep_fn *may_stay, const void *arg, const char *why)
{
	char field[FIELD_LEN];
	json_t *part;

	(void)snprintf(field, sizeof(field), "?%s", name);
	if (!take_part(json_object_get(req->query, name), may_stay, arg, &part))
		return report_fail(report, field, "out of memory");
	return part == NULL ? VERDICT_PASS
			    : enforce_query(req, report, name, part, why);
}
