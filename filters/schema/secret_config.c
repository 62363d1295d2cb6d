/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of secret and config calls.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

PUBLIC_STRUCT(secret,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Data", shape_string),
    MEMBER("Driver", shape_driver),
    MEMBER("Templating", shape_driver));

PUBLIC_STRUCT(config,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Data", shape_string),
    MEMBER("Templating", shape_driver));
