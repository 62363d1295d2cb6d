/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of the plugin calls: what a plugin is granted, and its settings.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

STRUCT(privilege,
    MEMBER("Name", shape_string),
    MEMBER("Description", shape_string),
    MEMBER("Value", shape_strings));

const struct shape shape_plugin_privileges = {
    .kind = SHAPE_LIST, .of = &privilege};
const struct shape shape_plugin_set = {
    .kind = SHAPE_LIST, .of = &shape_string};
