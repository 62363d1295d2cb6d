/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials: the body of auth, and the JSON in X-Registry-Auth and
 * X-Registry-Config.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

PUBLIC_STRUCT(auth,
    MEMBER("username", shape_string),
    MEMBER("password", shape_string),
    MEMBER("auth", shape_string),
    MEMBER("email", shape_string),
    MEMBER("serveraddress", shape_string),
    MEMBER("registrytoken", shape_string),
    MEMBER("identitytoken", shape_string));

/* Python clients send the names with capitals, which Go takes as well. */
PUBLIC_STRUCT(registry_auth,
    MEMBER("username", shape_string),
    MEMBER("password", shape_string),
    MEMBER("auth", shape_string),
    MEMBER("email", shape_string),
    MEMBER("serveraddress", shape_string),
    MEMBER("registrytoken", shape_string),
    MEMBER("identitytoken", shape_string));

const struct shape shape_registry_config = {
    .kind = SHAPE_MAP, .of = &shape_registry_auth};
