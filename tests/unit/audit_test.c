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

/* Who waits for a line, and what was heard of it. */
struct waiter {
	struct audit_wait wait;
	char heard; /* 'y', 'n' or 0 */
};

static void
on_written(void *arg, bool written)
{
	struct waiter *waiter = arg;

	assert_int_equal(waiter->heard, 0);
	waiter->heard = written ? 'y' : 'n';
}

/* As a call that waits for it. */
static bool
put_record(struct audit *audit, const char *text, struct errmsg *err)
{
	json_auto_t *record = json_of(text);
	struct waiter waiter = {0};
	bool flushed;

	buffer_json(audit_begin(audit), record);
	assert_true(audit_end(audit, &waiter.wait, on_written, &waiter, err));
	flushed = audit_flush(audit, err);
	assert_int_equal(waiter.heard, flushed ? 'y' : 'n');
	return flushed;
}

static void
write_record(struct audit *audit, const char *text)
{
	struct errmsg err;

	if (!put_record(audit, text, &err))
		fail_msg("%s", err.text);
}

static void
test_lines(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct stat st;
	mode_t old = umask(0);
	struct audit *audit = audit_open(place->path, false, &err);

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
	audit = audit_open(place->path, false, &err);
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
	audit = audit_open(place->path, false, &err);
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
	struct audit *audit = audit_open(place->path, false, &err);

	assert_non_null(audit);
	write_record(audit, "{\"a\":1}");
	assert_int_equal(rename(place->path, place->rotated), 0);
	write_record(audit, "{\"b\":1}");
	assert_true(audit_reopen(audit, &err));
	write_record(audit, "{\"c\":1}");
	assert_file(place->rotated, "{\"a\":1}\n{\"b\":1}\n");
	assert_file(place->path, "{\"c\":1}\n");
	/* Where it cannot be opened again, the old one stays. */
	assert_int_equal(rename(place->path, place->rotated), 0);
	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_false(audit_reopen(audit, &err));
	write_record(audit, "{\"d\":1}");
	assert_int_equal(rmdir(place->path), 0);
	audit_close(audit);
}

/* What nobody finds is no record: the file is made anew, or none is written. */
static void
test_removed(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);

	assert_non_null(audit);
	write_record(audit, "{\"a\":1}");
	assert_int_equal(unlink(place->path), 0);
	write_record(audit, "{\"b\":1}");
	assert_file(place->path, "{\"b\":1}\n");
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_false(put_record(audit, "{\"c\":1}", &err));
	assert_non_null(strstr(err.text, place->path));
	assert_int_equal(rmdir(place->path), 0);
	assert_true(put_record(audit, "{\"c\":1}", &err));
	assert_file(place->path, "{\"c\":1}\n");
	audit_close(audit);
}

static void
count_loss(void *arg)
{
	++*(int *)arg;
}

/* Who may not open files asks for one, and writes none until it is there. */
static void
test_lost(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err), *other;
	int losses = 0;

	assert_non_null(audit);
	audit_on_lost(audit, count_loss, &losses);
	assert_int_equal(unlink(place->path), 0);
	assert_false(put_record(audit, "{\"a\":1}", &err));
	assert_string_equal(err.text, "the audit log was removed");
	assert_int_equal(losses, 1);
	other = audit_open(place->path, false, &err);
	assert_non_null(other);
	audit_take_fd(audit, dup(audit_fd(other)));
	write_record(audit, "{\"b\":1}");
	assert_file(place->path, "{\"b\":1}\n");
	assert_int_equal(losses, 1);
	audit_close(other);
	audit_close(audit);
}

static void
test_link(void **state)
{
	const struct place *place = *state;
	struct errmsg err;

	write_file(place->rotated, "");
	assert_int_equal(symlink(place->rotated, place->path), 0);
	assert_null(audit_open(place->path, false, &err));
	assert_non_null(strstr(err.text, place->path));
}

static void
put_line(struct audit *audit, const char *text, struct waiter *waiter)
{
	struct errmsg err;

	buffer_text(audit_begin(audit), text);
	assert_true(audit_end(audit, &waiter->wait, on_written, waiter, &err));
	assert_int_equal(waiter->heard, 0);
}

static void
on_pending(void *arg)
{
	++*(int *)arg;
}

/* Lines of a turn are written together, and who waits is told after; who has
 * gone is not, but his line is there. */
static void
test_batch(void **state)
{
	const struct place *place = *state;
	struct waiter waiters[3] = {0};
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);
	int pending = 0;

	assert_non_null(audit);
	audit_on_pending(audit, on_pending, &pending);
	put_line(audit, "one", &waiters[0]);
	put_line(audit, "two", &waiters[1]);
	put_line(audit, "three", &waiters[2]);
	assert_int_equal(pending, 1);
	assert_file(place->path, "");
	audit_forget(audit, &waiters[1].wait);
	assert_true(audit_flush(audit, &err));
	assert_file(place->path, "one\ntwo\nthree\n");
	assert_int_equal(waiters[0].heard, 'y');
	assert_int_equal(waiters[1].heard, 0);
	assert_int_equal(waiters[2].heard, 'y');
	put_line(audit, "four", &waiters[1]);
	assert_int_equal(pending, 2);
	audit_close(audit);
	assert_file(place->path, "one\ntwo\nthree\nfour\n");
}

