/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity.h"
#include "unit/unit.h"

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char on_unix[] =
    "{\"listener\":\"ci\",\"transport\":\"unix\",\"uid\":1000,\"gid\":0,"
    "\"pid\":7}";
static const char on_tls[] =
    "{\"listener\":\"tls\",\"transport\":\"tls\",\"address\":\"10.1.2.3\","
    "\"port\":4,\"certificate\":{\"CN\":\"ci-7\",\"O\":[\"acme\",\"b\"],"
    "\"OU\":[],\"DNS\":[\"a.example\"],\"URI\":[\"spiffe://x/ci\"],"
    "\"email\":[],\"sha256\":\"" SHA "\",\"spki_sha256\":\"" SHA "\"}}";
static const char two_names[] =
    "{\"transport\":\"tls\",\"address\":\"::ffff:10.1.2.3\","
    "\"certificate\":{\"CN\":null,\"O\":[]}}";
static const char on_v6[] =
    "{\"transport\":\"tcp\",\"address\":\"2001:db8::7\"}";

static const struct {
	const char *identity, *match;
	bool matches;
} rows[] = {
    {on_unix, "{\"listener\":\"ci\"}", true},
    {on_unix, "{\"listener\":\"c*\"}", true},
    {on_unix, "{\"listener\":\"CI\"}", false},
    {on_unix, "{\"listener\":\"c\"}", false},
    {on_unix, "{\"uid\":1000}", true},
    {on_unix, "{\"uid\":0}", false},
    {on_unix, "{\"gid\":0}", true},
    {on_unix, "{\"uid\":\"1000\"}", false},
    {on_unix, "{\"uid\":1000,\"gid\":1}", false},
    {on_unix, "{\"uid\":1000,\"gid\":0,\"pid\":7}", true},
    {on_unix, "{}", false},
    {on_unix, "{\"uid\":[7,1000]}", true},
    {on_unix, "{\"uid\":[7,8]}", false},
    {on_unix, "{\"uid\":[]}", false},
    {on_unix, "{\"uid\":[1000],\"gid\":[1]}", false},
    {on_unix, "[{\"uid\":7},{\"uid\":1000}]", true},
    {on_unix, "[{\"uid\":7},{\"uid\":1000,\"gid\":1}]", false},
    {on_unix, "[{}]", false},
    {on_unix, "[]", false},
    {on_tls, "{\"O\":[\"c\",\"b\"]}", true},
    {on_tls, "{\"CN\":[\"a\",\"ci-*\"]}", true},
    {on_unix, "{\"evil\":1}", false},
    {on_unix, "{\"uid\":1000,\"evil\":1}", false},
    {on_unix, "{\"CN\":\"*\"}", false},
    {on_unix, "{\"address\":\"0.0.0.0/0\"}", false},
    {on_tls, "{\"uid\":0}", false},
    {on_tls, "{\"CN\":\"ci-7\"}", true},
    {on_tls, "{\"CN\":\"ci-?\"}", true},
    {on_tls, "{\"CN\":\"ci-\"}", false},
    {on_tls, "{\"O\":\"b\"}", true},
    {on_tls, "{\"O\":\"acme\",\"CN\":\"ci-*\"}", true},
    {on_tls, "{\"O\":\"ac\"}", false},
    {on_tls, "{\"OU\":\"*\"}", false},
    {on_tls, "{\"DNS\":\"*.example\"}", true},
    {on_tls, "{\"URI\":\"spiffe://x/*\"}", true},
    {on_tls, "{\"email\":\"*\"}", false},
    {on_tls, "{\"sha256\":\"" SHA "\"}", true},
    {on_tls,
	"{\"sha256\":\"01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:"
	"01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF\"}",
	true},
    {on_tls, "{\"sha256\":\"*\"}", false},
    {on_tls, "{\"sha256\":\"0123\"}", false},
    {on_tls, "{\"spki_sha256\":\"" SHA "0\"}", false},
    {on_tls, "{\"address\":\"10.1.2.3\"}", true},
    {on_tls, "{\"address\":\"10.1.2.4\"}", false},
    {on_tls, "{\"address\":\"10.0.0.0/8\"}", true},
    {on_tls, "{\"address\":\"10.1.2.2/31\"}", true},
    {on_tls, "{\"address\":\"10.1.2.0/31\"}", false},
    {on_tls, "{\"address\":\"11.0.0.0/8\"}", false},
    {on_tls, "{\"address\":\"0.0.0.0/0\"}", true},
    {on_tls, "{\"address\":\"::/0\"}", true},
    {on_tls, "{\"address\":\"10.*\"}", false},
    {on_v6, "{\"address\":\"2001:db8::/32\"}", true},
    {on_v6, "{\"address\":\"2001:db8::/127\"}", false},
    {on_v6, "{\"address\":\"2001:DB8:0::7\"}", true},
    {on_v6, "{\"address\":\"0.0.0.0/0\"}", false},
    /* A v4 caller on a v6 socket is a v4 caller. */
    {two_names, "{\"address\":\"10.1.2.3\"}", true},
    /* Two common names are none. */
    {two_names, "{\"CN\":\"*\"}", false},
    {two_names, "{\"O\":\"*\"}", false},
};

