/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strict_json -- a second reader of JSON (RFC 8259), which shares nothing with
 * what the program reads and writes by: no member twice, UTF-8 as Unicode has
 * it, nothing behind the value.
 */
#ifndef FUZZ_STRICT_JSON_H
#define FUZZ_STRICT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Is text one JSON value, and is it equal to tree? */
bool strict_json_is(const char *text, size_t len, const json_t *tree);

/* Is text one JSON value? */
bool strict_json_valid(const char *text, size_t len);

#endif
