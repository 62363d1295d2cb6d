/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request -- one call as plain data: what is judged, and the only thing that
 * the bytes for the daemon are made from.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

#include "call.h"
#include "json.h"

struct request {
	const struct call *call;
	int minor; /* N of API 1.N to send; 0: unversioned (_ping only) */
	json_t *vars; /* {"container": "web"} */
	json_t *query; /* {"all": "1", "t": ["a:1"], "filters": {...}} */
	json_t *headers; /* {"X-Registry-Auth": {...}}: decoded JSON */
	json_t *body; /* canonical, or NULL where the call has none */
	json_t *identity; /* who calls: see include/identity.h */
	const char *team; /* of who calls, or NULL; the configuration's */
	json_t *facts; /* what the proxy looked up: see include/filter.h */
	json_t *dropped; /* ["/HostConfig/New", "?hijack"]: what was left out
	                    because no known API version has it */
};

/* A request of its own that says the same; false if out of memory.  In every case
 * request_done() is due. */
MUST_CHECK bool request_copy(struct request *copy, const struct request *req);

/* Drop everything that the request holds.  The struct itself is the owner's. */
void request_done(struct request *req);

/* The body member at a dotted Docker path ("HostConfig.Privileged"), borrowed,
 * or NULL where it or anything above it is absent. */
json_t *request_body_get(const struct request *req, const char *dotted);

/* A variable of the path ("container") as a string, or NULL. */
const char *request_var(const struct request *req, const char *name);

/* A query parameter as a string, or NULL. */
const char *request_query(const struct request *req, const char *name);

/* A body or headers of a request as a record may hold them: without secrets
 * (core/redact_body.h).  New, JSON null for NULL; NULL when out of memory. */
MUST_CHECK json_t *request_shown(json_t *value);

/* Is the summary below empty?  Most reads touch nothing by name. */
bool request_touches_nothing(const struct request *req);

/*
 * A summary of what the call touches, for the audit record: image, name,
 * container, binds, ... a new object, or NULL when out of memory.  It names;
 * it never holds values of Env, build args, registry passwords.
 */
MUST_CHECK json_t *request_touches(const struct request *req);

#endif
