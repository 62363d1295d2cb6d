/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact -- what may be written down of a value: names, never secrets.
 */
#ifndef REDACT_H
#define REDACT_H

#include "json.h"
/* A deep copy of value as it may stand in a record: of environment lists
 * ("Env") the names only.  A new value, JSON null for NULL; NULL when out of
 * memory. */
json_t *redact_copy(const char *field, json_t *value);

#endif
