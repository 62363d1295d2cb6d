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

/* docker-py sends what it has from a credential helper with capitals. */
PUBLIC_STRUCT(registry_auth,
    MEMBER_ALIAS("username", "Username", shape_string),
    MEMBER_ALIAS("password", "Password", shape_string),
    MEMBER("auth", shape_string),
    MEMBER("email", shape_string),
    MEMBER_ALIAS("serveraddress", "ServerAddress", shape_string),
    MEMBER("registrytoken", shape_string),
    MEMBER_ALIAS("identitytoken", "IdentityToken", shape_string));

const struct shape shape_registry_config = {
    .kind = SHAPE_MAP, .of = &shape_registry_auth};
