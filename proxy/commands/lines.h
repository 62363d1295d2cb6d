/* SPDX-License-Identifier: Apache-2.0 */
/* lines -- "key: value" for people, from JSON. */
#ifndef COMMANDS_LINES_H
#define COMMANDS_LINES_H

#include <jansson.h>
#include <stdio.h>

/* A string member, or NULL. */
const char *lines_text(const json_t *object, const char *name);

/* A value as one would write it in a configuration. */
void lines_put_json(const json_t *value, FILE *out);

/* "key: ", and behind it a line if there is one. */
void lines_put_key(const char *key, FILE *out);
void lines_put(const char *key, const char *text, FILE *out);

/* The object's "verdict", with its "status". */
void lines_put_verdict(const json_t *object, FILE *out);

#endif
