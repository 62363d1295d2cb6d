/* SPDX-License-Identifier: Apache-2.0 */
/* One way from a client's bytes to a document: what could be read in two ways
 * is refused, and what is read has Docker's spelling and types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/fold.h"
#include "schema.h"
#include "unit/unit.h"

/* A shape with one of everything. */
static const struct shape
    any_bool = {.kind = SHAPE_BOOL},
    any_int = {.kind = SHAPE_INT}, port = {.kind = SHAPE_INT, .max = 65535},
    number = {.kind = SHAPE_NUMBER}, string = {.kind = SHAPE_STRING},
    words = {.kind = SHAPE_WORDS},
    strings = {.kind = SHAPE_LIST, .of = &string},
    gaps = {.kind = SHAPE_LIST, .of = &string, .nullable_items = true},
    map = {.kind = SHAPE_MAP, .of = &any_int, .nullable_items = true},
    empty = {.kind = SHAPE_EMPTY}, filters = {.kind = SHAPE_FILTERS},
    none = {.kind = SHAPE_NONE};
static const struct field inner_fields[] = {
    {.name = "Name", .shape = &string}, {.name = NULL}};
static const struct shape inner = {
    .kind = SHAPE_STRUCT, .fields = inner_fields};
static const struct field all_fields[] = {{.name = "Bool", .shape = &any_bool},
    {.name = "Int", .shape = &any_int}, {.name = "Port", .shape = &port},
    {.name = "Number", .shape = &number}, {.name = "String", .shape = &string},
    {.name = "Words", .shape = &words}, {.name = "Strings", .shape = &strings},
    {.name = "Gaps", .shape = &gaps}, {.name = "Map", .shape = &map},
    {.name = "Empty", .shape = &empty}, {.name = "Filters", .shape = &filters},
    {.name = "None", .shape = &none}, {.name = "Inner", .shape = &inner},
    {.name = "Kept", .shape = &any_int, .keep_null = true},
    {.name = "Ignored", .ignored = true}, {.name = NULL}};
static const struct shape all = {.kind = SHAPE_STRUCT, .fields = all_fields};
static const struct field always_fields[] = {
    {.name = "Inner", .shape = &inner, .always = true}, {.name = NULL}};
static const struct shape always = {
    .kind = SHAPE_STRUCT, .fields = always_fields};

