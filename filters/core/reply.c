/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
add_warnings(json_t *ours, json_t *body, struct errmsg *err)
{
	json_t *theirs = json_object_get(body, "Warnings");

	if (json_array_size(ours) == 0)
		return true;
	/* The daemon says null, or leaves it out, when it has none. */
	if (!json_is_array(theirs))
		return json_object_set(body, "Warnings", ours) == 0 ||
		    errmsg_nomem(err);
	return json_array_extend(theirs, ours) == 0 || errmsg_nomem(err);
}

/* "1.57" becomes "1.56"; what we know stays. */
static bool
clamp(json_t *object, struct errmsg *err)
{
	json_t *version = json_object_get(object, "ApiVersion");
	const char *text = json_string_value(version);
	char last[16];

	if (text == NULL)
		return true;
	if (strncmp(text, "1.", 2) == 0 &&
	    strtol(text + 2, NULL, 10) <= API_MINOR_LAST)
		return true;
	(void)snprintf(last, sizeof(last), "1.%d", API_MINOR_LAST);
	return json_string_set(version, last) == 0 || errmsg_nomem(err);
}

/* The version stands at the top, and again in each component's Details. */
static bool
clamp_versions(json_t *body, struct errmsg *err)
{
	json_t *components = json_object_get(body, "Components");
	size_t i;
	json_t *component;

	json_array_foreach(components, i, component)
	{
		if (!clamp(json_object_get(component, "Details"), err))
			return false;
	}
	return clamp(body, err);
}

bool
reply_rewrite(const struct request *req, json_t *warnings, int status,
    json_t *body, struct errmsg *err)
{
	if (status < 200 || status > 299)
		return true;
	if (!json_is_object(body))
		return errmsg_set(err, "want an object");
	if (strcmp(req->call->name, "container.create") == 0)
		return add_warnings(warnings, body, err);
	if (strcmp(req->call->name, "system.version") == 0)
		return clamp_versions(body, err);
	return true;
}
