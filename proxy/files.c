/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct file {
	TAILQ_ENTRY(file) entry;
	char *path, *bytes;
	size_t len;
};

TAILQ_HEAD(file_list, file);

enum mode {
	FROM_DISK = 0,
	REMEMBERING,
	FROM_MEMORY,
};

static struct file_list known = TAILQ_HEAD_INITIALIZER(known);
static enum mode mode;

/* --- what is known -------------------------------------------------------- */

static char *
copy_of(const char *bytes, size_t len)
{
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

static void
drop(struct file *file)
{
	if (file->bytes != NULL)
		explicit_bzero(file->bytes, file->len);
	free(file->bytes);
	free(file->path);
	free(file);
}

static struct file *
find(const char *path)
{
	struct file *file;

	TAILQ_FOREACH(file, &known, entry)
	{
		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

/* As the last word on that path. */
static bool
keep(const char *path, size_t path_len, const char *bytes, size_t len)
{
	struct file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return false;
	file->len = len;
	file->path = copy_of(path, path_len);
	file->bytes = copy_of(bytes, len);
	if (file->path == NULL || file->bytes == NULL) {
		drop(file);
		return false;
	}
	TAILQ_INSERT_HEAD(&known, file, entry);
	return true;
}

void
files_remember(void)
{
	files_forget();
	mode = REMEMBERING;
}

void
files_forget(void)
{
	struct file *file;

	while ((file = TAILQ_FIRST(&known)) != NULL) {
		TAILQ_REMOVE(&known, file, entry);
		drop(file);
	}
	mode = FROM_DISK;
}

/* --- reading -------------------------------------------------------------- */

static char *
read_disk(const char *path, size_t *len, struct errmsg *err)
{
	FILE *in = fopen(path, "re");
	char *bytes = malloc(FILES_MOST + 1), *fitting;

	(void)errmsg_set(err, "%s", strerror(errno));
	if (in == NULL || bytes == NULL)
		goto fail;
	errno = 0;
	*len = fread(bytes, 1, FILES_MOST + 1, in);
	(void)errmsg_set(err, "%s", strerror(errno));
	if (ferror(in) != 0)
		goto fail;
	(void)errmsg_set(err, "longer than %d MiB", FILES_MOST >> 20);
	if (*len > FILES_MOST)
		goto fail;
	(void)fclose(in);
	bytes[*len] = '\0';
	fitting = realloc(bytes, *len + 1);
	return fitting == NULL ? bytes : fitting;

fail:
	if (in != NULL)
		(void)fclose(in);
	free(bytes);
	return NULL;
}

static char *
read_memory(const char *path, size_t *len, struct errmsg *err)
{
	const struct file *file = find(path);
	char *bytes;

	(void)errmsg_set(err, "it was not handed over");
	if (file == NULL)
		return NULL;
	*len = file->len;
	bytes = copy_of(file->bytes, file->len);
	if (bytes == NULL)
		(void)errmsg_nomem(err);
	return bytes;
}

char *
files_read(const char *path, size_t *len, struct errmsg *err)
{
	char *bytes;

	if (mode == FROM_MEMORY)
		return read_memory(path, len, err);
	bytes = read_disk(path, len, err);
	if (bytes == NULL || mode == FROM_DISK ||
	    keep(path, strlen(path), bytes, *len))
		return bytes;
	free(bytes);
	(void)errmsg_nomem(err);
	return NULL;
}

/* --- handing over: each is two lengths, a path, bytes --------------------- */

static size_t
packed_size(const char *path, size_t len)
{
	return 2 * sizeof(uint32_t) + strlen(path) + len;
}

static char *
pack(char *to, const char *path, const char *bytes, size_t len)
{
	uint32_t lengths[2] = {(uint32_t)strlen(path), (uint32_t)len};

	memcpy(to, lengths, sizeof(lengths));
	to += sizeof(lengths);
	memcpy(to, path, lengths[0]);
	to += lengths[0];
	memcpy(to, bytes, len);
	return to + len;
}

char *
files_pack(const char *text, size_t *len)
{
	size_t text_len = strlen(text), size = packed_size("", text_len);
	const struct file *file;
	char *packed, *to;

	TAILQ_FOREACH(file, &known, entry)
	{
		size += packed_size(file->path, file->len);
	}
	packed = malloc(size);
	if (packed == NULL)
		return NULL;
	to = pack(packed, "", text, text_len);
	/* The last one read of a path is the one that is found. */
	TAILQ_FOREACH_REVERSE(file, &known, file_list, entry)
	{
		to = pack(to, file->path, file->bytes, file->len);
	}
	*len = size;
	return packed;
}

bool
files_unpack(const char *bytes, size_t len, struct errmsg *err)
{
	uint32_t lengths[2];

	files_forget();
	mode = FROM_MEMORY;
	while (len > 0) {
		if (len < sizeof(lengths))
			return errmsg_set(err, "what was handed over is torn");
		memcpy(lengths, bytes, sizeof(lengths));
		bytes += sizeof(lengths);
		len -= sizeof(lengths);
		if (lengths[0] > len || lengths[1] > len - lengths[0])
			return errmsg_set(err, "what was handed over is torn");
		if (!keep(bytes, lengths[0], bytes + lengths[0], lengths[1]))
			return errmsg_nomem(err);
		bytes += lengths[0] + lengths[1];
		len -= lengths[0] + lengths[1];
	}
	return true;
}
