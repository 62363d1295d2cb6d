/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern_set answers as if each pattern were tried: by rows, and by many
 * lists and texts of few letters, so that they meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/pattern_set.h"
#include "unit/unit.h"

#define ROUNDS 20000
#define DIGEST                                                                 \
	"sha256:"                                                              \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static uint32_t seed = 1;

static uint32_t
any(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Pieces that patterns and texts are put together from. */
static void
make(char *text, size_t size, const char *const *pieces, uint32_t npieces)
{
	uint32_t n = any(6);

	*text = '\0';
	for (uint32_t i = 0; i < n; i++)
		strncat(text, pieces[any(npieces)], size - strlen(text) - 1);
}

static bool
tried(const json_t *list, const char *text, int flags)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(list, i, pattern)
	{
		if (fnmatch(json_string_value(pattern), text,
			FNM_NOESCAPE | flags) == 0)
			return true;
	}
	return false;
}

static bool
listed(const json_t *list, const char *text)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(list, i, pattern)
	{
		if (strcmp(json_string_value(pattern), text) == 0)
			return true;
	}
	return false;
}

static void
compare(const struct pattern_set *set, const json_t *list, const char *text)
{
	char *said = json_dumps(list, 0);

	if (pattern_set_match(set, text) != tried(list, text, 0) ||
	    pattern_set_match_caseless(set, text) !=
		tried(list, text, FNM_CASEFOLD) ||
	    pattern_set_has(set, text) != listed(list, text))
		fail_msg("%s and \"%s\"", said, text);
	free(said);
}

static void
test_as_tried(void **state)
{
	static const char *const pieces[] = {"a", "b", "B", "/", ":", "@", "*",
	    "**", "?", "[ab]", "[", "]", "[!a]", "\\", ".", "ab"};
	static const char *const letters[] = {
	    "a", "b", "A", "/", ":", "@", "*", "[", "]", "\\", ".", "ab"};

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		json_t *list = json_array();
		struct pattern_set *set;
		char text[64];

		for (uint32_t n = any(5); n > 0; n--) {
			make(text, sizeof(text), pieces, COUNT(pieces));
			json_array_append_new(list, json_string(text));
		}
		set = pattern_set_new(list);
		for (int j = 0; j < 4; j++) {
			make(text, sizeof(text), letters, COUNT(letters));
			compare(set, list, text);
		}
		pattern_set_free(set);
		json_decref(list);
	}
}

static bool
image_tried(const json_t *list, const struct image_ref *ref)
{
	size_t i;
	json_t *pattern;

	json_array_foreach(list, i, pattern)
	{
		if (image_ref_matches(ref, json_string_value(pattern)))
			return true;
	}
	return false;
}

static void
test_images_as_tried(void **state)
{
	static const char *const pieces[] = {"**", "*", "/a", "/b", "/**", "/*",
	    ":1", ":*", "a*", "r.io", ":5/", "[ab]", "b", "/"};
	static const char *const texts[] = {"a", "b", "r.io/a", "r.io/a/b",
	    "r.io/b:1", "r.io:5/a", "r.io:5/a/b:1", "a/b", "r.io/a:1@" DIGEST,
	    "r.io/ab", "localhost/a", "abc", "deadbeef"};
	struct errmsg err;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		json_t *list = json_array();
		struct pattern_set *set;
		char text[64];

		for (uint32_t n = any(4); n > 0; n--) {
			make(text, sizeof(text), pieces, COUNT(pieces));
			json_array_append_new(list, json_string(text));
		}
		set = pattern_set_new(list);
		for (size_t j = 0; j < COUNT(texts); j++) {
			struct image_ref ref;

			if (!image_ref_parse(texts[j], &ref, &err))
				continue;
			if (image_ref_listed(set, &ref) !=
			    image_tried(list, &ref))
				fail_msg(
				    "%s: %s", json_dumps(list, 0), texts[j]);
		}
		pattern_set_free(set);
		json_decref(list);
	}
}

/* What is longer than the index looks. */
static void
test_long(void **state)
{
	char pattern[600], text[600];
	json_t *list = json_array();
	struct pattern_set *set;

	(void)state;
	memset(pattern, 'a', sizeof(pattern));
	memset(text, 'a', sizeof(text));
	pattern[400] = text[450] = '\0';
	json_array_append_new(list, json_string(pattern));
	pattern[0] = '*';
	json_array_append_new(list, json_sprintf("%sb", pattern));
	set = pattern_set_new(list);
	compare(set, list, text);
	text[400] = '\0';
	compare(set, list, text);
	text[399] = 'b';
	compare(set, list, text);
	strcat(text, "b");
	compare(set, list, text);
	pattern_set_free(set);
	json_decref(list);
}

static void
test_none(void **state)
{
	struct pattern_set *set = pattern_set_new(NULL);

	(void)state;
	assert_false(pattern_set_match(NULL, ""));
	assert_false(pattern_set_match(set, ""));
	assert_null(pattern_set_list(NULL));
	pattern_set_free(set);
	pattern_set_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_as_tried),
	    cmocka_unit_test(test_images_as_tried),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
