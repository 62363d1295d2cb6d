/* SPDX-License-Identifier: Apache-2.0 */
#include "core/container_fact.h"

#include <stdio.h>

/* False if the call's path names no container. */
static bool
fact_name(const struct request *req, char *name, size_t size)
{
	const char *container = json_string_value(
	    json_object_get(req->vars, "container"));
	int n = container == NULL
	    ? -1
	    : snprintf(name, size, "container:%s", container);

	return n > 0 && (size_t)n < size;
}

bool
container_fact_want(const struct request *req, json_t *wanted)
{
	char name[300];

	return !fact_name(req, name, sizeof(name)) ||
	    json_array_append_new(wanted, json_string(name)) == 0;
}

const json_t *
container_fact(const struct request *req)
{
	const json_t *fact = NULL;
	char name[300];

	if (fact_name(req, name, sizeof(name)))
		fact = json_object_get(req->facts, name);
	return json_is_object(fact) ? fact : NULL;
}