/* Of a batch that was written in part, each hears of his own line. */
static void
test_part_of_batch(void **state)
{
	const struct place *place = *state;
	struct waiter waiters[3] = {0};
	struct rlimit was, small;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);

	assert_non_null(audit);
	put_line(audit, "one", &waiters[0]);
	put_line(audit, "two", &waiters[1]);
	put_line(audit, "three", &waiters[2]);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	small = was;
	small.rlim_cur = 6;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(audit_flush(audit, &err));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(waiters[0].heard, 'y');
	assert_int_equal(waiters[1].heard, 'n');
	assert_int_equal(waiters[2].heard, 'n');
	write_record(audit, "{\"a\":1}");
	audit_close(audit);
	assert_file(place->path, "one\ntw\n{\"a\":1}\n");
}

/* More than is kept for one turn: written before its end, but told at it. */
static void
test_large_batch(void **state)
{
	const struct place *place = *state;
	static char line[200 * 1024];
	struct waiter waiters[3] = {0};
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);
	struct stat st;

	assert_non_null(audit);
	memset(line, 'x', sizeof(line) - 1);
	for (int i = 0; i < 3; i++)
		put_line(audit, line, &waiters[i]);
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_size, 2 * sizeof(line));
	audit_forget(audit, &waiters[0].wait);
	assert_true(audit_flush(audit, &err));
	assert_int_equal(waiters[0].heard, 0);
	assert_int_equal(waiters[1].heard, 'y');
	assert_int_equal(waiters[2].heard, 'y');
	audit_close(audit);
}

static void
test_full(void **state)
{
	struct errmsg err;
	struct audit *audit = audit_open("/dev/full", false, &err);

	(void)state;
	assert_non_null(audit);
	assert_false(put_record(audit, "{\"a\":1}", &err));
	assert_non_null(strstr(err.text, "No space left"));
	audit_close(audit);
}

/* A file that takes only a part of a record: that one has failed, and the next
 * begins a line of its own. */
static void
test_short_write(void **state)
{
	const struct place *place = *state;
	struct rlimit was, small;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);
	static const char record[] = "{\"a\":\"0123456789\"}";

	assert_non_null(audit);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	small = was;
	small.rlim_cur = 5;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(put_record(audit, record, &err));
	assert_false(put_record(audit, record, &err));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(put_record(audit, record, &err));
	assert_true(put_record(audit, record, &err));
	audit_close(audit);
	assert_file(place->path,
	    "{\"a\":\n{\"a\":\"0123456789\"}\n{\"a\":\"0123456789\"}\n");
}

/* What one process tears, another one mends: once, and not in another file. */
static void
test_torn_by_another(void **state)
{
	const struct place *place = *state;
	struct audit_tears tears = {0};
	struct rlimit was, small;
	struct errmsg err;
	struct audit *audits[2];

	for (int i = 0; i < 2; i++) {
		audits[i] = audit_open(place->path, false, &err);
		assert_non_null(audits[i]);
		audit_share_tears(audits[i], &tears);
	}
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		small = was;
		small.rlim_cur = i == 0 ? 5 : 20;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		assert_false(
		    put_record(audits[i], "{\"a\":\"0123456\"}", &err));
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	}
	write_record(audits[0], "{\"b\":1}");
	write_record(audits[1], "{\"c\":1}");
	assert_file(
	    place->path, "{\"a\":\n{\"a\":\"0123456\"\n{\"b\":1}\n{\"c\":1}\n");
	tears.made++;
	assert_int_equal(rename(place->path, place->rotated), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(audit_reopen(audits[i], &err));
		write_record(audits[i], "{\"d\":1}");
		audit_close(audits[i]);
	}
	assert_file(place->path, "{\"d\":1}\n{\"d\":1}\n");
}

/* Who was killed within a line leaves it so. */
static void
test_look(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct audit *audit = audit_open(place->path, false, &err);

	assert_non_null(audit);
	write_file(place->path, "{\"torn");
	audit_look(audit);
	write_record(audit, "{\"a\":1}");
	audit_look(audit);
	write_record(audit, "{\"b\":1}");
	audit_close(audit);
	assert_file(place->path, "{\"torn\n{\"a\":1}\n{\"b\":1}\n");
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
	    cmocka_unit_test_setup_teardown(test_removed, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_link, setup, teardown),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test_setup_teardown(test_batch, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_part_of_batch, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_large_batch, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_short_write, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_torn_by_another, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_look, setup, teardown),
	    cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
