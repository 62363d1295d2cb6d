/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are read as RFC 8259 and jansson read them, or not at all: so where
 * readers differ, and whichever allocation fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json_read.h"
#include "unit/unit.h"

/* --- malloc, for all that is linked in (--wrap) --------------------------- */

static long countdown; /* 0: never fails */
static bool for_good; /* those after it fail, too */
static bool failed;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *
__wrap_malloc(size_t size)
{
	if (countdown == 1 || (countdown > 1 && --countdown == 1)) {
		failed = true;
		if (!for_good)
			countdown = 0;
		return NULL;
	}
	return __real_malloc(size);
}

/* --- documents ------------------------------------------------------------ */

/* first, n times each, last: a text; the caller's. */
static char *
make(const char *first, const char *each, size_t n, const char *last)
{
	FILE *file;
	char *text;
	size_t len;

	file = open_memstream(&text, &len);
	assert_non_null(file);
	(void)fputs(first, file);
	for (size_t i = 0; i < n; i++)
		(void)fputs(each, file);
	(void)fputs(last, file);
	assert_int_equal(fclose(file), 0);
	return text;
}

/* Members with different names. */
static char *
make_object(int n)
{
	FILE *file;
	char *text;
	size_t len;

	file = open_memstream(&text, &len);
	assert_non_null(file);
	(void)fputs("{\"first\":0", file);
	for (int i = 0; i < n; i++)
		(void)fprintf(file, ",\"k%d\":%d", i, i);
	(void)fputs("}", file);
	assert_int_equal(fclose(file), 0);
	return text;
}

/* Read it with the nth allocation failing.  False: none did. */
static bool
read_failing(const char *text, const json_t *sound, long n)
{
	struct errmsg err;
	json_t *tree;

	failed = false;
	/* One is the failure itself. */
	countdown = n + 1;
	tree = json_read(text, strlen(text), &json_limits_trusted, &err);
	countdown = 0;
	if (tree == NULL)
		assert_string_equal(err.text, "out of memory");
	else
		assert_true(json_equal(tree, sound));
	json_decref(tree);
	return failed;
}

static void
torture(char *text)
{
	json_t *sound = json_read_own(text);
	long step = strlen(text) > 4096 ? 97 : 1;

	assert_non_null(sound);
	for (int i = 0; i < 2; i++) {
		for_good = i == 1;
		for (long n = 1; n < 4000 && read_failing(text, sound, n);)
			n += n < 50 ? 1 : step;
	}
	json_decref(sound);
	free(text);
}

static void
test_small(void **state)
{
	(void)state;
	torture(
	    make("{\"a\":[1,2.5,true,null,\"x\"],\"b\":{\"c\":\"\\u00e9\"}}",
		"", 0, ""));
	torture(make("[\"", "x", 2000, "\"]"));
	torture(make("[\"", "\\u20ac", 300, "\"]"));
	torture(make_object(200));
}

static void
test_large(void **state)
{
	(void)state;
	torture(make("[\"", "x", 300000, "\"]"));
	torture(make("[0", ",0", 100000, "]"));
	torture(make_object(5000));
}

/* A text is whole, or there is none. */
static void
test_write(void **state)
{
	json_t *tree = json_loads(
	    "{\"first\":[1,2,{\"second\":\"third\"}]}", 0, NULL);
	char *sound = json_dumps(tree, JSON_COMPACT), *text;

	(void)state;
	assert_non_null(sound);
	for (long n = 1; n < 100; n++) {
		for_good = false;
		countdown = n + 1;
		text = json_dumps(tree, JSON_COMPACT);
		countdown = 0;
		if (text != NULL)
			assert_string_equal(text, sound);
		free(text);
	}
	free(sound);
	json_decref(tree);
}

/* --- what is read, and what is not ------------------------------------------ */

static const char *const sound[] = {"{}", "[]", " [ ] ", "\t{\r\n}", "null",
    "true", "false", "0", "-0", "-1", "1.5", "-0.0", "1e5", "1E+5", "2.5e-3",
    "9223372036854775807", "-9223372036854775808", "1e-999", "\"\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\\u20AC\"",
    "\"\\ud83d\\udc33\"", "\"\\uDBFF\\uDFFF\"", "\"\xc3\xa9\xe2\x82\xac\"",
    "\"\xf0\x9f\x90\xb3\"", "\"\x7f\"", "\"a\\\\\"",
    "[\"a\\n\",\"b\",\"\\u0063\"]", "{\"\":{\"\":[]}}",
    "{\"a\\tb\":1,\"a\":2,\"A\":3}", "[1,[2,[3,[]]],{}]",
    " { \"a\" : [ 1 , 2 ] , \"b\" : null } "};

