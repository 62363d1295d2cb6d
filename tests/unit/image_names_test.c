/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images, registries and URLs, as the daemon reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/fetch_url.h"
#include "core/image_changes.h"
#include "core/image_rules.h"
#include "core/registry_name.h"
#include "core/repository_name.h"
#include "unit/unit.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct row {
	const char *text, *full; /* NULL: it is none */
};

/* The full name, with the tag and digest that were given. */
static const struct row references[] = {
    {"busybox", "docker.io/library/busybox"},
    {"a__b", "docker.io/library/a__b"},
    {"a_b.c--d", "docker.io/library/a_b.c--d"},
    {"a___b", NULL},
    {"a.-b", NULL},
    {"a_", NULL},
    {"a__", NULL},
    {"a-", NULL},
    {"_a", NULL},
    {"a//b", NULL},
    {"a/", NULL},
    {"x:tag", "docker.io/library/x:tag"},
    {"x:.tag", NULL},
    {"x:-tag", NULL},
    {"x:", NULL},
    {"x:a:b", NULL},
    {"x@sha256:" HEX64, "docker.io/library/x@sha256:" HEX64},
    {"x:1@sha256:" HEX64, "docker.io/library/x:1@sha256:" HEX64},
    {"x@sha512:" HEX64 HEX64, "docker.io/library/x@sha512:" HEX64 HEX64},
    {"x@sha512:" HEX64, NULL},
    {"x@sha256:" HEX64 "0", NULL},
    {"x@md5:" HEX64, NULL},
    {"x@", NULL},
    {"localhost/x", "localhost/x"},
    {"localhosts/x", "docker.io/localhosts/x"},
    {"r.example.com/x", "r.example.com/x"},
    {"r:5000/x", "r:5000/x"},
    {"r:/x", NULL},
    {"r:5a/x", NULL},
    {"-r.com/x", NULL},
    {"r-.com/x", NULL},
    {"r..com/x", NULL},
    {"r_.com/x", NULL},
    {"R.com/x", NULL},
    {"index.docker.io/x", "docker.io/library/x"},
    {"docker.io/u/x", "docker.io/u/x"},
    {"sha256/x", "docker.io/sha256/x"},
    {"sha256x", "docker.io/library/sha256x"},
};

static void
test_references(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(references); i++) {
		const struct row *row = &references[i];
		struct image_ref ref;
		char full[512] = "";

		if (image_ref_parse(row->text, &ref, &err) !=
		    (row->full != NULL))
			fail_msg("\"%s\": %s", row->text,
			    row->full == NULL ? "accepted" : err.text);
		if (row->full == NULL)
			continue;
		assert_int_equal(ref.kind, IMAGE_NAME);
		(void)snprintf(full, sizeof(full), "%s%s%s%s%s", ref.name,
		    *ref.tag == '\0' ? "" : ":", ref.tag,
		    *ref.digest == '\0' ? "" : "@", ref.digest);
		assert_string_equal(full, row->full);
	}
}

static void
test_ids(void **state)
{
	static const char *const ids[] = {"cafe", "0", HEX64, "sha256:" HEX64,
	    "sha256:cafe", "sha256", "sha256@" HEX64};
	struct image_ref ref;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_true(image_ref_parse(ids[i], &ref, &err));
		assert_int_equal(ref.kind, IMAGE_ID);
		assert_int_equal(ref.whole, i == 2 || i == 3);
		assert_false(
		    repository_name_read(ids[i], "latest", &ref, &err));
	}
	/* A part of an id has no tag. */
	assert_true(repository_name_read("cafe", "1", &ref, &err));
	assert_false(repository_name_read(HEX64, "1", &ref, &err));
	assert_false(repository_name_read("sha256", "1", &ref, &err));
}

/* What is longer than any name that the daemon takes. */
static void
test_long(void **state)
{
	char text[700], tag[300];
	struct image_ref ref;
	struct registry_name registry;
	struct errmsg err;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memset(tag, 't', sizeof(tag));
	tag[sizeof(tag) - 1] = '\0';
	assert_false(image_ref_parse(text, &ref, &err));
	assert_false(registry_of_address(text, &registry, &err));
	assert_false(image_pattern_valid(text, &err));
	text[400] = '\0';
	assert_false(image_ref_parse(text, &ref, &err));
	text[240] = '\0';
	assert_false(image_ref_parse(text, &ref, &err));
	text[230] = '\0';
	assert_true(image_ref_parse(text, &ref, &err));
	assert_false(image_ref_parse_pair(text, tag, &ref, &err));
	assert_false(repository_name_read(text, tag, &ref, &err));
	tag[129] = '\0';
	assert_false(image_ref_parse_pair("x", tag, &ref, &err));
	tag[128] = '\0';
	assert_true(image_ref_parse_pair("x", tag, &ref, &err));
}

