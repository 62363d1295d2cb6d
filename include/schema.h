/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema -- the shape of a JSON document as the Docker daemon decodes it, and
 * the one way from a client's bytes to a document we can judge and send.
 *
 * The daemon is Go: it matches member names whatever their case, merges
 * duplicates, ignores what it does not know and takes a bare string for some
 * lists.  We do not guess along; we refuse what could be read in two ways and
 * build a new tree in which every member has Docker's own spelling and type.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stddef.h>

#include "errmsg.h"
#include "json_read.h"

enum shape_kind {
	SHAPE_NONE = 0, /* matches nothing */
	SHAPE_BOOL,
	SHAPE_INT, /* int64; min..max below */
	SHAPE_NUMBER, /* float64 */
	SHAPE_STRING,
	SHAPE_WORDS, /* Go's StrSlice: a list of strings or one bare string,
	                  which becomes a list of one */
	SHAPE_LIST, /* of */
	SHAPE_MAP, /* any keys, of */
	SHAPE_STRUCT, /* fields */
	SHAPE_EMPTY, /* Go's struct{}: {} */
	SHAPE_FILTERS, /* {"k":["v"]} or the older {"k":{"v":true}}; made the
	                  first */
};

struct shape {
	enum shape_kind kind;
	bool nullable_items; /* LIST, MAP: may hold null */
	long long min, max; /* INT; both 0: the whole int64 */
	const struct shape *of; /* LIST, MAP */
	const struct field *fields; /* STRUCT; ends with a NULL name */
};

/* More members than any struct of the API has; shapes.h holds all to it. */
#define SCHEMA_FIELDS_MAX 128

/* A member of a struct. */
struct field {
	const char *name;
	const struct shape *shape;
	const char *alias; /* another spelling that clients send: made name */
	int first, last; /* API 1.N it is known in; 0: no bound.  Outside it
	                     the member is refused like an unknown one (a
	                     daemon accepts almost any field at any version,
	                     so first is for the manual only and not
	                     enforced; last is). */
	bool ignored; /* taken and dropped: clients send it, no daemon
	                    reads it; shape is NULL */
	bool always; /* an object that is made if it is absent */
	bool keep_null; /* null means something else than absent */
};

enum unknown_members {
	UNKNOWN_REJECT = 0,
	UNKNOWN_DROP,
};

/*
 * Read bytes strictly, as what shape says they are: a new tree, owned by the
 * caller, or NULL with the reason.  Refused: anything json_read() refuses,
 * duplicate members (equal or folded), spellings other than Docker's (the reason
 * names the right one), and wrong types.  null is dropped as absent unless keep_null.  Unknown
 * members are refused, or dropped and their JSON pointers appended to dropped
 * (a JSON array, may be NULL).  *bad_input tells a client's fault (true: 400)
 * from ours (false: out of memory).
 */
MUST_CHECK json_t *schema_read(const struct shape *shape, const char *bytes,
    size_t len, const struct json_limits *limits, enum unknown_members unknown,
    json_t *dropped, bool *bad_input, struct errmsg *err);

/* The compact text of a canonical tree; a new string, or NULL. */
MUST_CHECK char *schema_write(const json_t *tree, size_t *len);

/* Is there a field at this dotted path, as in fields.tsv
 * ("HostConfig.Mounts[].Type", "Labels", "X{}.Y")?  For the tests. */
bool schema_has(const struct shape *shape, const char *dotted);

/* Bodies.  One file per family in filters/schema/. */
extern const struct shape shape_container_create, shape_container_update,
    shape_exec_create, shape_exec_start, shape_commit, shape_checkpoint_create,
    shape_container_copy, shape_volume_create, shape_volume_update,
    shape_network_create, shape_network_connect, shape_network_disconnect,
    shape_service, shape_secret, shape_config, shape_node, shape_swarm_init,
    shape_swarm_join, shape_swarm_update, shape_swarm_unlock,
    shape_plugin_privileges, shape_plugin_set, shape_plugin_config, shape_auth,
    /* JSON inside queries and headers */
    shape_filters, shape_string_map, shape_build_args, shape_strings,
    shape_ulimits, shape_platform, shape_outputs, shape_registry_auth,
    shape_registry_config;

#endif
