/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan -- what must hold of a JSON text before jansson reads it: bounded
 * depth and count (one MiB of "[]," would become 47), no control bytes (jansson
 * drops some), no NUL.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "schema.h"

MUST_CHECK bool json_scan(const char *bytes, size_t len,
    const struct json_limits *limits, struct errmsg *err);

#endif
