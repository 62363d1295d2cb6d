/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (32 * 1024 * 1024) /* 100,000 rules, with room */

/* The file as text, new; NULL with the problem. */
static char *
read_text(const char *path, size_t *len, struct problems *problems)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	struct place nowhere = {0, 0};

	if (file == NULL || text == NULL) {
		problems_add_at(problems, nowhere, "",
		    file == NULL ? strerror(errno) : "out of memory");
		goto fail;
	}
	*len = fread(text, 1, FILE_MAX + 1, file);
	if (ferror(file) != 0 || *len > FILE_MAX) {
		problems_add_at(problems, nowhere, "",
		    ferror(file) != 0 ? strerror(errno) : "longer than 32 MiB");
		goto fail;
	}
	(void)fclose(file);
	return text;

fail:
	if (file != NULL)
		(void)fclose(file);
	free(text);
	return NULL;
}

bool
file_read(const char *path, struct yaml *yaml, struct problems *problems,
    bool *unreadable)
{
	struct place place;
	struct errmsg err;
	size_t len;
	char *text = read_text(path, &len, problems);
	bool sound;

	*unreadable = text == NULL;
	if (text == NULL)
		return false;
	sound = yaml_read(text, len, yaml, &place, &err);
	if (!sound)
		problems_add_at(problems, place, "", err.text);
	free(text);
	return sound;
}
