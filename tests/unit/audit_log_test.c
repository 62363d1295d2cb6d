/* SPDX-License-Identifier: Apache-2.0 */
/* Records are read back from whatever a rotation left, and what is none of them
 * is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <zlib.h>

#include "audit_log.h"
#include "unit/unit.h"

#define ONE "{\"event\":\"request\",\"id\":\"1\",\"call\":\"a\"}\n"
#define TWO "{\"event\":\"response\",\"id\":\"1\",\"status\":200}\n"

/* The ids and events that were seen: "request 1, response 1, ". */
struct seen {
	char text[256];
	size_t enough; /* 0: all of them */
	size_t n;
};

static bool
on_record(void *arg, json_t *record)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->text);

	(void)snprintf(seen->text + len, sizeof(seen->text) - len, "%s %s, ",
	    json_string_value(json_object_get(record, "event")),
	    json_string_value(json_object_get(record, "id")));
	return ++seen->n != seen->enough;
}

static void
read_text(const char *text, struct seen *seen, struct audit_log_counts *counts)
{
	char folder[256], path[300];
	struct errmsg err;

	make_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/audit", folder);
	write_file(path, text);
	memset(counts, 0, sizeof(*counts));
	assert_true(audit_log_read(path, on_record, seen, counts, &err));
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *text, *seen;
		struct audit_log_counts counts;
	} rows[] = {
	    {"", "", {0, 0, 0, 0}},
	    {"\n\n", "", {0, 0, 0, 0}},
	    {ONE TWO, "request 1, response 1, ", {2, 0, 0, 0}},
	    {ONE "{\"event\":\"requ", "request 1, ", {1, 0, 1, 0}},
	    {ONE "{\"event\":\"requ\n" TWO, "request 1, response 1, ",
		{2, 0, 1, 0}},
	    {"Nov 28 host kernel: hello\n" ONE, "request 1, ", {1, 1, 0, 0}},
	    {"{\"event\":\"reload\",\"id\":\"1\"}\n[]\n7\n{}\n", "",
		{0, 4, 0, 0}},
	    {"{\"event\":\"request\",\"event\":\"response\",\"id\":\"1\"}\n",
		"", {0, 0, 1, 0}},
	    {"{\"event\":\"request\"}\n", "", {0, 1, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen seen = {"", 0, 0};
		struct audit_log_counts counts;

		read_text(rows[i].text, &seen, &counts);
		assert_string_equal(seen.text, rows[i].seen);
		assert_memory_equal(&counts, &rows[i].counts, sizeof(counts));
	}
}

static void
test_enough(void **state)
{
	struct seen seen = {"", 1, 0};
	struct audit_log_counts counts;

	(void)state;
	read_text(ONE TWO, &seen, &counts);
	assert_string_equal(seen.text, "request 1, ");
}

/* Longer than any buffer that it begins with. */
static void
test_long_line(void **state)
{
	size_t len = 100000;
	char *text = malloc(len + 200);
	struct seen seen = {"", 0, 0};
	struct audit_log_counts counts;
	int at;

	(void)state;
	at = sprintf(text, "{\"event\":\"request\",\"id\":\"9\",\"x\":\"");
	memset(text + at, 'x', len);
	(void)sprintf(text + at + len, "\"}\n" ONE);
	read_text(text, &seen, &counts);
	assert_string_equal(seen.text, "request 9, request 1, ");
	free(text);
}

static void
test_compressed(void **state)
{
	char folder[256], path[300], whole[4096];
	struct seen seen = {"", 0, 0}, part = {"", 0, 0};
	struct audit_log_counts counts = {0, 0, 0, 0};
	struct errmsg err;
	gzFile file;
	FILE *out;
	size_t len;

	(void)state;
	make_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/audit.gz", folder);
	file = gzopen(path, "wb");
	assert_int_equal(gzputs(file, ONE TWO), strlen(ONE TWO));
	assert_int_equal(gzclose(file), Z_OK);
	assert_true(audit_log_read(path, on_record, &seen, &counts, &err));
	assert_string_equal(seen.text, "request 1, response 1, ");
	assert_int_equal(counts.broken, 0);

	/* Without its end: what is there counts, and it is told. */
	out = fopen(path, "re");
	len = fread(whole, 1, sizeof(whole), out);
	(void)fclose(out);
	assert_int_equal(truncate(path, (off_t)len - 10), 0);
	assert_true(audit_log_read(path, on_record, &part, &counts, &err));
	assert_int_equal(counts.broken, 1);
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
test_unreadable(void **state)
{
	struct audit_log_counts counts = {0, 0, 0, 0};
	struct seen seen = {"", 0, 0};
	struct errmsg err;

	(void)state;
	assert_false(
	    audit_log_read("/nowhere/audit", on_record, &seen, &counts, &err));
	assert_non_null(strstr(err.text, "No such file"));
	assert_false(audit_log_read("/", on_record, &seen, &counts, &err));
	assert_non_null(strstr(err.text, "Is a directory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_enough),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_compressed),
	    cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
