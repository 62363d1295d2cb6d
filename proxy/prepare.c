/* SPDX-License-Identifier: Apache-2.0 */
#include "prepare.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/query.h"
#include "http/registry.h"
#include "http/target.h"
#include "json_read.h"
#include "limit.h"

static bool
refuse(int *status, int code, struct errmsg *err, const char *text)
{
	*status = code;
	return errmsg_set(err, "%s", text);
}

/* Only JSON may come for a JSON call: a form type would make the daemon read
 * the body as query (wire.md 2). */
static bool
type_ok(const struct request *req, const struct http_request_head *head,
    int *status, struct errmsg *err)
{
	struct span type = head->content_type;
	size_t len = sizeof("application/json") - 1;

	if (type.at == NULL)
		return true;
	if ((type.len >= 33 &&
		strncasecmp(type.at, "application/x-www-form-urlencoded", 33) ==
		    0) ||
	    (type.len >= 10 && strncasecmp(type.at, "multipart/", 10) == 0))
		return refuse(status, 415, err,
		    req->call->body == CALL_BODY_STREAM
			? "send Content-Type: application/x-tar"
			: "send Content-Type: application/json");
	if (req->call->body != CALL_BODY_JSON ||
	    (!head->chunked && head->content_length <= 0))
		return true;
	if (type.len < len ||
	    strncasecmp(type.at, "application/json", len) != 0)
		return refuse(
		    status, 415, err, "send Content-Type: application/json");
	type.at += len;
	type.len -= len;
	while (type.len > 0 && (*type.at == ' ' || *type.at == ';')) {
		type.at++;
		type.len--;
	}
	return type.len == 0 || span_is(type, "charset=utf-8") ||
	    refuse(status, 415, err, "send Content-Type: application/json");
}

static bool
find_call(const struct http_request_head *head, const struct target *target,
    struct request *req, int *status, struct errmsg *err)
{
	bool from_src = query_has(target->query, "fromSrc");

	if (from_src && query_has(target->query, "fromImage"))
		return refuse(status, 400, err,
		    "both fromImage and fromSrc in the query");
	req->call = call_find(
	    head->method, target->path, from_src, &req->vars, err);
	/* On 404 the CLI goes on to ask for an image of that name (docker
	 * inspect busybox:latest). */
	if (req->call == NULL) {
		*status = call_may_name(head->method, target->path) ? 404 : 403;
		return false;
	}
	req->minor = target->minor;
	return true;
}

bool
prepare_head(const struct http_request_head *head, struct request *req,
    int *status, struct errmsg *err)
{
	/* Its path is 8 KiB, of which what is read is written before. */
	struct target target __attribute__((uninitialized));

	if (!target_read(head->target, &target, status, err) ||
	    !find_call(head, &target, req, status, err) ||
	    !type_ok(req, head, status, err))
		return false;
	*status = 500;
	req->dropped = json_array();
	if (req->dropped == NULL)
		return errmsg_nomem(err);
	req->query = query_read(
	    req->call, target.query, req->dropped, status, err);
	if (req->query == NULL)
		return false;
	req->headers = registry_read(head, status, err);
	return req->headers != NULL;
}

bool
prepare_collects(const struct request *req)
{
	return req->call->body != CALL_BODY_STREAM;
}

/* --- bodies --------------------------------------------------------------- */

/* An option of a library that sends its options everywhere (dockerode): they
 * begin in lower case, what daemons read of bodies does not. */
static bool
is_option(const char *key)
{
	return islower((unsigned char)*key) &&
	    key[strspn(key,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] == '\0';
}

/* A body that the call does not have. */
static bool
drop_body(struct request *req, const char *bytes, size_t len, int *status,
    struct errmsg *err)
{
	json_auto_t *body = NULL;
	const char *key;
	json_t *value;

	if (len == 0)
		return true;
	if (len <= LIMIT_NO_BODY)
		body = json_read(bytes, len, &json_limits_default, err);
	if (!json_is_object(body))
		return refuse(status, 400, err, "this call has no body");
	json_object_foreach(body, key, value)
	{
		if (!is_option(key))
			return refuse(
			    status, 400, err, "this call has no body");
		if (json_array_append_new(
			req->dropped, json_sprintf("/%s", key)) != 0) {
			*status = 500;
			return errmsg_nomem(err);
		}
	}
	return true;
}

bool
prepare_body(struct request *req, const char *bytes, size_t len, size_t max,
    enum unknown_members unknown, int *status, struct errmsg *err)
{
	struct json_limits limits = json_limits_default;
	bool bad_input;

	if (len > max)
		return refuse(status, 413, err, "the body is too large");
	if (req->call->body == CALL_BODY_NONE)
		return drop_body(req, bytes, len, status, err);
	/* Go clients send "null" for a body that they do not have. */
	if (len == 0 || (len == 4 && memcmp(bytes, "null", 4) == 0) ||
	    (len == 5 && memcmp(bytes, "null\n", 5) == 0)) {
		if (req->call->schema == &shape_container_create)
			return refuse(status, 400, err, "want a body");
		return true;
	}
	limits.bytes = max;
	req->body = schema_read(req->call->schema, bytes, len, &limits, unknown,
	    req->dropped, &bad_input, err);
	*status = bad_input ? 400 : 500;
	return req->body != NULL || errmsg_prefix(err, "body");
}
