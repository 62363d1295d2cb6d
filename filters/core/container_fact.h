/* SPDX-License-Identifier: Apache-2.0 */
/* container_fact -- what the engine says of the container in a call's path
 * ("container:web", include/filter.h). */
#ifndef CONTAINER_FACT_H
#define CONTAINER_FACT_H

#include "request.h"

/* Append its name to wanted.  False if out of memory. */
MUST_CHECK bool container_fact_want(const struct request *req, json_t *wanted);

/* The fact, borrowed, or NULL where it is not known or there is no such
 * container. */
const json_t *container_fact(const struct request *req);

#endif
