/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of requests and of tiers for records, lists and rehearsals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "request.h"
#include "unit/unit.h"

/* Does a request with this in that member touch nothing? */
static bool
touches_nothing(json_t **member, const struct request *req, const char *value)
{
	json_t *touched;
	bool nothing;

	*member = json_of(value);
	nothing = request_touches_nothing(req);
	touched = request_touches(req);
	assert_non_null(touched);
	/* It is about the summary, which it spares. */
	if (nothing)
		assert_int_equal(json_object_size(touched), 0);
	json_decref(touched);
	json_decref(*member);
	*member = NULL;
	return nothing;
}

static void
test_touches_nothing(void **state)
{
	struct request req = {.call = call_by_name("container.list")};

	(void)state;
	assert_true(request_touches_nothing(&req));
	assert_true(touches_nothing(&req.vars, &req, "{}"));
	assert_false(touches_nothing(&req.vars, &req, "{\"id\": \"a\"}"));
	assert_true(touches_nothing(&req.query, &req, "{}"));
	assert_false(touches_nothing(&req.query, &req, "{\"all\": \"1\"}"));
	assert_false(touches_nothing(&req.body, &req, "{\"Image\": \"a\"}"));
}

/* Is it without the secret, and with what it keeps? */
static void
assert_kept(
    json_t **member, struct request *req, const char *value, const char *kept)
{
	json_t *touched;
	char *text;

	*member = json_of(value);
	touched = request_touches(req);
	text = json_dumps(touched, JSON_COMPACT);
	assert_non_null(text);
	assert_null(strstr(text, "S3CRET"));
	assert_non_null(strstr(text, kept));
	free(text);
	json_decref(touched);
	json_decref(*member);
	*member = NULL;
}

static void
test_touches_without_secrets(void **state)
{
	struct request req = {.call = call_by_name("build")};
	static const char *const urls[][2] = {
	    {"https://u:S3CRET@example.com/x", "https://...@example.com/x"},
	    {"https://example.com/x?S3CRET", "https://example.com/x\""},
	    {"github.com/a/b.git?S3CRET", "\"github.com/a/b.git\""},
	    {"example.com/a#S3CRET", "\"example.com/a\""},
	    {"u:S3CRET@example.com/x", "\"...@example.com/x\""},
	    {"u:S3CRET@example.com/x?y=http://z", "\"...@example.com/x\""},
	    {"u/S3CRET@example.com/y://z", "\"...@example.com/y://z\""},
	    {"git@example.com:a/b", "@example.com:a/b\""},
	};
	static const char *const names[] = {"remote", "fromSrc"};
	char query[128];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(urls) / sizeof(urls[0]); i++) {
		(void)snprintf(query, sizeof(query), "{\"%s\": \"%s\"}",
		    names[i % 2], urls[i / 2][0]);
		assert_kept(&req.query, &req, query, urls[i / 2][1]);
	}
	assert_kept(&req.query, &req, "{\"fromImage\": \"a@sha256:b\"}",
	    "\"a@sha256:b\"");
	assert_kept(&req.body, &req,
	    "{\"Driver\": {\"Name\": \"vault\", \"Options\": {\"token\": "
	    "\"S3CRET\"}}}",
	    "{\"driver\":\"vault\"}");
	assert_kept(&req.body, &req, "{\"Driver\": {}}", "{\"driver\":null}");
	assert_kept(&req.body, &req,
	    "{\"HostConfig\": {\"Mounts\": [{\"Type\": \"volume\", "
	    "\"VolumeOptions\": {\"x\": \"S3CRET\"}}]}}",
	    "{\"mounts\":[{\"Type\":\"volume\",");
}

static void
test_shown(void **state)
{
	json_t *body = json_of("{\"Env\": [\"KEY=secret\"], \"Image\": \"a\"}");
	json_t *shown = request_shown(body), *none = request_shown(NULL);
	char *text = json_dumps(shown, 0);

	(void)state;
	assert_non_null(text);
	assert_null(strstr(text, "secret"));
	assert_non_null(strstr(text, "KEY"));
	assert_true(json_is_null(none));
	free(text);
	json_decref(none);
	json_decref(shown);
	json_decref(body);
}

static void
test_tier(void **state)
{
	const struct filter *privileged = filter_by_name("privileged");
	const struct call *create = call_by_name("container.create");
	const struct filter unknown = {.name = "unknown"};
	struct problems problems;
	struct tier *ci, *admin;

	(void)state;
	problems_init(&problems, "");
	ci = config_preset_tier("ci", &problems);
	admin = config_preset_tier("admin", &problems);
	assert_true(ci != NULL && admin != NULL);
	assert_true(tier_applies(ci, privileged, create));
	assert_false(tier_applies(admin, privileged, create));
	assert_false(
	    tier_applies(ci, privileged, call_by_name("container.list")));
	assert_false(tier_applies(ci, &unknown, create));
	assert_true(strlen(tier_description(ci)) > 0);
	assert_string_equal(tier_mode_name(tier_mode(ci)), "enforce");
	tier_free(ci);
	ci = tier_new("bare", json_of("{}"), "", problems_add, &problems);
	assert_non_null(ci);
	assert_string_equal(tier_description(ci), "");
	tier_free(ci);
	tier_free(admin);
	problems_done(&problems);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_touches_nothing),
	    cmocka_unit_test(test_touches_without_secrets),
	    cmocka_unit_test(test_shown),
	    cmocka_unit_test(test_tier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
