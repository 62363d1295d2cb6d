/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml -- a YAML file as JSON values that remember where they stood.  Only what
 * a configuration needs: no anchors, aliases, tags or merge keys, no duplicate
 * keys, one document.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <jansson.h>
#include <stddef.h>

#include "errmsg.h"

struct place {
	const char *file; /* borrowed; NULL: the one that was read */
	int line, column; /* from 1; 0: unknown */
};

struct yaml {
	json_t *tree;
	json_t *places; /* {"tiers.ci.extends": [12, 5], ...}, perhaps with
	                   the name of another file behind */
};

/* False with the reason and its place. */
MUST_CHECK bool yaml_read(const char *text, size_t len, struct yaml *yaml,
    struct place *place, struct errmsg *err);
void yaml_done(struct yaml *yaml);

/* Where the member at that dotted path stands; of what is not there, what
 * holds it. */
struct place yaml_place(const struct yaml *yaml, const char *path);

/* A place as it stands in places, new. */
json_t *yaml_place_json(struct place place);

#endif
