/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call -- one thing that the Docker Engine API can be asked to do.
 *
 * The table of calls (filters/core/calls.def) is the only list of routes: what
 * it does not hold is denied.  Names are those of the table, such as
 * "container.create".
 */
#ifndef CALL_H
#define CALL_H

#include <stddef.h>

#include "errmsg.h"
#include "json.h"

struct shape;

enum http_method {
	METHOD_NONE = 0,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_DELETE,
};

/* What the client may send after the head. */
enum call_body {
	CALL_BODY_NONE = 0,
	CALL_BODY_JSON, /* bounded, parsed, judged, made anew */
	CALL_BODY_STREAM, /* opaque bytes (a tar), relayed with a type of ours */
};

/* How the daemon answers. */
enum call_reply {
	CALL_REPLY_PLAIN = 0, /* an ordinary reply, perhaps endless */
	CALL_REPLY_JSON, /* bounded JSON that we may have to change */
	CALL_REPLY_HIJACK, /* raw stream after 101 or 200 (attach, exec) */
	CALL_REPLY_WEBSOCKET, /* RFC 6455 after 101 */
	CALL_REPLY_H2C, /* HTTP/2 after 101: /session, /grpc */
};

/* The worst that an unfiltered call can do. */
enum danger {
	DANGER_HOST_ROOT = 0,
	DANGER_CROSS_TENANT,
	DANGER_SECRET_LEAK,
	DANGER_DOS,
	DANGER_SAFE_READ,
};

enum param_kind {
	PARAM_STRING = 0, /* at most once */
	PARAM_BOOL, /* at most once; sent on as "1" or "0" */
	PARAM_INT, /* at most once; -?[0-9]+ that fits in int64 */
	PARAM_LIST, /* any number of times, in order; with a shape each is a
	               JSON text */
	PARAM_JSON, /* at most once; a JSON text of the given shape */
};

/* One query parameter of a call. */
struct call_param {
	const char *name;
	enum param_kind kind;
	const struct shape *shape; /* PARAM_JSON, PARAM_LIST or NULL */
};

/* The last API version we know: 1.56.  Versions are all 1.N; we keep N. */
#define API_MINOR_FIRST 24
#define API_MINOR_LAST 56

struct call {
	const char *name;
	enum http_method method;
	const char *path; /* template: "/containers/{container}/json" */
	enum call_body body;
	enum call_reply reply;
	enum danger danger;
	const struct shape *schema; /* of the JSON body, or NULL */
	const struct call_param *params; /* ends with a NULL name */
	const char *why; /* what it can do, for the manual */
};

const char *http_method_name(enum http_method method);
const char *danger_name(enum danger danger); /* "host-root", ... */

/* The table, in the order of calls.def, ending with a NULL name. */
const struct call *call_table(void);

/* By name, or NULL. */
const struct call *call_by_name(const char *name);

/* Does a read of this path look as if it named a thing, of a name that none can
 * have?  For the daemon there is no such thing. */
bool call_may_name(enum http_method method, const char *path);

/*
 * The call that method and path ask for, or NULL if there is none.  path is
 * already decoded, clean, and without its version.  On success *vars is a new
 * object {"container": "web"} that the caller owns.  fromSrc tells the two
 * calls of POST /images/create apart: true when the query has "fromSrc".
 * Single-segment names must match the grammar of their kind (see call.c);
 * image, plugin and distribution names may hold slashes.
 */
MUST_CHECK const struct call *call_find(enum http_method method,
    const char *path, bool from_src, json_t **vars, struct errmsg *err);

/*
 * The path to send upstream, made anew from the template and vars, every byte
 * outside [A-Za-z0-9._~/:@-] percent-encoded; with "/v1.N" before it unless
 * minor is 0.  A new string, or NULL (out of memory, or a variable missing).
 */
MUST_CHECK char *call_path(
    const struct call *call, int minor, const json_t *vars);

/* Does a pattern of a tier's list name this call?  Patterns: a name, a group
 * ("container.*"), a danger class ("danger:safe-read"), or "*". */
bool call_matches(const struct call *call, const char *pattern);

/* Does any of a list of them, which ends with NULL? */
bool call_matches_any(const struct call *call, const char *const *patterns);

/* Can any call match?  False for a misspelt pattern; what the configuration
 * checks. */
bool call_pattern_known(const char *pattern);

#endif