static const struct {
	const char *text;
	const char *want; /* NULL: refused */
	const char *reason; /* a part of it */
} rows[] = {
    {"{}", "{}", NULL},
    {" \t\r\n{ } \n", "{}", NULL},
    {"{\"Bool\":true}", "{\"Bool\":true}", NULL},
    {"{\"Bool\":1}", NULL, "true or false"},
    {"{\"Bool\":\"true\"}", NULL, "true or false"},
    {"{\"Int\":-9223372036854775808}", "{\"Int\":-9223372036854775808}", NULL},
    {"{\"Int\":9223372036854775808}", NULL, NULL},
    {"{\"Int\":1.0}", NULL, "integer"},
    {"{\"Int\":1e3}", NULL, "integer"},
    {"{\"Int\":\"1\"}", NULL, "integer"},
    {"{\"Int\":01}", NULL, NULL},
    {"{\"Int\":-0}", "{\"Int\":0}", NULL},
    {"{\"Port\":65535}", "{\"Port\":65535}", NULL},
    {"{\"Port\":65536}", NULL, "range"},
    {"{\"Port\":-1}", NULL, "range"},
    {"{\"Number\":1.5}", "{\"Number\":1.5}", NULL},
    {"{\"Number\":NaN}", NULL, NULL},
    {"{\"Number\":1e999}", NULL, NULL},
    {"{\"Number\":\"1\"}", NULL, "number"},
    {"{\"String\":\"a\\u0041\\/\"}", "{\"String\":\"aA/\"}", NULL},
    {"{\"String\":[\"a\"]}", NULL, "string"},
    {"{\"String\":\"a\\u0000b\"}", NULL, NULL},
    {"{\"String\":\"\\ud800\"}", NULL, NULL},
    {"{\"String\":\"\xff\"}", NULL, NULL},
    {"{\"String\":\"\xc0\xaf\"}", NULL, NULL},
    {"{\"String\":\"\xed\xa0\x80\"}", NULL, NULL},
    {"{\"String\":\"a\tb\"}", NULL, "control"},
    {"{\"Words\":\"a b\"}", "{\"Words\":[\"a b\"]}", NULL},
    {"{\"Words\":[\"a\",\"b\"]}", "{\"Words\":[\"a\",\"b\"]}", NULL},
    {"{\"Words\":[]}", "{\"Words\":[]}", NULL},
    {"{\"Words\":[1]}", NULL, "Words[0]"},
    {"{\"Words\":{}}", NULL, "list"},
    {"{\"Strings\":\"a\"}", NULL, "list"},
    {"{\"Strings\":[null]}", NULL, "Strings[0]"},
    {"{\"Gaps\":[null,\"a\"]}", "{\"Gaps\":[null,\"a\"]}", NULL},
    {"{\"Map\":{\"a\":1,\"A\":2,\"b\":null}}",
	"{\"Map\":{\"a\":1,\"A\":2,\"b\":null}}", NULL},
    {"{\"Map\":{\"a\":\"1\"}}", NULL, "Map.a"},
    {"{\"Map\":{\"a\":1,\"a\":1}}", NULL, NULL},
    {"{\"Map\":[]}", NULL, "object"},
    {"{\"Empty\":{}}", "{\"Empty\":{}}", NULL},
    {"{\"Empty\":{\"a\":1}}", NULL, "{}"},
    {"{\"Empty\":[]}", NULL, "{}"},
    {"{\"Filters\":{\"a\":[\"b\"],\"c\":{\"d\":true,\"e\":false}}}",
	"{\"Filters\":{\"a\":[\"b\"],\"c\":[\"d\",\"e\"]}}", NULL},
    {"{\"Filters\":{\"a\":{\"b\":1}}}", NULL, "true or false"},
    {"{\"None\":1}", NULL, NULL},
    {"{\"Inner\":{\"Name\":\"a\"}}", "{\"Inner\":{\"Name\":\"a\"}}", NULL},
    {"{\"Inner\":{\"Evil\":1}}", NULL, "Inner.Evil"},
    {"{\"Inner\":{\"name\":\"a\"}}", NULL, "\"Name\""},
    {"{\"Inner\":[]}", NULL, "object"},
    /* null is absent, unless it says something. */
    {"{\"Bool\":null,\"Inner\":null,\"Words\":null,\"Map\":null}", "{}", NULL},
    {"{\"Kept\":null}", "{\"Kept\":null}", NULL},
    {"{\"Unknown\":null}", "{}", NULL},
    {"{\"Ignored\":{\"anything\":[1]}}", "{}", NULL},
    /* Spellings that the daemon would take. */
    {"{\"bool\":true}", NULL, "\"Bool\""},
    {"{\"BOOL\":true}", NULL, "\"Bool\""},
    {"{\"bool\":null}", NULL, "\"Bool\""},
    {"{\"Bool\":false,\"bool\":true}", NULL, NULL},
    {"{\"\xc5\xbftring\":\"a\"}", NULL, "\"String\""},
    {"{\"\\u017ftring\":\"a\"}", NULL, "\"String\""},
    {"{\"String\\u017f\":[\"a\"]}", NULL, "\"Strings\""},
    {"{\"\xe2\x84\xaa\":1}", NULL, "member"},
    {"{\"Str\\u0131ng\":\"a\"}", NULL, "member"},
    {"{\"Bool \":true}", NULL, "member"},
    /* Duplicates. */
    {"{\"Bool\":true,\"Bool\":true}", NULL, NULL},
    {"{\"Bool\":true,\"\\u0042ool\":false}", NULL, NULL},
    {"{\"Unknown\":null,\"Unknown\":null}", NULL, NULL},
    /* One value, an object, nothing behind it. */
    {"", NULL, NULL},
    {" ", NULL, NULL},
    {"null", NULL, NULL},
    {"[]", NULL, NULL},
    {"\"a\"", NULL, NULL},
    {"{}{}", NULL, NULL},
    {"{} x", NULL, NULL},
    {"{}]", NULL, NULL},
    {"{}\x0b", NULL, "follows"},
    {"\xef\xbb\xbf{}", NULL, NULL},
    {"{\"Bool\":true,}", NULL, NULL},
    {"{\"Bool\":tru}", NULL, NULL},
    {"{'Bool':true}", NULL, NULL},
    {"{\"Bool\":true/**/}", NULL, NULL},
    {"{\"Map\":{\"a\\u0000b\":1}}", NULL, NULL},
};

