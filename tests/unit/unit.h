/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit -- what the unit tests share: spans of literals, files of lines, base64,
 * a folder of one's own.  Include it after <cmocka.h>.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/head.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The span of a string; NULL is an absent field. */
static inline struct span
span_of(const char *text)
{
	return (struct span){text, text == NULL ? 0 : strlen(text)};
}

static inline int
base64_value(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? -1 : (int)(at - letters);
}

/* Decode standard base64 into a new buffer; a NUL stands behind it. */
static inline char *
base64_decode(const char *text, size_t *len)
{
	char *bytes = malloc(strlen(text) + 1);
	unsigned bits = 0, n = 0;

	assert_non_null(bytes);
	*len = 0;
	for (; *text != '\0' && *text != '='; text++) {
		assert_true(base64_value(*text) >= 0);
		bits = (bits << 6 | (unsigned)base64_value(*text)) & 0xffffff;
		n += 6;
		if (n >= 8) {
			n -= 8;
			bytes[(*len)++] = (char)(bits >> n & 0xff);
		}
	}
	bytes[*len] = '\0';
	return bytes;
}

/* Call fn for every line of a file below the source; returns how many. */
typedef void line_fn(char *line, void *arg);

static inline size_t
each_line(const char *name, line_fn *fn, void *arg)
{
	char path[4096], *line = NULL;
	size_t size = 0, n = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", SOURCE_DIR, name);
	file = fopen(path, "re");
	assert_non_null(file);
	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		fn(line, arg);
		n++;
	}
	free(line);
	(void)fclose(file);
	return n;
}

/* Take the next field of a line of tabs. */
static inline char *
next_column(char **line)
{
	static char none[1];
	char *column = strsep(line, "\t");

	return column == NULL ? none : column;
}

/* The JSON value of a literal; the test ends if it is none. */
static inline json_t *
json_of(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

static inline void
assert_json(const json_t *is, const char *want)
{
	json_t *value = json_of(want);
	char *text = json_dumps(is, JSON_ENCODE_ANY | JSON_SORT_KEYS);

	if (!json_equal(is, value))
		fail_msg("want %s, is %s", want, text == NULL ? "" : text);
	free(text);
	json_decref(value);
}

/* Make a new folder below TMPDIR; the caller empties it with remove_files(). */
static inline void
make_folder(char *path, size_t size)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(path, size, "%s/sockwarden-test-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	assert_non_null(mkdtemp(path));
}

static inline void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

#endif
