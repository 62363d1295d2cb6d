/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/callers.h"
#include "net/shared.h"
#include "unit/unit.h"

static struct caller *
join(struct callers *callers, const char *identity)
{
	json_t *json = json_loads(identity, 0, NULL);
	struct caller *caller = callers_join(callers, json);

	assert_non_null(json);
	assert_non_null(caller);
	json_decref(json);
	return caller;
}

static void
test_name(void **state)
{
	static const struct {
		const char *identity, *name;
	} rows[] = {
	    {"{\"uid\": 1000, \"gid\": 1, \"pid\": 7}", "uid 1000"},
	    {"{\"address\": \"10.0.0.7\", \"port\": 4}", "address 10.0.0.7"},
	    {"{\"address\": \"10.0.0.7\", \"certificate\": {\"sha256\": "
	     "\"0123456789abcdef0123456789abcdef0123\"}}",
		"certificate 0123456789abcdef0123456789abcdef"},
	};
	struct shared *shared = shared_new();
	struct callers callers;
	struct caller *caller;

	(void)state;
	assert_non_null(shared);
	callers_init(&callers, shared, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		caller = join(&callers, rows[i].identity);
		assert_string_equal(caller_name(caller), rows[i].name);
		callers_leave(&callers, caller);
	}
	assert_string_equal(caller_name(NULL), "newcomer");
	shared_free(shared);
}

/* Connections of one caller are counted together, whatever else differs, and
 * with those that he has with other workers. */
static void
test_count(void **state)
{
	struct shared *shared = shared_new();
	struct callers here, there;
	struct caller *ada, *bob, *far;

	(void)state;
	assert_non_null(shared);
	callers_init(&here, shared, 0);
	callers_init(&there, shared, 1);
	ada = join(&here, "{\"uid\": 1, \"pid\": 10}");
	bob = join(&here, "{\"uid\": 2, \"pid\": 11}");
	assert_ptr_equal(join(&here, "{\"uid\": 1, \"pid\": 12}"), ada);
	assert_ptr_not_equal(ada, bob);
	assert_int_equal(callers_count(&here, ada), 2);
	/* By chance he shares a counter with the other. */
	callers_leave(&here, bob);
	far = join(&there, "{\"uid\": 1, \"pid\": 13}");
	assert_int_equal(callers_count(&here, ada), 3);
	assert_int_equal(callers_count(&there, far), 3);
	callers_leave(&here, ada);
	assert_int_equal(callers_count(&there, far), 2);
	callers_leave(&here, ada);
	assert_int_equal(callers_count(&there, far), 1);
	assert_true(TAILQ_EMPTY(&here.list));
	callers_leave(&there, far);
	callers_leave(&there, NULL);
	assert_true(TAILQ_EMPTY(&there.list));
	shared_free(shared);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
