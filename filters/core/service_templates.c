/* SPDX-License-Identifier: Apache-2.0 */
#include "core/service_templates.h"

#include <stdint.h>
#include <string.h>

#include "core/service_parts.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* Plain text, and fields such as {{.Task.Slot}} or {{ .Node.ID }}. */
static bool
is_plain(const char *text)
{
	while ((text = strstr(text, "{{")) != NULL) {
		text += 2 + strspn(text + 2, " ");
		if (*text != '.')
			return false;
		while (*text == '.') {
			size_t len = strspn(text + 1, LETTERS);

			if (len == 0)
				return false;
			text += 1 + len;
		}
		text += strspn(text, " ");
		if (strncmp(text, "}}", 2) != 0)
			return false;
	}
	return true;
}

/* Is there no template in value, or in anything in it?  As deep as the schema
 * of a mount is. */
static bool
has_no_template(const json_t *value)
{
	const char *text = json_string_value(value), *name;
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	{
		if (!has_no_template(item))
			return false;
	}
	json_object_foreach((json_t *)(uintptr_t)value, name, item)
	{
		if (strstr(name, "{{") != NULL || !has_no_template(item))
			return false;
	}
	return text == NULL || strstr(text, "{{") == NULL;
}

enum verdict
service_templates_judge(
    const void *arg, struct request *req, struct report *report)
{
	const char *name = json_string_value(
	    request_body_get(req, SERVICE_SPEC ".Hostname"));
	size_t i;
	json_t *item;

	(void)arg;
	if (name != NULL && !is_plain(name))
		return report_deny(report, SERVICE_SPEC ".Hostname",
		    "want plain fields such as {{.Node.Hostname}}");
	json_array_foreach(request_body_get(req, SERVICE_SPEC ".Env"), i, item)
	{
		if (!is_plain(json_string_value(item)))
			return report_deny(report, SERVICE_SPEC ".Env",
			    "want plain fields such as {{.Node.Hostname}}");
	}
	return has_no_template(request_body_get(req, SERVICE_SPEC ".Mounts"))
	    ? VERDICT_PASS
	    : report_deny(report, SERVICE_SPEC ".Mounts",
		  "what is mounted may not be a template");
}
