/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of container.exec.create and exec.start.
 */
#include "schema/shapes.h"

/* Tables: one row a line. */
/* clang-format off */

PUBLIC_STRUCT(exec_create,
    MEMBER("User", shape_string),
    MEMBER("Privileged", shape_bool),
    MEMBER("Tty", shape_bool),
    MEMBER("AttachStdin", shape_bool),
    MEMBER("AttachStderr", shape_bool),
    MEMBER("AttachStdout", shape_bool),
    MEMBER_UNTIL("Detach", shape_bool, 51),
    MEMBER("Cmd", shape_words),
    MEMBER("DetachKeys", shape_string),
    MEMBER("Env", shape_strings),
    MEMBER("WorkingDir", shape_string),
    MEMBER("ConsoleSize", shape_size_pair),
    IGNORED("Container"));

PUBLIC_STRUCT(exec_start,
    MEMBER("Detach", shape_bool),
    MEMBER("Tty", shape_bool),
    MEMBER("ConsoleSize", shape_size_pair),
    IGNORED("hijack"),
    IGNORED("stdin"),
    IGNORED("stdout"),
    IGNORED("stderr"));
