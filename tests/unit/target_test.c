/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/target.h"
#include "unit/unit.h"

static const struct {
	const char *raw;
	int minor;
	const char *path; /* NULL: refused */
	const char *query;
} rows[] = {
    {"/_ping", 0, "/_ping", NULL},
    {"/_ping?", 0, "/_ping", ""},
    {"/v1.41/containers/json?all=1", 41, "/containers/json", "all=1"},
    {"/a?b?c", 0, "/a", "b?c"},
    {"/a?x=%2F..%2f", 0, "/a", "x=%2F..%2f"},
    {"/v1.24/info", 24, "/info", NULL},
    {"/v1.56/info", 56, "/info", NULL},
    {"/", 0, "/", NULL},
    {"/networks/", 0, "/networks/", NULL},
    /* One decoding, and one only. */
    {"/%63ontainers/json", 0, "/containers/json", NULL},
    {"/containers/%6A%73on", 0, "/containers/json", NULL},
    {"/v1%2e41/containers/json", 41, "/containers/json", NULL},
    {"/a%2541", 0, NULL, NULL},
    {"/a%252f", 0, NULL, NULL},
    {"/images/a%2Fb:c/json", 0, "/images/a/b:c/json", NULL},
    {"/images/a%2fb/json", 0, "/images/a/b/json", NULL},
    {"/plugins/a%2Fb/json", 0, "/plugins/a/b/json", NULL},
    {"/distribution/a%2Fb/json", 0, "/distribution/a/b/json", NULL},
    {"/v1.41/images/a%2Fb/json", 41, "/images/a/b/json", NULL},
    /* An escaped slash elsewhere. */
    {"/containers%2Fjson", 0, NULL, NULL},
    {"/containers/x%2fkill/start", 0, NULL, NULL},
    {"/images%2Fcreate", 0, NULL, NULL},
    {"%2fimages/x", 0, NULL, NULL},
    {"/images/..%2f..%2fcontainers/json", 0, NULL, NULL},
    {"/images/%2Fx/json", 0, NULL, NULL},
    /* Not clean. */
    {"//x", 0, NULL, NULL},
    {"/x//y", 0, NULL, NULL},
    {"/x//", 0, NULL, NULL},
    {"/./x", 0, NULL, NULL},
    {"/x/.", 0, NULL, NULL},
    {"/x/..", 0, NULL, NULL},
    {"/../x", 0, NULL, NULL},
    {"/x/%2e%2e/y", 0, NULL, NULL},
    {"/x/%2E/y", 0, NULL, NULL},
    {"/x/.%2e", 0, NULL, NULL},
    {"/x/.../y", 0, "/x/.../y", NULL},
    {"/x/..y", 0, "/x/..y", NULL},
    /* Escapes that are none, or of what no name holds. */
    {"/x%", 0, NULL, NULL},
    {"/x%2", 0, NULL, NULL},
    {"/x%zz", 0, NULL, NULL},
    {"/x%-1", 0, NULL, NULL},
    {"/x%00", 0, NULL, NULL},
    {"/x%0a", 0, NULL, NULL},
    {"/x%0D", 0, NULL, NULL},
    {"/x%20y", 0, NULL, NULL},
    {"/x%7f", 0, NULL, NULL},
    {"/x%80", 0, NULL, NULL},
    {"/x%c3%a9", 0, NULL, NULL},
    {"/x%23y", 0, NULL, NULL},
    {"/x%3fy", 0, NULL, NULL},
    {"/x%3By", 0, NULL, NULL},
    {"/x;y", 0, NULL, NULL},
    {"/x%5cy", 0, NULL, NULL},
    {"/x%25", 0, NULL, NULL},
    /* Versions. */
    {"/v1.23/info", 0, NULL, NULL},
    {"/v1.12/info", 0, NULL, NULL},
    {"/v1.57/info", 0, NULL, NULL},
    {"/v1.999/info", 0, NULL, NULL},
    {"/v1.041/info", 0, NULL, NULL},
    {"/v01.41/info", 0, NULL, NULL},
    {"/v1.41.0/info", 0, NULL, NULL},
    {"/v1.41./info", 0, NULL, NULL},
    {"/v1./info", 0, NULL, NULL},
    {"/v1/info", 0, NULL, NULL},
    {"/v2.41/info", 0, NULL, NULL},
    {"/v999.0/info", 0, NULL, NULL},
    {"/v1.41", 0, NULL, NULL},
    {"/v1.4294967337/info", 0, NULL, NULL},
    {"/v1.18446744073709551657/info", 0, NULL, NULL},
    {"/v1.+41/info", 0, NULL, NULL},
    {"/v./info", 0, NULL, NULL},
    /* What looks like one and is none is a path, that no call has. */
    {"/V1.41/info", 0, "/V1.41/info", NULL},
    {"/v/info", 0, "/v/info", NULL},
    {"/v1.41/v1.41/info", 41, "/v1.41/info", NULL},
    {"/version", 0, "/version", NULL},
    {"/volumes", 0, "/volumes", NULL},
};

static void
test_rows(void **state)
{
	struct target target;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = 0;
		bool read = target_read(
		    span_of(rows[i].raw), &target, &status, &err);

		if (read != (rows[i].path != NULL))
			fail_msg("%s: %s", rows[i].raw,
			    read ? target.path : err.text);
		if (!read) {
			assert_int_equal(status, 400);
			continue;
		}
		assert_string_equal(target.path, rows[i].path);
		assert_int_equal(target.minor, rows[i].minor);
		if (rows[i].query == NULL) {
			assert_null(target.query.at);
			continue;
		}
		assert_int_equal(target.query.len, strlen(rows[i].query));
		assert_memory_equal(
		    target.query.at, rows[i].query, target.query.len);
	}
}

/* Who asks for a version that there is not is told which there are. */
static void
test_version_told(void **state)
{
	struct target target;
	struct errmsg err;
	int status;

	(void)state;
	assert_false(
	    target_read(span_of("/v9.99/info"), &target, &status, &err));
	assert_string_equal(
	    err.text, "want an API version: v1.24 to v1.56 are known");
}

/* The span is the bound; no terminator stands behind it. */
static void
test_bounds(void **state)
{
	char raw[TARGET_PATH_MAX + 2];
	struct target target;
	struct errmsg err;
	int status;

	(void)state;
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	assert_true(target_read(
	    (struct span){raw, TARGET_PATH_MAX - 1}, &target, &status, &err));
	assert_int_equal(strlen(target.path), TARGET_PATH_MAX - 1);
	assert_false(target_read(
	    (struct span){raw, TARGET_PATH_MAX}, &target, &status, &err));
	memcpy(raw, "/x%41", 5);
	assert_false(
	    target_read((struct span){raw, 4}, &target, &status, &err));
	assert_true(target_read((struct span){raw, 5}, &target, &status, &err));
	assert_string_equal(target.path, "/xA");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_version_told),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
