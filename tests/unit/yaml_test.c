/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/yaml.h"
#include "unit/unit.h"

static const struct {
	const char *text;
	const char *want; /* NULL: refused, at this place */
	int line, column;
} rows[] = {
    {"a: 1\n", "{\"a\":1}", 0, 0},
    {"{\"a\": [1, true, null, \"x\"]}", "{\"a\":[1,true,null,\"x\"]}", 0, 0},
    {"a:\n  b: [x, 'y', \"z\"]\n  c: |\n    text\n",
	"{\"a\":{\"b\":[\"x\",\"y\",\"z\"],\"c\":\"text\\n\"}}", 0, 0},
    /* Quoted is a string; plain is the core schema, no more. */
    {"a: '1'\nb: \"true\"\nc: ''\n", "{\"a\":\"1\",\"b\":\"true\",\"c\":\"\"}",
	0, 0},
    {"a: yes\nb: no\nc: on\nd: Off\ne: True\n",
	"{\"a\":\"yes\",\"b\":\"no\",\"c\":\"on\",\"d\":\"Off\","
	"\"e\":\"True\"}",
	0, 0},
    {"a: 0660\nb: 0x10\nc: 1_000\nd: 1e3\ne: +1\nf: 1.5\n",
	"{\"a\":\"0660\",\"b\":\"0x10\",\"c\":\"1_000\",\"d\":\"1e3\","
	"\"e\":\"+1\",\"f\":\"1.5\"}",
	0, 0},
    {"a: -5\nb: 0\nc: ~\nd:\n", "{\"a\":-5,\"b\":0,\"c\":null,\"d\":null}", 0,
	0},
    {"a: 99999999999999999999\n", "{\"a\":\"99999999999999999999\"}", 0, 0},
    {"a: 12:30\nb: 2026-01-01\n", "{\"a\":\"12:30\",\"b\":\"2026-01-01\"}", 0,
	0},
    {"--- # comment\na: 1 # comment\n...\n", "{\"a\":1}", 0, 0},
    /* Refused. */
    {"", NULL, 1, 1},
    {"# nothing\n", NULL, 2, 1},
    {"a: 1\nb: 2\na: 3\n", NULL, 3, 1},
    {"a: {b: 1, b: 2}\n", NULL, 1, 11},
    {"a: &x 1\n", NULL, 1, 4},
    {"a: *x\n", NULL, 1, 4},
    {"a: &x {b: 1}\nc: *x\n", NULL, 1, 4},
    {"a: !!str 1\n", NULL, 1, 4},
    {"a: !evil x\n", NULL, 1, 4},
    {"<<: {a: 1}\n", NULL, 1, 1},
    {"[a]: 1\n", NULL, 1, 1},
    {"? {a: 1}\n: 2\n", NULL, 1, 3},
    {"a: 1\n---\nb: 2\n", NULL, 2, 1},
    {"a: [1\n", NULL, 1, 4},
    {"a: b: c\n", NULL, 1, 5},
    {"a: 1\n\tb: 2\n", NULL, 2, 1},
    {"a: \"\\u0000\"\n", NULL, 1, 4},
    {"a: \xff\n", NULL, 1, 1},
};

static void
test_rows(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct yaml yaml;
		struct place place;
		struct errmsg err;
		bool read = yaml_read(
		    rows[i].text, strlen(rows[i].text), &yaml, &place, &err);

		if (read != (rows[i].want != NULL)) {
			print_error("%s: %s\n", rows[i].text,
			    read ? "accepted" : err.text);
			failed++;
		} else if (read) {
			assert_json(yaml.tree, rows[i].want);
		} else if (place.line != rows[i].line ||
		    (place.column != rows[i].column && rows[i].column != 1)) {
			print_error("%s: %d:%d %s\n", rows[i].text, place.line,
			    place.column, err.text);
			failed++;
		}
		if (read)
			yaml_done(&yaml);
	}
	assert_int_equal(failed, 0);
}

static void
test_deep(void **state)
{
	char text[256];
	struct yaml yaml;
	struct place place;
	struct errmsg err;

	(void)state;
	memset(text, '[', 100);
	memset(text + 100, ']', 100);
	assert_false(yaml_read(text, 200, &yaml, &place, &err));
	assert_non_null(strstr(err.text, "deep"));
}

static void
test_places(void **state)
{
	static const char text[] = "upstream: x\n"
				   "listeners:\n"
				   "  - name: a\n"
				   "    tls: {key: k}\n"
				   "  - name: b\n";
	static const struct {
		const char *path;
		int line, column;
	} places[] = {
	    {"upstream", 1, 1},
	    {"listeners", 2, 1},
	    {"listeners[0]", 3, 5},
	    {"listeners[0].tls", 4, 5},
	    {"listeners[0].tls.key", 4, 11},
	    {"listeners[1].name", 5, 5},
	    /* Of what is absent, what would hold it. */
	    {"listeners[1].tls.key", 5, 5},
	    {"listeners[0].tls.certificate", 4, 5},
	    {"nothing", 1, 1},
	    {"", 1, 1},
	};
	struct yaml yaml;
	struct place place;
	struct errmsg err;

	(void)state;
	assert_true(yaml_read(text, sizeof(text) - 1, &yaml, &place, &err));
	for (size_t i = 0; i < COUNT(places); i++) {
		place = yaml_place(&yaml, places[i].path);
		if (place.line != places[i].line ||
		    place.column != places[i].column)
			fail_msg("%s: %d:%d", places[i].path, place.line,
			    place.column);
	}
	yaml_done(&yaml);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_deep),
	    cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
