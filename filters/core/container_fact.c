/* SPDX-License-Identifier: Apache-2.0 */
#include "core/container_fact.h"

#include "core/owner.h"

/* NULL if the call's path names no container. */
static const char *
container(const struct request *req)
{
	return request_var(req, "container");
}

bool
container_fact_want(const struct request *req, json_t *wanted)
{
	return container(req) == NULL ||
	    owner_want("container", container(req), wanted);
}

const json_t *
container_fact(const struct request *req)
{
	const json_t *fact = container(req) == NULL
	    ? NULL
	    : owner_fact(req, "container", container(req));

	return json_is_object(fact) ? fact : NULL;
}
