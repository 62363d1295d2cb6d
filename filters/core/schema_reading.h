/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema_reading -- what the files of schema_read() share: schema.c (values, lists
 * and maps), schema_struct.c (structs, where Go looks for names in its own way)
 * and schema_path.c (where it was).
 */
#ifndef CORE_SCHEMA_READING_H
#define CORE_SCHEMA_READING_H

#include "core/json_text.h"
#include "schema.h"

/* Where we are: a member or, without a key, an item, of what is above.  On the
 * stack of whoever looks inside it. */
struct place {
	const struct place *above;
	struct json_piece key;
	size_t index;
};

/* One reading, and where it is. */
struct reading {
	struct json_text text;
	enum unknown_members unknown;
	json_t *dropped;
	const struct place *place;
};

struct path {
	char text[256];
	size_t len;
};

/* Where it is, for messages. */
void schema_path(const struct reading *reading, struct path *path);

/* Refuse the member at hand; if the text itself is wrong there, for that.
 * Returns NULL. */
json_t *schema_refuse(struct reading *reading, const char *why);

/* One value.  NULL: the text has failed. */
json_t *schema_value(struct reading *reading, const struct shape *shape);
json_t *schema_struct(struct reading *reading, const struct shape *shape);
bool schema_open(struct reading *reading);

/* The field with this name, or whose alias it is. */
const struct field *schema_field(
    const struct shape *shape, const struct json_piece *key);

#endif