static void
test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *identity = json_of(rows[i].identity);
		json_t *match = json_of(rows[i].match);

		if (identity_matches(match, identity) != rows[i].matches)
			fail_msg("%s: %s", rows[i].identity, rows[i].match);
		json_decref(identity);
		json_decref(match);
	}
	assert_false(identity_matches(NULL, NULL));
}

static const struct {
	const char *match, *where; /* where: NULL if sound */
	const char *text;
} checks[] = {
    {"{\"listener\":\"ci\"}", NULL, NULL},
    {"{\"uid\":0}", NULL, NULL},
    {"{\"address\":\"10.0.0.0/8\"}", NULL, NULL},
    {"{\"address\":\"2001:db8::/32\"}", NULL, NULL},
    {"{\"sha256\":\"" SHA "\"}", NULL, NULL},
    {"{}", "", "at least one"},
    {"[]", "", "at least one"},
    {"null", "", "at least one"},
    {"{\"listner\":\"ci\"}", "listner", "\"listener\""},
    {"{\"cn\":\"x\"}", "cn", "unknown key; did you mean \"CN\"?"},
    {"{\"xyzzy\":\"x\"}", "xyzzy", "unknown key"},
    {"{\"uid\":\"0\"}", "uid", "number"},
    {"{\"uid\":0.5}", "uid", "number"},
    {"{\"CN\":1}", "CN", "string"},
    {"{\"address\":\"10.0.0.0/33\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"10.0.0\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"10.0.0.0/\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"10.0.0.0/-1\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"host\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"\"}", "address", "10.0.0.0/8"},
    {"{\"sha256\":\"0123\"}", "sha256", "64 hex digits"},
    {"{\"uid\":-1}", "uid", "number"},
    {"{\"uid\":[]}", "uid", "matches nobody"},
    {"{\"uid\":[0,7]}", NULL, NULL},
    {"{\"uid\":[0,\"a\"]}", "uid", "item 2"},
    {"[{\"uid\":0},{\"gid\":0}]", NULL, NULL},
    {"[{\"uid\":0},{}]", "", "at least one"},
    {"[{\"uid\":0},{\"evil\":0}]", "evil", "unknown key"},
    {"{\"address\":\"2001:db8::/129\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"10.0.0.0/8x\"}", "address", "10.0.0.0/8"},
    {"{\"address\":\"0000000000000000000000000000000000000000"
     "00000000000000000000000000000000\"}",
	"address", "10.0.0.0/8"},
    {"{\"sha256\":\"" SHA "0\"}", "sha256", "64 hex digits"},
    {"{\"sha256\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
     "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"}",
	"sha256", "64 hex digits"},
};

static void
test_check(void **state)
{
	char where[64];
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(checks); i++) {
		json_t *match = json_of(checks[i].match);
		bool sound = identity_check(match, where, sizeof(where), &err);

		if (sound != (checks[i].where == NULL))
			fail_msg("%s: %s", checks[i].match,
			    sound ? "accepted" : err.text);
		if (!sound) {
			assert_string_equal(where, checks[i].where);
			if (strstr(err.text, checks[i].text) == NULL)
				fail_msg("%s: %s", checks[i].match, err.text);
		}
		json_decref(match);
	}
}

static const struct {
	const char *key, *text;
	const char *identity, *problem; /* one of both */
} sets[] = {
    {"uid", "1000", "{\"uid\":1000}", NULL},
    {"uid", "bob", NULL, "uid: want a number, not \"bob\""},
    {"uid", "", NULL, "uid: want a number"},
    {"uid", "-1", NULL, "uid: want a number"},
    {"uid", "5x", NULL, "uid: want a number"},
    {"uid", "99999999999999999999", NULL, "uid: want a number"},
    {"listener", "ci", "{\"listener\":\"ci\"}", NULL},
    {"listner", "ci", NULL,
	"unknown key \"listner\"; did you mean \"listener\"?"},
    {"xyzzy", "ci", NULL, "unknown key \"xyzzy\""},
    {"transport", "tls", "{\"transport\":\"tls\"}", NULL},
    {"transport", "udp", NULL, "transport: want unix, tcp or tls"},
    {"address", "10.0.0.1", "{\"address\":\"10.0.0.1\"}", NULL},
    {"address", "10.0.0.0/8", NULL, "address: want an IP address"},
    {"CN", "x", "{\"certificate\":{\"CN\":\"x\"}}", NULL},
    {"O", "x", "{\"certificate\":{\"O\":[\"x\"]}}", NULL},
    {"O", "\xff", NULL, "O: want UTF-8"},
    {"sha256", "12", NULL, "sha256: want 64 hex digits"},
    {"sha256", SHA, "{\"certificate\":{\"sha256\":\"" SHA "\"}}", NULL},
    {"transport", "unix", "{\"transport\":\"unix\"}", NULL},
    {"transport", "tcp", "{\"transport\":\"tcp\"}", NULL},
};

