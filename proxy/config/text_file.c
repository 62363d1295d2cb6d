/* SPDX-License-Identifier: Apache-2.0 */
#include "config/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (32 * 1024 * 1024) /* 100,000 rules, with room */

static FILE *
open_file(const char *path, bool plain, struct errmsg *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | (plain ? O_NONBLOCK : 0));
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;

	if (file == NULL) {
		(void)errmsg_set(err, "%s", strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode) &&
	    (!plain || S_ISREG(st.st_mode)))
		return file;
	(void)errmsg_set(err, "is not a regular file");
	(void)fclose(file);
	return NULL;
}

char *
text_file_read(const char *path, bool plain, size_t *len, struct errmsg *err)
{
	FILE *file = open_file(path, plain, err);
	char *text = malloc(FILE_MAX + 1);
	bool sound = false;

	if (file == NULL || text == NULL) {
		if (file != NULL)
			(void)errmsg_nomem(err);
	} else {
		*len = fread(text, 1, FILE_MAX + 1, file);
		sound = ferror(file) == 0 && *len <= FILE_MAX;
		if (ferror(file) != 0)
			(void)errmsg_set(err, "%s", strerror(errno));
		else if (!sound)
			(void)errmsg_set(
			    err, "longer than 32 MiB: this cannot be meant");
	}
	if (file != NULL)
		(void)fclose(file);
	if (sound) {
		text[*len] = '\0';
		return text;
	}
	free(text);
	return NULL;
}
