/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that were cut or never were text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "errmsg.h"
#include "unit/unit.h"

static void
test_tidy(void **state)
{
	static const struct {
		const char *text, *tidy;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a\nb\x7f\x01", "a?b??"},
	    {"\xc3\xa9", "\xc3\xa9"},
	    {"\xe2\x82\xac \xf0\x9f\x90\xb3", "\xe2\x82\xac \xf0\x9f\x90\xb3"},
	    {"cut \xc3", "cut ?"},
	    {"cut \xe2\x82", "cut ??"},
	    {"cut \xf0\x9f\x90", "cut ???"},
	    {"\xff\xfe\x80", "???"},
	    {"overlong \xc0\xaf \xe0\x80\xaf", "overlong ?? ???"},
	    {"surrogate \xed\xa0\x80", "surrogate ???"},
	    {"beyond \xf4\x90\x80\x80", "beyond ????"},
	    {"\xc3(", "?("},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[64];
		json_t *string;

		(void)snprintf(text, sizeof(text), "%s", rows[i].text);
		utf8_tidy(text);
		assert_string_equal(text, rows[i].tidy);
		string = json_string(text);
		assert_non_null(string);
		json_decref(string);
	}
}

/* Wherever a message is cut, it can be said. */
static void
test_cut(void **state)
{
	char long_text[1200] = "";
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i + 4 < sizeof(long_text); i += 3)
		(void)memcpy(long_text + i, "\xe2\x82\xac", 4);
	for (int before = 0; before < 3; before++) {
		json_t *string;

		(void)errmsg_set(&err, "%.*s%s", before, "xx", long_text);
		(void)errmsg_prefix(&err, "%.*s", 600, long_text);
		string = json_string(err.text);
		assert_non_null(string);
		json_decref(string);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tidy),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
