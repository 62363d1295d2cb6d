/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json -- jansson, with the macros that look into a tree made anew.
 *
 * Its own ask about NULL in places where there is none, once more for every
 * item and every question: branches that no test can take, and time.  These
 * mean the same, NULL being no value of any type.
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <stdbool.h>

static inline bool
json_is_of(const json_t *json, json_type type)
{
	return json != NULL && json_typeof(json) == type;
}

static inline bool
json_is_either(const json_t *json, json_type one, json_type other)
{
	return json_is_of(json, one) || json_is_of(json, other);
}

#undef json_is_object
#undef json_is_array
#undef json_is_string
#undef json_is_integer
#undef json_is_real
#undef json_is_number
#undef json_is_true
#undef json_is_false
#undef json_is_boolean
#undef json_is_null
#define json_is_object(json) json_is_of(json, JSON_OBJECT)
#define json_is_array(json) json_is_of(json, JSON_ARRAY)
#define json_is_string(json) json_is_of(json, JSON_STRING)
#define json_is_integer(json) json_is_of(json, JSON_INTEGER)
#define json_is_real(json) json_is_of(json, JSON_REAL)
#define json_is_number(json) json_is_either(json, JSON_INTEGER, JSON_REAL)
#define json_is_true(json) json_is_of(json, JSON_TRUE)
#define json_is_false(json) json_is_of(json, JSON_FALSE)
#define json_is_boolean(json) json_is_either(json, JSON_TRUE, JSON_FALSE)
#define json_is_null(json) json_is_of(json, JSON_NULL)

/* Behind the last there is NULL, as there is in what is no list or object. */
#undef json_array_foreach
#undef json_object_foreach
#define json_array_foreach(array, i, value)                                    \
	for (i = 0; (value = json_array_get(array, i)) != NULL; i++)
#define json_object_foreach(object, key, value)                                \
	for (key = json_object_iter_key(json_object_iter(object));             \
	     (value = json_object_iter_value(json_object_key_to_iter(key))) != \
	     NULL;                                                             \
	     key = json_object_iter_key(                                       \
		 json_object_iter_next(object, json_object_key_to_iter(key))))

#endif