static void
test_set(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(sets); i++) {
		json_t *identity = json_object();
		bool set = identity_set(
		    identity, sets[i].key, sets[i].text, &err);

		if (set != (sets[i].identity != NULL) ||
		    (!set && strstr(err.text, sets[i].problem) == NULL))
			fail_msg("%s=%s: %s", sets[i].key, sets[i].text,
			    set ? "accepted" : err.text);
		assert_json(identity, set ? sets[i].identity : "{}");
		json_decref(identity);
	}
}

/* Members of the certificate come together. */
static void
test_set_two(void **state)
{
	json_t *identity = json_object();
	struct errmsg err;

	(void)state;
	assert_true(identity_set(identity, "O", "a", &err));
	assert_true(identity_set(identity, "CN", "b", &err));
	assert_json(identity, "{\"certificate\":{\"O\":[\"a\"],\"CN\":\"b\"}}");
	json_decref(identity);
}

static const struct {
	const char *wide, *narrow;
	bool covers;
} pairs[] = {
    {"{\"listener\":\"ci\"}", "{\"listener\":\"ci\"}", true},
    {"{\"listener\":\"ci\"}", "{\"listener\":\"ci\",\"uid\":0}", true},
    {"{\"listener\":\"*\"}", "{\"uid\":0}", true},
    {"{\"listener\":\"c*\"}", "{\"listener\":\"ci\"}", true},
    {"{\"uid\":[0,1]}", "{\"uid\":1}", true},
    {"{\"uid\":[0,1]}", "[{\"uid\":1},{\"uid\":0,\"gid\":3}]", true},
    {"[{\"uid\":0},{\"uid\":1}]", "{\"uid\":1,\"gid\":7}", true},
    {"{\"O\":\"*\"}", "{\"O\":\"ac*\"}", true},
    {"{\"address\":\"10.0.0.0/8\"}", "{\"address\":\"10.1.2.3\"}", true},
    {"{\"address\":\"10.0.0.0/8\"}", "{\"address\":\"10.1.0.0/16\"}", true},
    {"{\"address\":\"10.0.0.0/8\"}", "{\"address\":\"10.0.0.0/4\"}", false},
    {"{\"address\":\"d::\"}", "{\"address\":\"d::/92\"}", false},
    {"{\"listener\":\"ci\",\"uid\":0}", "{\"listener\":\"ci\"}", false},
    {"{\"O\":\"*\"}", "{\"CN\":\"a\"}", false},
    {"{\"listener\":\"c*\"}", "{\"listener\":\"*i\"}", false},
    {"{\"uid\":[0,1]}", "{\"uid\":[1,2]}", false},
    {"{\"uid\":[0,1]}", "[{\"uid\":1},{\"gid\":0}]", false},
    {"{\"uid\":0}", "{\"uid\":[]}", false},
    {"{}", "{\"uid\":0}", false},
    {"{\"uid\":0}", "[]", false},
    {"{\"uid\":0}", "{\"uid\":[0,0]}", true},
    {"{\"listener\":[\"a\",\"ci\"]}", "{\"listener\":\"ci\"}", true},
    {"{\"transport\":\"*\"}", "{\"uid\":0}", true},
    {"{\"CN\":\"*\"}", "{\"uid\":0}", false},
    {"{\"CN\":\"a*\"}", "{\"CN\":\"a?\"}", false},
    {"{\"CN\":\"a*\"}", "{\"CN\":7}", false},
    {"{\"uid\":7}", "{\"uid\":\"7\"}", false},
    {"{\"evil\":0}", "{\"evil\":0}", false},
};

static void
test_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		json_t *wide = json_of(pairs[i].wide);
		json_t *narrow = json_of(pairs[i].narrow);

		if (identity_covers(wide, narrow) != pairs[i].covers)
			fail_msg("%s: %s", pairs[i].wide, pairs[i].narrow);
		json_decref(wide);
		json_decref(narrow);
	}
}

