/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problems -- everything wrong with a configuration, with its place, so that
 * the operator sees all of it at once.
 */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

#include <jansson.h>
#include <stdio.h>

#include "config/yaml.h"

struct problems {
	const char *file;
	const struct yaml *yaml; /* for places; NULL while there are none */
	json_t
	    *list; /* [{"line", "column", "path", "text", "warning", "file"}] */
	size_t errors;
};

void problems_init(struct problems *problems, const char *file);
void problems_done(struct problems *problems);

/* A setting_problem_fn: arg is the struct problems. */
void problems_add(void *arg, const char *path, const char *text);

/* Not wrong, but hardly meant. */
void problems_warn(
    struct problems *problems, const char *path, const char *text);

/* The same, at a place of its own. */
void problems_add_at(struct problems *problems, struct place place,
    const char *path, const char *text);
void problems_warn_at(struct problems *problems, struct place place,
    const char *path, const char *text);

/* One line each, by place: "file:3:5: tiers.ci: unknown key". */
typedef void problems_line_fn(void *arg, bool warning, const char *line);
void problems_tell(
    const struct problems *problems, problems_line_fn *say, void *arg);

/* The same, to a file. */
void problems_print(const struct problems *problems, FILE *out);

#endif
