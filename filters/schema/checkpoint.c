/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of checkpoint.create.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

PUBLIC_STRUCT(checkpoint_create,
    MEMBER("CheckpointID", shape_string),
    MEMBER("Exit", shape_bool),
    MEMBER("CheckpointDir", shape_string));
