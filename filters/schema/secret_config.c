/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of secret and config calls.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(driver,
    MEMBER("Name", shape_string),
    MEMBER("Options", shape_string_map));

PUBLIC_STRUCT(secret,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Data", shape_string),
    MEMBER("Driver", driver),
    MEMBER("Templating", driver));

PUBLIC_STRUCT(config,
    MEMBER("Name", shape_string),
    MEMBER("Labels", shape_string_map),
    MEMBER("Data", shape_string),
    MEMBER("Templating", driver));
