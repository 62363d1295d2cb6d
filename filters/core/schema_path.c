/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "core/schema_reading.h"
#include "core/utf8.h"

static void
put_place(struct path *path, const struct place *place)
{
	size_t room;
	int n;

	if (place == NULL)
		return;
	put_place(path, place->above);
	room = sizeof(path->text) - path->len;
	n = place->key.bytes == NULL
	    ? snprintf(path->text + path->len, room, "[%zu]", place->index)
	    : snprintf(path->text + path->len, room, "%s%.*s",
		  path->len == 0 ? "" : ".",
		  (int)(place->key.len < 60 ? place->key.len : 60),
		  place->key.bytes);
	/* The cut may have gone through a character. */
	utf8_tidy(path->text);
	if (n > 0 && (size_t)n < room)
		path->len += (size_t)n;
}

void
schema_path(const struct reading *reading, struct path *path)
{
	memset(path, 0, sizeof(*path));
	put_place(path, reading->place);
}

json_t *
schema_refuse(struct reading *reading, const char *why)
{
	struct path path;

	if (reading->text.failed)
		return NULL;
	schema_path(reading, &path);
	reading->text.failed = true;
	(void)errmsg_set(reading->text.err, "%s%s%s", path.text,
	    path.len == 0 ? "" : ": ", why);
	return NULL;
}
