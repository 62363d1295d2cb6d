/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file.h"

#include <stdlib.h>

#include "config/text_file.h"

bool
file_read(const char *path, struct yaml *yaml, struct problems *problems,
    bool *unreadable)
{
	struct place place;
	struct errmsg err;
	size_t len;
	char *text = text_file_read(path, false, &len, &err);
	bool sound;

	*unreadable = text == NULL;
	if (text == NULL) {
		problems_add(problems, "", err.text);
		return false;
	}
	sound = yaml_read(text, len, yaml, &place, &err);
	if (!sound)
		problems_add_at(problems, place, "", err.text);
	free(text);
	return sound;
}