static json_t *
read_text(
    const struct shape *shape, const char *text, size_t len, struct errmsg *err)
{
	bool bad_input = false;
	json_t *tree = schema_read(shape, text, len, &json_limits_default,
	    UNKNOWN_REJECT, NULL, &bad_input, err);

	if (tree == NULL)
		assert_true(bad_input);
	return tree;
}

static void
test_rows(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *tree = read_text(
		    &all, rows[i].text, strlen(rows[i].text), &err);

		if ((tree != NULL) != (rows[i].want != NULL))
			fail_msg("%s: %s", rows[i].text,
			    tree == NULL ? err.text : "accepted");
		if (tree != NULL)
			assert_json(tree, rows[i].want);
		else if (rows[i].reason != NULL &&
		    strstr(err.text, rows[i].reason) == NULL)
			fail_msg("%s: %s", rows[i].text, err.text);
		json_decref(tree);
	}
}

static void
test_nul(void **state)
{
	struct errmsg err;

	(void)state;
	assert_null(read_text(&all, "{}\0", 3, &err));
	assert_null(read_text(&all, "{\"String\":\"\0\"}", 13, &err));
	assert_null(read_text(&all, "\0{}", 3, &err));
}

/* An object that is always made keeps daemons from looking elsewhere. */
static void
test_always(void **state)
{
	static const char *const texts[] = {"{}", "{\"Inner\":null}"};
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *tree = read_text(
		    &always, texts[i], strlen(texts[i]), &err);

		assert_json(tree, "{\"Inner\":{}}");
		json_decref(tree);
	}
}

static void
test_drop(void **state)
{
	static const char text[] =
	    "{\"Bool\":true,\"New\":[1],\"Inner\":{\"Newer\":{}}}";
	static const char folded[] = "{\"New\":1,\"bool\":true}";
	json_t *dropped = json_array(), *tree;
	struct errmsg err;
	bool bad_input;

	(void)state;
	tree = schema_read(&all, text, sizeof(text) - 1, &json_limits_default,
	    UNKNOWN_DROP, dropped, &bad_input, &err);
	assert_json(tree, "{\"Bool\":true,\"Inner\":{}}");
	assert_int_equal(json_array_size(dropped), 2);
	json_decref(tree);
	json_decref(dropped);
	/* What the daemon would understand is never dropped. */
	tree = schema_read(&all, folded, sizeof(folded) - 1,
	    &json_limits_default, UNKNOWN_DROP, NULL, &bad_input, &err);
	assert_null(tree);
	assert_true(bad_input);
}

/* A long name is cut where it is said; that may be within a character. */
static void
test_drops_long_names(void **state)
{
	static const char text[] = "{\"0123456789012345678901234567890123456789"
				   "0123456789012345678\u00e9\": 1}";
	json_t *dropped = json_array(), *tree;
	struct errmsg err;
	bool bad_input;

	(void)state;
	tree = schema_read(&all, text, sizeof(text) - 1, &json_limits_default,
	    UNKNOWN_DROP, dropped, &bad_input, &err);
	assert_non_null(tree);
	assert_int_equal(json_array_size(dropped), 1);
	json_decref(tree);
	json_decref(dropped);
}

static char *
nested(size_t depth)
{
	char *text = malloc(2 * depth + 32);
	size_t n;

	assert_non_null(text);
	n = strlen("{\"Ignored\":");
	memcpy(text, "{\"Ignored\":", n);
	memset(text + n, '[', depth);
	memset(text + n + depth, ']', depth);
	text[n + 2 * depth] = '}';
	text[n + 2 * depth + 1] = '\0';
	return text;
}

static bool
fits(const struct json_limits *limits, const char *text)
{
	struct errmsg err;
	bool bad_input;
	json_t *tree = schema_read(&all, text, strlen(text), limits,
	    UNKNOWN_REJECT, NULL, &bad_input, &err);
	bool read = tree != NULL;

	json_decref(tree);
	return read;
}

