/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_schema -- the configuration file as a JSON Schema, made from the rows
 * that it is read by: with it, editors complete keys and words, and show what
 * they mean.  It accepts whatever `check` accepts, and more: what only code can
 * judge (patterns, addresses, names that must be there) it takes as text.
 *
 * Draft 7, which the YAML servers of editors understand best.
 */
#ifndef CONFIG_JSON_SCHEMA_H
#define CONFIG_JSON_SCHEMA_H

#include <jansson.h>

/* New; NULL when out of memory. */
json_t *json_schema(void);

#endif
