/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of a repository, and then repositories side by side. */
#include <string.h>

#include "learn/item.h"
#include "learn/merge.h"

/* The repository of "docker.io/library/busybox:1.36", if it has a tag or is
 * whole; what has a digest stays. */
static json_t *
repository(const json_t *item)
{
	const char *text = item_text(item), *slash = strrchr(text, '/');
	const char *colon = strchr(slash == NULL ? text : slash, ':');

	if (slash == NULL || strchr(text, '@') != NULL)
		return NULL;
	return colon == NULL ? json_string(text)
			     : json_stringn(text, (size_t)(colon - text));
}

static json_t *
any_tag(const char *name)
{
	return json_sprintf("%s:*", name);
}

/* "registry/namespace" of a repository; not the registry by itself. */
static json_t *
namespace_of(const json_t *item)
{
	const char *text = item_text(item), *slash = strrchr(text, '/');

	if (slash == NULL || strchr(text, '@') != NULL ||
	    memchr(text, '/', (size_t)(slash - text)) == NULL)
		return NULL;
	return json_stringn(text, (size_t)(slash - text));
}

static json_t *
any_repository(const char *name)
{
	return json_sprintf("%s/*", name);
}

/* Different tags of one repository do not make many repositories: what is
 * counted is their names. */
static bool
has_many(const json_t *items, const char *namespace)
{
	json_auto_t *names = json_object();
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		json_auto_t *own = namespace_of(item), *name = repository(item);

		if (own != NULL && name != NULL &&
		    strcmp(json_string_value(own), namespace) == 0)
			(void)json_object_set_new(
			    names, json_string_value(name), json_true());
	}
	return json_object_size(names) >= MERGE_REPOSITORIES;
}

/* What is not of a namespace with many repositories stays as it is. */
static json_t *
split(const json_t *items, json_t *few)
{
	json_auto_t *many = json_array();
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		json_auto_t *own = namespace_of(item);
		bool one_of_many = own != NULL &&
		    has_many(items, json_string_value(own));

		if (json_array_append(one_of_many ? many : few, item) != 0)
			return NULL;
	}
	return json_incref(many);
}

json_t *
merge_images(json_t *items)
{
	json_auto_t *tagged = merge_groups(
	    items, MERGE_TAGS, repository, any_tag);
	json_auto_t *few = json_array(), *many = split(tagged, few);
	json_auto_t *merged = tagged == NULL || many == NULL
	    ? NULL
	    : merge_groups(json_incref(many), 1, namespace_of, any_repository);

	if (merged == NULL || json_array_extend(merged, few) != 0)
		return NULL;
	return json_incref(merged);
}