static const struct {
	const char *pattern, *name;
	bool matches;
} pairs[] = {
    {"docker.io/library/*", "busybox", true},
    {"docker.io/**", "u/x", true},
    {"docker.io/**/x", "u/v/x", true},
    {"docker.io/**/x", "u/v/y", false},
    {"docker.io/*", "u/x", false},
    {"docker.io/**/**/x", "x/x", true},
    {"docker.io/library/x:1.*", "x:1.2", true},
    {"docker.io/library/x:1.*", "x:2.1", false},
    {"docker.io/library/x:1.*", "x", false},
    {"docker.io/library/x:1.*", "x:1.2@sha256:" HEX64, false},
    {"docker.io/library/x@sha256:" HEX64, "x@sha256:" HEX64, true},
    {"docker.io/library/x@sha256:" HEX64, "x:1", false},
    {"r.example.com:5000/**", "r.example.com:5000/a", true},
    {"r.example.com/**", "r.example.com:5000/a", false},
    {"**", "cafe", true},
    {"*/**", "cafe", false},
};

static void
test_patterns(void **state)
{
	struct image_ref ref;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		assert_true(image_pattern_valid(pairs[i].pattern, &err));
		assert_true(image_ref_parse(pairs[i].name, &ref, &err));
		if (image_ref_matches(&ref, pairs[i].pattern) !=
		    pairs[i].matches)
			fail_msg("%s: %s", pairs[i].pattern, pairs[i].name);
	}
	assert_false(image_pattern_valid("docker.io/x@", &err));
	assert_false(image_pattern_valid("docker.io/x:", &err));
	assert_false(image_pattern_valid("docker.io//x", &err));
	assert_false(image_pattern_valid("docker.io/X", &err));
	assert_true(image_pattern_valid("localhost/x", &err));
}

static const struct row addresses[] = {
    {"", "docker.io"},
    {"docker.io", "docker.io"},
    {"https://index.docker.io/v1/", "docker.io"},
    {"http://registry-1.docker.io", "docker.io"},
    {"10.0.0.1:5000", "10.0.0.1:5000"},
    {"r.example.com/a-b_c~/v2", "r.example.com"},
    {"-r.example.com", NULL},
    {"r-.example.com", NULL},
    {"r..example.com", NULL},
    {"r.example.com/../v1", NULL},
    {"r.example.com:x", NULL},
    {"r.example.com:1:2", NULL},
    {"//r.example.com", NULL},
    {"/v1/", NULL},
    {"https://", NULL},
    {"ftp://r.example.com", NULL},
    {"r.example.com\t", NULL},
};

static void
test_addresses(void **state)
{
	struct registry_name registry;
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		const struct row *row = &addresses[i];

		if (registry_of_address(row->text, &registry, &err) !=
		    (row->full != NULL))
			fail_msg("\"%s\": %s", row->text,
			    row->full == NULL ? "accepted" : err.text);
		if (row->full != NULL)
			assert_string_equal(registry.text, row->full);
	}
	assert_false(registry_of_image("", &registry, &err));
	assert_true(registry_of_term("localhosts/x", &registry, &err));
	assert_string_equal(registry.text, "docker.io");
	assert_false(registry_of_term("a:/x", &registry, &err));
}

static const struct {
	const char *url;
	bool git, allowed;
} urls[] = {
    {"https://a.example.com/x/y.tar", false, true},
    {"https://a.example.com/x/y.git#main", true, true},
    {"https://a.example.com/x/y.git#main", false, false},
    {"https://a.example.com/x/y.git#", true, false},
    {"https://a.example.com/x/y.git#-b", true, false},
    {"https://a.example.com/x/y.git#a:b", true, true},
    {"https://a.example.com/x/y.git#a:/b", true, false},
    {"https://a.example.com/x/y.git#a:b:c", true, false},
    {"https://a.example.com/x/y.git#a b", true, false},
    {"https://a.example.com/x/", false, false},
    {"https://a.example.com/xy", false, false},
    {"https://a.example.com", false, false},
    {"https://.a.example.com/x/y", false, false},
    {"https:///x/y", false, false},
    {"https://A.example.com/x/y", false, false},
    {"https://a.example.com/x//y", false, false},
    {"https://a.example.com/x/y z", false, false},
    {"", false, false},
};

static void
test_urls(void **state)
{
	json_auto_t *list = json_pack("[s]", "https://a.example.com/x/**");
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		if (fetch_url_allowed(list, urls[i].url, urls[i].git, &err) !=
		    urls[i].allowed)
			fail_msg("\"%s\"", urls[i].url);
	}
	assert_false(fetch_url_valid("/**", &err));
}

static void
test_changes(void **state)
{
	json_auto_t *words = json_pack("[s, s]", "CMD", "ENV");
	json_auto_t *good = json_pack("[s, s]", "cmd x", "ENV A=1");
	json_auto_t *bad = json_pack("[s]", "ENV A=s3cret\nONBUILD RUN x");
	json_auto_t *other = json_pack("[s]", "ARG s3cret");
	struct errmsg err;

	(void)state;
	assert_true(image_changes_allowed(words, good, &err));
	assert_true(image_changes_allowed(words, NULL, &err));
	assert_false(image_changes_allowed(words, bad, &err));
	assert_null(strstr(err.text, "s3cret"));
	assert_false(image_changes_allowed(words, other, &err));
	assert_null(strstr(err.text, "s3cret"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_references),
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
