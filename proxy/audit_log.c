/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "json_read.h"

/* More than any record of ours: a body of limits.body, every byte escaped. */
#define LINE_MAX_BYTES (16 * 1024 * 1024)

struct line {
	char *text;
	size_t len, size;
	bool too_long; /* the rest of it is dropped */
};

/* --- lines ---------------------------------------------------------------- */

static bool
grow(struct line *line)
{
	size_t size = line->size == 0 ? 8192 : line->size * 2;
	char *more = realloc(line->text, size);

	if (more == NULL)
		return false;
	line->text = more;
	line->size = size;
	return true;
}

/* The next line, without its end; *ended if it has one.  False at the end of
 * the file, or if out of memory. */
static bool
next_line(gzFile file, struct line *line, bool *ended)
{
	line->len = 0;
	line->too_long = false;
	*ended = false;
	for (;;) {
		if (line->size - line->len < 2 && !grow(line))
			return false;
		if (gzgets(file, line->text + line->len,
			(int)(line->size - line->len)) == NULL)
			return line->len > 0;
		line->len += strlen(line->text + line->len);
		if (line->len > 0 && line->text[line->len - 1] == '\n') {
			line->text[--line->len] = '\0';
			*ended = true;
			return true;
		}
		if (line->len >= LINE_MAX_BYTES) {
			line->len = 0;
			line->too_long = true;
		}
	}
}

/* --- records -------------------------------------------------------------- */

static bool
is_record(const json_t *tree)
{
	const char *event = json_string_value(json_object_get(tree, "event"));

	return event != NULL &&
	    (strcmp(event, "request") == 0 || strcmp(event, "response") == 0) &&
	    json_is_string(json_object_get(tree, "id"));
}

/* A line that is no JSON but begins like a record was cut short, by the end of
 * the file or by a disk that was full. */
static bool
looks_torn(const struct line *line, bool ended)
{
	return !line->too_long &&
	    (!ended || strncmp(line->text, "{\"event\":", 9) == 0);
}

/* False: enough. */
static bool
take_line(const struct line *line, bool ended, audit_log_fn *on_record,
    void *arg, struct audit_log_counts *counts)
{
	json_auto_t *tree = NULL;
	struct errmsg ignored;

	if (line->len == 0 && !line->too_long)
		return true;
	if (!line->too_long)
		tree = json_read(
		    line->text, line->len, &json_limits_trusted, &ignored);
	if (tree == NULL && looks_torn(line, ended)) {
		counts->torn++;
		return true;
	}
	if (!is_record(tree)) {
		counts->foreign++;
		return true;
	}
	counts->records++;
	return on_record(arg, tree);
}

/* --- files ---------------------------------------------------------------- */

static gzFile
open_file(const char *path, struct errmsg *err)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);
	gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");

	if (file == NULL) {
		(void)errmsg_set(err, "cannot read \"%s\": %s", path,
		    fd < 0 ? strerror(errno) : "out of memory");
		if (fd >= 0)
			(void)close(fd);
	}
	return file;
}

/* Did reading end because all was read?  What is there of damaged data counts.
 * False with the reason if nothing could be read at all. */
static bool
ended_well(const char *path, gzFile file, struct audit_log_counts *counts,
    struct errmsg *err)
{
	int status;

	(void)gzerror(file, &status);
	if (status == Z_ERRNO)
		return errmsg_set(
		    err, "cannot read \"%s\": %s", path, strerror(errno));
	if (status == Z_MEM_ERROR)
		return errmsg_nomem(err);
	if (status != Z_OK && status != Z_STREAM_END)
		counts->broken++;
	return true;
}

bool
audit_log_read(const char *path, audit_log_fn *on_record, void *arg,
    struct audit_log_counts *counts, struct errmsg *err)
{
	gzFile file = open_file(path, err);
	struct line line = {NULL, 0, 0, false};
	bool ended, going = true, sound;

	if (file == NULL)
		return false;
	while (going && next_line(file, &line, &ended))
		going = take_line(&line, ended, on_record, arg, counts);
	sound = !going || ended_well(path, file, counts, err);
	free(line.text);
	(void)gzclose(file);
	return sound;
}