static const struct {
	const char *text, *why;
} wrong[] = {
    {"", "a value (line 1, column 1)"},
    {" \n ", "line 2"},
    {"[1,]", "a value"},
    {"[,1]", "a value"},
    {"[1 2]", "comma"},
    {"[1}", "comma"},
    {"[", "a value"},
    {"[1", "comma"},
    {"{\"a\":1,}", "a string"},
    {"{\"a\"}", "a colon"},
    {"{\"a\" 1}", "a colon"},
    {"{\"a\":}", "a value"},
    {"{a:1}", "a string"},
    {"{1:1}", "a string"},
    {"{'a':1}", "a string"},
    {"{\"a\":1,\"a\":1}", "twice"},
    {"{\"a\":1,\"\\u0061\":1}", "twice"},
    {"{\"a\":{\"b\":1,\"b\":1}}", "twice"},
    {"[1]x", "follows"},
    {"[1]\x0b", "follows"},
    {"{}{}", "follows"},
    {"\xef\xbb\xbf{}", "a value"},
    {"[1/**/]", "comma"},
    {"tru", "a value"},
    {"nul", "a value"},
    {"falsey", "follows"},
    {"True", "a value"},
    {"NaN", "a value"},
    {"Infinity", "a value"},
    {"+1", "a value"},
    {"-", "a number"},
    {"01", "a number"},
    {"-01", "a number"},
    {"1.", "a number"},
    {".5", "a value"},
    {"1e", "a number"},
    {"1e+", "a number"},
    {"0x10", "follows"},
    {"9223372036854775808", "64 bits"},
    {"-9223372036854775809", "64 bits"},
    {"99999999999999999999999", "64 bits"},
    {"1e999", "a double"},
    {"0.0000000000000000000000000000000000000000000000000000000000000001",
	"digits"},
    {"\"", "without an end"},
    {"\"\\", "escape"},
    {"\"\\x\"", "escape"},
    {"\"\\'\"", "escape"},
    {"\"\\u12\"", "hex"},
    {"\"\\u12g4\"", "hex"},
    {"\"\\u 123\"", "hex"},
    {"\"\\u0000\"", "U+0000"},
    {"\"\\ud83d\"", "surrogate"},
    {"\"\\ud83dx\"", "surrogate"},
    {"\"\\ud83d\\n\"", "surrogate"},
    {"\"\\ud83d\\u0041\"", "surrogate"},
    {"\"\\ud83d\\ud83d\"", "surrogate"},
    {"\"\\udc33\"", "surrogate"},
    {"\"\\udc33\\ud83d\"", "surrogate"},
    {"\"a\tb\"", "control"},
    {"\"a\nb\"", "control"},
    {"\"\x1f\"", "control"},
    {"\"\x80\"", "UTF-8"},
    {"\"\xff\"", "UTF-8"},
    {"\"\xc0\xaf\"", "UTF-8"},
    {"\"\xc3\"", "UTF-8"},
    {"\"\xed\xa0\x80\"", "UTF-8"},
    {"\"\xf4\x90\x80\x80\"", "UTF-8"},
};

static void
test_sound(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(sound); i++) {
		json_t *ours = json_read(
		    sound[i], strlen(sound[i]), &json_limits_default, &err);
		json_t *jansson = json_loads(
		    sound[i], JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

		if (ours == NULL || !json_equal(ours, jansson))
			fail_msg("%s: %s", sound[i],
			    ours == NULL ? err.text : "is not the same");
		json_decref(ours);
		json_decref(jansson);
	}
}

static void
test_wrong(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const char *text = wrong[i].text;

		if (json_read(text, strlen(text), &json_limits_default, &err) !=
			NULL ||
		    strstr(err.text, wrong[i].why) == NULL)
			fail_msg("%s: %s", text, err.text);
	}
	assert_null(json_read("[1]\0", 4, &json_limits_default, &err));
	assert_null(json_read("[\"a\0b\"]", 7, &json_limits_default, &err));
	/* Not a byte beyond the end is looked at. */
	assert_null(json_read("\"\xc3\xa9\"", 2, &json_limits_default, &err));
	assert_null(json_read("\"\\u0041\"", 5, &json_limits_default, &err));
	assert_null(json_read("true", 3, &json_limits_default, &err));
}

/* Each at its limit, and one beyond. */
static void
test_limits(void **state)
{
	static const struct json_limits limits = {
	    .bytes = 24, .depth = 3, .values = 5, .string = 4};
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"[1,2, 3,             5]", NULL},
	    {"[1,2, 3,              5]", NULL},
	    {"[1,2, 3,               5]", "longer than 24 bytes"},
	    {"[[[]]]", NULL},
	    {"[[[[]]]]", "deeper than 3"},
	    {"[[],[],[]]", "more than 5 values"},
	    {"[1,2,3,4,5]", NULL},
	    {"[1,2,3,4,5,6]", "more than 5 values"},
	    {"{\"a\":1,\"b\":2}", NULL},
	    {"{\"a\":1,\"b\":[1]}", NULL},
	    {"{\"a\":1,\"b\":[1,2]}", "more than 5 values"},
	    {"\"1234\"", NULL},
	    {"\"12345\"", "longer than 4 bytes"},
	    {"\"\\u00e9\\u00e9\"", NULL},
	    {"\"\\u00e9\\u00e9a\"", "longer than 4 bytes"},
	};
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *tree = json_read(
		    rows[i].text, strlen(rows[i].text), &limits, &err);

		if ((tree != NULL) != (rows[i].why == NULL) ||
		    (tree == NULL && strstr(err.text, rows[i].why) == NULL))
			fail_msg("%s: %s", rows[i].text,
			    tree == NULL ? err.text : "accepted");
		json_decref(tree);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_small),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_wrong),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_write),
	};

	/* Not memory_init(): what that keeps at hand needs no allocation. */
	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
