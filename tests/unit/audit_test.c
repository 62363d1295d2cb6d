/* SPDX-License-Identifier: Apache-2.0 */
/* One record, one line, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "audit.h"
#include "unit/unit.h"

struct place {
	char folder[256], path[300], rotated[300];
};

static int
setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (place == NULL)
		return -1;
	make_folder(place->folder, sizeof(place->folder));
	(void)snprintf(
	    place->path, sizeof(place->path), "%s/audit", place->folder);
	(void)snprintf(place->rotated, sizeof(place->rotated), "%s/audit.1",
	    place->folder);
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;

	(void)unlink(place->path);
	(void)unlink(place->rotated);
	(void)rmdir(place->folder);
	free(place);
	return 0;
}

static void
assert_file(const char *path, const char *want)
{
	char text[8192];
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	assert_string_equal(text, want);
}

static void
write_record(struct audit *audit, const char *text)
{
	json_t *record = json_of(text);
	struct errmsg err;

	if (!audit_write(audit, record, &err))
		fail_msg("%s", err.text);
	json_decref(record);
}

static void
test_lines(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct stat st;
	mode_t old = umask(0);
	struct audit *audit = audit_open(place->path, &err);

	(void)umask(old);
	assert_non_null(audit);
	write_record(audit, "{\"a\":1}");
	/* Nothing of a client's breaks a line, or a terminal. */
	write_record(audit, "{\"b\":\"x\\ny\\r\\u001b[31m\\u00e9\\u2028\"}");
	audit_close(audit);
	assert_file(place->path,
	    "{\"a\":1}\n"
	    "{\"b\":\"x\\ny\\r\\u001B[31m\\u00E9\\u2028\"}\n");
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void
test_append(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit;

	write_file(place->path, "{\"old\":1}\n");
	audit = audit_open(place->path, &err);
	assert_non_null(audit);
	write_record(audit, "{\"a\":1}");
	audit_close(audit);
	assert_file(place->path, "{\"old\":1}\n{\"a\":1}\n");
}

/* A line that a crash cut short does not swallow the next one. */
static void
test_torn(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit;

	write_file(place->path, "{\"a\":1}\n{\"torn");
	audit = audit_open(place->path, &err);
	assert_non_null(audit);
	write_record(audit, "{\"b\":1}");
	write_record(audit, "{\"c\":1}");
	audit_close(audit);
	assert_file(place->path, "{\"a\":1}\n{\"torn\n{\"b\":1}\n{\"c\":1}\n");
}

static void
test_reopen(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, &err);

	assert_non_null(audit);
	write_record(audit, "{\"a\":1}");
	assert_int_equal(rename(place->path, place->rotated), 0);
	write_record(audit, "{\"b\":1}");
	assert_true(audit_reopen(audit, &err));
	write_record(audit, "{\"c\":1}");
	assert_file(place->rotated, "{\"a\":1}\n{\"b\":1}\n");
	assert_file(place->path, "{\"c\":1}\n");
	/* Where it cannot be opened again, the old one stays. */
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_false(audit_reopen(audit, &err));
	write_record(audit, "{\"d\":1}");
	assert_int_equal(rmdir(place->path), 0);
	audit_close(audit);
}

static void
test_link(void **state)
{
	const struct place *place = *state;
	struct errmsg err;

	write_file(place->rotated, "");
	assert_int_equal(symlink(place->rotated, place->path), 0);
	assert_null(audit_open(place->path, &err));
	assert_non_null(strstr(err.text, place->path));
}

static void
test_full(void **state)
{
	struct errmsg err;
	struct audit *audit = audit_open("/dev/full", &err);
	json_t *record = json_of("{\"a\":1}");

	(void)state;
	assert_non_null(audit);
	assert_false(audit_write(audit, record, &err));
	assert_non_null(strstr(err.text, "No space left"));
	audit_close(audit);
	json_decref(record);
}

/* A file that takes only a part of a record: that one has failed, and the next
 * begins a line of its own. */
static void
test_short_write(void **state)
{
	const struct place *place = *state;
	struct rlimit was, small;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, &err);
	json_t *record = json_of("{\"a\":\"0123456789\"}");

	assert_non_null(audit);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	small = was;
	small.rlim_cur = 5;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(audit_write(audit, record, &err));
	assert_false(audit_write(audit, record, &err));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(audit_write(audit, record, &err));
	assert_true(audit_write(audit, record, &err));
	audit_close(audit);
	json_decref(record);
	assert_file(place->path,
	    "{\"a\":\n{\"a\":\"0123456789\"}\n{\"a\":\"0123456789\"}\n");
}

static void
test_ids(void **state)
{
	char a[AUDIT_ID_SIZE], b[AUDIT_ID_SIZE], now[AUDIT_TIME_SIZE];

	(void)state;
	audit_id(a);
	audit_id(b);
	assert_int_equal(strlen(a), AUDIT_ID_SIZE - 1);
	assert_int_equal(strspn(a, "0123456789abcdef"), AUDIT_ID_SIZE - 1);
	assert_string_not_equal(a, b);
	audit_time(now);
	assert_int_equal(strlen(now), strlen("2026-01-01T00:00:00.000Z"));
	assert_true(now[10] == 'T' && now[19] == '.' && now[23] == 'Z');
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_append, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_reopen, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_link, setup, teardown),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test_setup_teardown(test_short_write, setup, teardown),
	    cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