/* The last that fits, and the first that does not. */
static void
test_limits(void **state)
{
	struct json_limits limits = {
	    .bytes = 1000, .depth = 10, .values = 20, .string = 8};
	char *text = nested(9), *more = nested(10);
	char bytes[1100];

	(void)state;
	assert_true(fits(&limits, text));
	assert_false(fits(&limits, more));
	free(text);
	free(more);
	limits.string = 6;
	assert_true(fits(&limits, "{\"Map\":{\"12345\":1}}"));
	assert_false(fits(&limits, "{\"Map\":{\"1234567\":1}}"));
	limits.values = 4;
	assert_true(fits(&limits, "{\"Map\":{\"a\":1}}"));
	assert_false(fits(&limits, "{\"Map\":{\"a\":1,\"b\":1}}"));
	memset(bytes, ' ', sizeof(bytes));
	memcpy(bytes, "{}", 2);
	bytes[1000] = '\0';
	assert_true(fits(&limits, bytes));
	bytes[1000] = ' ';
	bytes[1001] = '\0';
	assert_false(fits(&limits, bytes));
}

/* Brackets in strings are no depth, and no escape ends a string early. */
static void
test_limits_in_strings(void **state)
{
	struct json_limits limits = {
	    .bytes = 1000, .depth = 2, .values = 4, .string = 100};

	(void)state;
	assert_true(fits(&limits, "{\"String\":\"[[[[,,,,::::\"}"));
	assert_true(fits(&limits, "{\"String\":\"\\\"[[[[\\\\\"}"));
	assert_false(fits(&limits, "{\"Ignored\":[[\"\\\\\"]]}"));
}

static void
test_fold(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} pairs[] = {
	    {"Binds", "bINDS", true},
	    {"Binds", "Bind\xc5\xbf", true},
	    {"NetworkMode", "Networ\xe2\x84\xaaMode", true},
	    {"Binds", "Bind", false},
	    {"Bind", "Binds", false},
	    {"Init", "\xc4\xb0nit", false},
	    {"Init", "\xc4\xb1nit", false},
	    {"", "", true},
	    {"@", "`", false},
	    {"[", "{", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_int_equal(
		    fold_equal(pairs[i].a, pairs[i].b), pairs[i].equal);
}

/* What is written reads as the same, compact, one value. */
static void
test_write(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *tree, *again;
		size_t len;
		char *text, *theirs;

		if (rows[i].want == NULL)
			continue;
		tree = read_text(
		    &all, rows[i].text, strlen(rows[i].text), &err);
		text = schema_write(tree, &len);
		assert_int_equal(strlen(text), len);
		theirs = json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY);
		assert_string_equal(text, theirs);
		free(theirs);
		again = read_text(&all, text, len, &err);
		assert_true(json_equal(tree, again));
		free(text);
		json_decref(tree);
		json_decref(again);
	}
}

/* Every byte that may be in a string, as jansson writes it. */
static void
test_write_strings(void **state)
{
	json_t *list = json_array();
	char *text, *theirs;
	size_t len;

	(void)state;
	for (int c = 1; c < 0x80; c++) {
		const char ends[] = {'a', (char)c, 'z', (char)c};

		assert_int_equal(json_array_append_new(
				     list, json_stringn(ends, sizeof(ends))),
		    0);
	}
	json_array_append_new(list, json_string("\xc3\xa9\xf0\x9f\x90\xb3"));
	json_array_append_new(list, json_string(""));
	json_array_append_new(list,
	    json_pack("{s:f, s:I, s:n, s:{}}", "a", 0.1, "b", (json_int_t)-1,
		"c", "d"));
	text = schema_write(list, &len);
	theirs = json_dumps(list, JSON_COMPACT);
	assert_string_equal(text, theirs);
	assert_int_equal(len, strlen(theirs));
	free(text);
	free(theirs);
	json_decref(list);
	assert_null(schema_write(NULL, &len));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_always),
	    cmocka_unit_test(test_drop),
	    cmocka_unit_test(test_drops_long_names),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_limits_in_strings),
	    cmocka_unit_test(test_fold),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_write_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
