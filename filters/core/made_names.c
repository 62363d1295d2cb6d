/* SPDX-License-Identifier: Apache-2.0 */
#include "core/made_names.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

/* The daemon skips the empty ones (moby, builder sanitizeRepoAndTags). */
static bool
build_name_at(const struct request *req, size_t i, struct made_name *name)
{
	size_t at;
	json_t *item;

	json_array_foreach(json_object_get(req->query, "t"), at, item)
	{
		const char *text = json_string_value(item);

		if (*text == '\0' || i-- > 0)
			continue;
		name->repo = text;
		name->tag = NULL;
		(void)snprintf(
		    name->field, sizeof(name->field), "?t[%u]", (unsigned)at);
		return true;
	}
	return false;
}

bool
made_name_at(const struct request *req, size_t i, struct made_name *name)
{
	if (strcmp(req->call->name, "build") == 0)
		return build_name_at(req, i, name);
	name->repo = text_at(req->query, "repo");
	name->tag = request_query(req, "tag");
	(void)snprintf(name->field, sizeof(name->field), "?repo");
	/* Without a repository import and commit make an image without a name,
	 * and look at no tag. */
	return i == 0 &&
	    (*name->repo != '\0' || strcmp(req->call->name, "image.tag") == 0);
}
