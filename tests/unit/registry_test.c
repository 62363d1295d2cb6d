/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/registry.h"
#include "unit/unit.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* base64url of text, as a client sends it. */
static char *
encode(const char *text, size_t len)
{
	char *made = calloc(1, len / 3 * 4 + 5);
	size_t n = 0;
	unsigned bits = 0, have = 0;

	assert_non_null(made);
	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | (unsigned char)text[i];
		for (have += 8; have >= 6; have -= 6)
			made[n++] = letters[bits >> (have - 6) & 63];
	}
	if (have > 0)
		made[n++] = letters[bits << (6 - have) & 63];
	while (n % 4 != 0)
		made[n++] = '=';
	return made;
}

static json_t *
read_header(const char *text, bool config, int *status, struct errmsg *err)
{
	struct http_request_head head = {0};

	if (config)
		head.registry_config = span_of(text);
	else
		head.registry_auth = span_of(text);
	return registry_read(&head, status, err);
}

static const struct {
	const char *json;
	bool config, accepted;
} rows[] = {
    {"{}", false, true},
    {"{\"username\":\"u\",\"password\":\"p\"}", false, true},
    {"{\"username\":\"u\",\"password\":\"p\",\"serveraddress\":"
     "\"https://index.docker.io/v1/\"}",
	false, true},
    {"{\"identitytoken\":\"t\"}", false, true},
    {"{\"index.docker.io\":{\"username\":\"u\",\"password\":\"p\"}}", true,
	true},
    {"{}", true, true},
    {"null", true, true},
    {"null", false, true},
    /* The daemon takes what it cannot read for empty; we do not. */
    {"", false, true},
    {"[]", false, false},
    {"[1]", true, false},
    {"{\"username\":1}", false, false},
    {"{\"username\":\"a\",\"username\":\"b\"}", false, false},
    {"{\"USERNAME\":\"a\"}", false, false},
    {"{\"Username\":\"a\",\"username\":\"b\"}", false, false},
    {"{\"username\":\"a\"}x", false, false},
    {"{\"evil\":\"a\"}", false, false},
    {"{\"r\":{\"username\":1}}", true, false},
};

static void
test_rows(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = encode(rows[i].json, strlen(rows[i].json));
		int status = 0;
		json_t *headers = read_header(
		    text, rows[i].config, &status, &err);

		if ((headers != NULL) != rows[i].accepted)
			fail_msg("%s: %s", rows[i].json,
			    headers == NULL ? err.text : "accepted");
		if (headers == NULL)
			assert_int_equal(status, 400);
		else if (*text == '\0' || strcmp(rows[i].json, "null") == 0)
			assert_json(headers, "{}");
		else
			assert_json(json_object_get(headers,
					rows[i].config ? "X-Registry-Config"
						       : "X-Registry-Auth"),
			    rows[i].json);
		json_decref(headers);
		free(text);
	}
}

/* docker-py sends what it has from a credential helper so. */
static void
test_capitals(void **state)
{
	static const char sent[] =
	    "{\"ServerAddress\":\"r.example.com\",\"Username\":\"<token>\","
	    "\"IdentityToken\":\"t\"}";
	char *text = encode(sent, strlen(sent));
	struct errmsg err;
	int status;
	json_t *headers = read_header(text, false, &status, &err);

	(void)state;
	assert_json(json_object_get(headers, "X-Registry-Auth"),
	    "{\"serveraddress\":\"r.example.com\",\"username\":\"<token>\","
	    "\"identitytoken\":\"t\"}");
	json_decref(headers);
	free(text);
}

static void
test_malformed(void **state)
{
	static const char *const texts[] = {"!", "e30g!",
	    "e3 0=", "e3\t0=", "e=30", "e30===", "=", "{}", "e30=,e30="};
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *headers = read_header(texts[i], false, &status, &err);

		if (headers != NULL)
			fail_msg("\"%s\" was accepted", texts[i]);
	}
}

/* Both alphabets, padded or not, are one. */
static void
test_alphabets(void **state)
{
	static const char *const texts[] = {"eyJ1c2VybmFtZSI6Ij8-In0=",
	    "eyJ1c2VybmFtZSI6Ij8+In0=", "eyJ1c2VybmFtZSI6Ij8-In0",
	    "eyJ1c2VybmFtZSI6Ij8-In0"};
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *headers = read_header(texts[i], false, &status, &err);

		assert_json(
		    headers, "{\"X-Registry-Auth\":{\"username\":\"?>\"}}");
		json_decref(headers);
	}
}

/* What goes upstream is made anew, and reads as the same. */
static void
test_write(void **state)
{
	static const char *const values[] = {"{}", "{\"username\":\"u\"}",
	    "{\"username\":\"uu\"}", "{\"username\":\"uuu\"}",
	    "{\"password\":\"\\u00ff?>\"}"};
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		json_t *value = json_of(values[i]), *headers;
		char *text = registry_write(value);

		assert_int_equal(strlen(text) % 4, 0);
		assert_int_equal(
		    strspn(text,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
			"qrstuvwxyz0123456789-_="),
		    strlen(text));
		headers = read_header(text, false, &status, &err);
		assert_json(
		    json_object_get(headers, "X-Registry-Auth"), values[i]);
		json_decref(headers);
		json_decref(value);
		free(text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_capitals),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_alphabets),
	    cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
