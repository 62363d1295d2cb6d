/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shapes that every family uses, and the JSON that stands in queries.
 */
#include "schema/shapes.h"

#include <limits.h>

const struct shape shape_bool = {.kind = SHAPE_BOOL};
const struct shape shape_int = {.kind = SHAPE_INT};
/* Go's uint64; what is beyond int64 nobody means. */
const struct shape shape_unsigned = {
    .kind = SHAPE_INT, .min = 0, .max = LLONG_MAX};
const struct shape shape_uint16 = {.kind = SHAPE_INT, .min = 0, .max = 65535};
const struct shape shape_uint32 = {
    .kind = SHAPE_INT, .min = 0, .max = 4294967295LL};
const struct shape shape_number = {.kind = SHAPE_NUMBER};
const struct shape shape_string = {.kind = SHAPE_STRING};
const struct shape shape_words = {.kind = SHAPE_WORDS};
const struct shape shape_empty = {.kind = SHAPE_EMPTY};
const struct shape shape_strings = {.kind = SHAPE_LIST, .of = &shape_string};
const struct shape shape_string_lists = {
    .kind = SHAPE_LIST, .of = &shape_strings};
const struct shape shape_string_map = {.kind = SHAPE_MAP, .of = &shape_string};
const struct shape shape_string_set = {.kind = SHAPE_MAP, .of = &shape_empty};
const struct shape shape_size_pair = {
    .kind = SHAPE_LIST, .of = &shape_unsigned};
/* null: the value that the builder itself has. */
const struct shape shape_build_args = {
    .kind = SHAPE_MAP, .of = &shape_string, .nullable_items = true};
const struct shape shape_filters = {.kind = SHAPE_FILTERS};

STRUCT(ulimit, MEMBER("Name", shape_string), MEMBER("Hard", shape_int),
    MEMBER("Soft", shape_int));
const struct shape shape_ulimits = {.kind = SHAPE_LIST, .of = &ulimit};

/* The OCI platform that image calls take from API 1.48 on. */
PUBLIC_STRUCT(platform, MEMBER("architecture", shape_string),
    MEMBER("os", shape_string), MEMBER("variant", shape_string),
    MEMBER("os.version", shape_string), MEMBER("os.features", shape_strings));

/* BuildKit's outputs of the classic build call. */
STRUCT(output, MEMBER("Type", shape_string), MEMBER("Attrs", shape_string_map));
const struct shape shape_outputs = {.kind = SHAPE_LIST, .of = &output};
