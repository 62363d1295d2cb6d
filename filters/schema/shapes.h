/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes -- the words in which the files of this folder describe bodies.
 *
 *	STRUCT(restart_policy,
 *	    MEMBER("Name", shape_string),
 *	    MEMBER("MaximumRetryCount", shape_int));
 */
#ifndef SCHEMA_SHAPES_H
#define SCHEMA_SHAPES_H

#include "schema.h"

extern const struct shape shape_bool, shape_int, shape_unsigned, shape_uint16,
    shape_uint32, shape_number, shape_string, shape_words, shape_empty,
    shape_string_lists, shape_string_set, shape_size_pair;

/* In several bodies (shared.c). */
extern const struct shape shape_blkio_device_rates, shape_blkio_weight_devices,
    shape_device_requests, shape_devices, shape_driver, shape_endpoint,
    shape_healthcheck, shape_mounts, shape_restart_policy;

#define MEMBER(text, kind)                                                     \
	{                                                                      \
		.name = text, .shape = &kind                                   \
	}
/* Clients send it under another name as well, which Go takes for the same. */
#define MEMBER_ALIAS(text, other, kind)                                        \
	{                                                                      \
		.name = text, .alias = other, .shape = &kind                   \
	}
/* Gone from the API after 1.N; daemons that still know it are older. */
#define MEMBER_UNTIL(text, kind, minor)                                        \
	{                                                                      \
		.name = text, .shape = &kind, .last = minor                    \
	}
/* Made if it is absent: what is not there, an older daemon looks for
 * elsewhere. */
#define MEMBER_ALWAYS(text, kind)                                              \
	{                                                                      \
		.name = text, .shape = &kind, .always = true                   \
	}
/* Sent by clients, read by no daemon: taken and dropped. */
#define IGNORED(text)                                                          \
	{                                                                      \
		.name = text, .ignored = true                                  \
	}

#define FIELDS(id, ...)                                                        \
	static const struct field id##_fields[] = {                            \
	    __VA_ARGS__, {.name = NULL}};                                      \
	_Static_assert(                                                        \
	    sizeof(id##_fields) / sizeof(id##_fields[0]) <= SCHEMA_FIELDS_MAX, \
	    "too many members")

#define STRUCT(id, ...)                                                        \
	FIELDS(id, __VA_ARGS__);                                               \
	static const struct shape id = {                                       \
	    .kind = SHAPE_STRUCT, .fields = id##_fields}
#define LIST_OF(id, item)                                                      \
	static const struct shape id = {                                       \
	    .kind = SHAPE_LIST, .of = &item, .nullable_items = false}
#define MAP_OF(id, item)                                                       \
	static const struct shape id = {                                       \
	    .kind = SHAPE_MAP, .of = &item, .nullable_items = true}

#define PUBLIC_LIST_OF(id, item)                                               \
	const struct shape shape_##id = {                                      \
	    .kind = SHAPE_LIST, .of = &item, .nullable_items = false}

/* What include/schema.h declares as shape_<id>. */
#define PUBLIC_STRUCT(id, ...)                                                 \
	FIELDS(id, __VA_ARGS__);                                               \
	const struct shape shape_##id = {                                      \
	    .kind = SHAPE_STRUCT, .fields = id##_fields}

#endif