static void
test_source(void **state)
{
	(void)state;
	assert_int_equal(identity_source("listener"), IDENTITY_ANYONE);
	assert_int_equal(identity_source("xyzzy"), IDENTITY_ANYONE);
	assert_int_equal(identity_source("gid"), IDENTITY_UNIX);
	assert_int_equal(identity_source("address"), IDENTITY_NETWORK);
	assert_int_equal(identity_source("O"), IDENTITY_CERTIFICATE);
	assert_int_equal(identity_source("sha256"), IDENTITY_CERTIFICATE);
}

/* --- many rules ------------------------------------------------------------- */

/* The first that fits, each looked at. */
static size_t
first_of(const json_t *rules, const json_t *identity)
{
	size_t i;
	json_t *rule;

	json_array_foreach(rules, i, rule)
	{
		if (identity_matches(json_object_get(rule, "match"), identity))
			return i;
	}
	return SIZE_MAX;
}

/* Matches and identities of a few values, so that many fit. */
static json_t *
any_match(unsigned n)
{
	static const char *const texts[] = {"{\"uid\":%u}", "{\"uid\":[%u,1]}",
	    "{\"listener\":\"l%u\"}", "{\"listener\":\"l*\",\"uid\":%u}",
	    "[{\"uid\":%u},{\"gid\":1}]", "{\"CN\":\"c%u\",\"O\":\"o1\"}",
	    "{\"O\":\"o%u\"}", "{\"CN\":\"c?\",\"DNS\":\"d%u\"}",
	    "{\"address\":\"10.0.0.%u\"}", "{\"address\":\"10.0.%u.0/30\"}",
	    "{\"evil\":%u}", "{\"listener\":\"l1\",\"CN\":[\"c*\",\"c%u\"]}"};
	char text[128];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(
	    text, sizeof(text), texts[n % COUNT(texts)], n / COUNT(texts) % 4);
#pragma GCC diagnostic pop
	return json_of(text);
}

static json_t *
any_identity(unsigned n)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
	    "{\"listener\":\"l%u\",\"uid\":%u,\"gid\":%u,"
	    "\"address\":\"10.0.0.%u\",\"certificate\":{\"CN\":\"c%u\","
	    "\"O\":[\"o%u\",\"o3\"],\"DNS\":[\"d%u\"]}}",
	    n % 3, n / 3 % 5, n / 15 % 3, n / 45 % 4, n / 180 % 4, n / 720 % 4,
	    n % 7);
	return json_of(text);
}

static void
test_index(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		json_t *rules = json_array();
		struct identity_index *index;

		for (unsigned i = 0; i < round % 12; i++) {
			seed = seed * 1103515245 + 12345;
			assert_int_equal(json_array_append_new(rules,
					     json_pack("{s:o}", "match",
						 any_match(seed >> 8))),
			    0);
		}
		index = identity_index_new(rules);
		assert_non_null(index);
		for (unsigned i = 0; i < 60; i++) {
			json_t *identity = any_identity(i * 37 + round);
			size_t is = 0, want = first_of(rules, identity);

			assert_true(identity_index_find(index, identity, &is) ==
			    (want != SIZE_MAX));
			assert_true(is == want);
			json_decref(identity);
		}
		identity_index_free(index);
		json_decref(rules);
	}
}

/* Fingerprints in whatever case, addresses in whatever form. */
static void
test_index_spelling(void **state)
{
	json_t *rules = json_of("[{\"match\":{\"sha256\":\"AA:"
				"00000000000000000000000000000000000000"
				"000000000000000000000000\"}},"
				" {\"match\":{\"address\":\"2001:DB8:0::1\"}},"
				" {\"match\":{\"address\":\"10.0.0.1/32\"}}]");
	json_t *callers = json_of(
	    "[{\"certificate\":{\"sha256\":"
	    "\"aa000000000000000000000000000000000000"
	    "00000000000000000000000000\"}},"
	    " {\"address\":\"2001:db8::1\"}, {\"address\":\"10.0.0.1\"},"
	    " {\"address\":\"::ffff:10.0.0.1\"}]");
	struct identity_index *index = identity_index_new(rules);
	size_t i, rule;
	json_t *caller;

	(void)state;
	assert_non_null(index);
	json_array_foreach(callers, i, caller)
	{
		assert_true(identity_index_find(index, caller, &rule));
		assert_int_equal(rule, first_of(rules, caller));
	}
	identity_index_free(index);
	json_decref(callers);
	json_decref(rules);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_set_two),
	    cmocka_unit_test(test_covers),
	    cmocka_unit_test(test_source),
	    cmocka_unit_test(test_index),
	    cmocka_unit_test(test_index_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
