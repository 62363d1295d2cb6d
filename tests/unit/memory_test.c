/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are read whole, or memory was short: whichever allocation fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
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
	json_error_t error;
	json_t *tree;

	failed = false;
	/* One is the failure itself. */
	countdown = n + 1;
	tree = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, &error);
	countdown = 0;
	if (tree == NULL)
		assert_int_equal(
		    json_error_code(&error), json_error_out_of_memory);
	else
		assert_true(json_equal(tree, sound));
	json_decref(tree);
	return failed;
}

static void
torture(char *text)
{
	json_t *sound = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
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

/* The reserve is enough for the worst that can follow. */
static void
test_deep_after(void **state)
{
	char *closing = make("", "]", 2000, "]");

	(void)state;
	torture(make("[\"a\",\"b\",", "[", 2000, closing));
	free(closing);
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

/* What is no JSON is told as such. */
static void
test_nonsense(void **state)
{
	json_error_t error;

	(void)state;
	assert_null(json_loads("{\"a\":}", 0, &error));
	assert_int_equal(json_error_code(&error), json_error_invalid_syntax);
	assert_null(json_loadb("[1]x", 4, 0, NULL));
	assert_null(json_loadb("[\"a\0b\"]", 7, 0, NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_small),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_deep_after),
	    cmocka_unit_test(test_nonsense),
	    cmocka_unit_test(test_write),
	};

	memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
