/* SPDX-License-Identifier: Apache-2.0 */
/* How much of what strangers bring about is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log.h"
#include "unit/unit.h"

/* How many of n are said in that second; *kept_back: as the first one heard. */
static unsigned
said(struct log_ration *ration, long long second, int n, unsigned *kept_back)
{
	unsigned count = 0, since;

	for (int i = 0; i < n; i++) {
		if (!log_ration_take(ration, second, &since))
			continue;
		if (count++ == 0)
			*kept_back = since;
		else
			assert_int_equal(since, 0);
	}
	return count;
}

static void
test_ration(void **state)
{
	struct log_ration ration = {0};
	unsigned kept_back = 7;

	(void)state;
	assert_int_equal(said(&ration, 5, 3, &kept_back), 3);
	assert_int_equal(kept_back, 0);
	assert_int_equal(said(&ration, 5, 1000, &kept_back), LOG_RATION - 3);
	assert_int_equal(said(&ration, 6, 1, &kept_back), 1);
	assert_int_equal(kept_back, 1000 - (LOG_RATION - 3));
	assert_int_equal(said(&ration, 7, 1, &kept_back), 1);
	assert_int_equal(kept_back, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
