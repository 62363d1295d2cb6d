/* SPDX-License-Identifier: Apache-2.0 */
/* Members by path, changes and what is written down of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pointer.h"
#include "report.h"
#include "tier.h"
#include "unit/unit.h"

static const char tree_text[] =
    "{\"A\":{\"B\":[1,{\"C\":null}],\"D\":false},\"E\":\"\"}";

static void
test_get(void **state)
{
	static const struct {
		const char *dotted, *want; /* NULL: absent */
	} rows[] = {
	    {"A.B[0]", "1"},
	    {"A.B[1].C", "null"},
	    {"A.D", "false"},
	    {"E", "\"\""},
	    {"A.B[2]", NULL},
	    {"A.B[2].C", NULL},
	    {"A.b", NULL},
	    {"a", NULL},
	    {"A.B.C", NULL},
	    {"A[0]", NULL},
	    {"A.D.X", NULL},
	    {"E.X", NULL},
	    {"", NULL},
	    {"A..D", NULL},
	    {"A.B[x]", NULL},
	    {"A.B[", NULL},
	    {"A.B[0", NULL},
	};
	json_t *tree = json_of(tree_text);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const json_t *found = pointer_get(tree, rows[i].dotted);

		if ((found != NULL) != (rows[i].want != NULL))
			fail_msg("%s", rows[i].dotted);
		if (found != NULL)
			assert_json(found, rows[i].want);
	}
	assert_null(pointer_get(NULL, "A"));
	json_decref(tree);
}

static void
test_set(void **state)
{
	static const struct {
		const char *dotted, *value, *want; /* want NULL: fails */
	} rows[] = {
	    {"E", "1", "{\"A\":{\"B\":[1,{\"C\":null}],\"D\":false},\"E\":1}"},
	    {"A.B[1].C", "2",
		"{\"A\":{\"B\":[1,{\"C\":2}],\"D\":false},\"E\":\"\"}"},
	    {"A.B[0]", NULL,
		"{\"A\":{\"B\":[{\"C\":null}],\"D\":false},\"E\":\"\"}"},
	    {"A", NULL, "{\"E\":\"\"}"},
	    {"A.D", NULL, "{\"A\":{\"B\":[1,{\"C\":null}]},\"E\":\"\"}"},
	    {"X.Y.Z", "1",
		"{\"A\":{\"B\":[1,{\"C\":null}],\"D\":false},\"E\":\"\","
		"\"X\":{\"Y\":{\"Z\":1}}}"},
	    {"X.Y.Z", NULL, tree_text},
	    {"E.X", "1", NULL},
	    {"A.B[7]", "1", NULL},
	    {"A.B.X", "1", NULL},
	    {"", "1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *tree = json_of(tree_text);
		json_t *value = rows[i].value == NULL ? NULL
						      : json_of(rows[i].value);
		bool set = pointer_set(&tree, rows[i].dotted, value);

		if (set != (rows[i].want != NULL))
			fail_msg("%s", rows[i].dotted);
		if (set)
			assert_json(tree, rows[i].want);
		json_decref(value);
		json_decref(tree);
	}
}

static void
test_set_nothing(void **state)
{
	json_t *tree = NULL, *value = json_of("1");

	(void)state;
	assert_true(pointer_set(&tree, "A.B", value));
	assert_json(tree, "{\"A\":{\"B\":1}}");
	json_decref(value);
	json_decref(tree);
}

static void
test_rewrite(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	struct report report;

	(void)state;
	report_init(&report);
	report.filter = "f";
	req.body = json_of("{\"HostConfig\":{\"Privileged\":true}}");
	assert_int_equal(rewrite_body(&req, &report, "HostConfig.Privileged",
			     json_false(), "no"),
	    VERDICT_REWRITE);
	assert_json(req.body, "{\"HostConfig\":{\"Privileged\":false}}");
	assert_json(report.changes,
	    "[{\"field\":\"HostConfig.Privileged\",\"before\":true,"
	    "\"after\":false,\"filter\":\"f\",\"why\":\"no\"}]");
	/* What is so already is no change. */
	assert_int_equal(rewrite_body(&req, &report, "HostConfig.Privileged",
			     json_false(), "no"),
	    VERDICT_PASS);
	assert_int_equal(
	    rewrite_body(&req, &report, "HostConfig.Binds", NULL, "no"),
	    VERDICT_PASS);
	assert_int_equal(json_array_size(report.changes), 1);
	assert_int_equal(
	    rewrite_body(&req, &report, "HostConfig.Privileged", NULL, "no"),
	    VERDICT_REWRITE);
	assert_json(req.body, "{\"HostConfig\":{}}");
	assert_json(json_object_get(json_array_get(report.changes, 1), "after"),
	    "null");
	report_done(&report);
	request_done(&req);
}

/* A member that cannot be set is no success. */
static void
test_rewrite_fails(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	struct report report;

	(void)state;
	report_init(&report);
	req.body = json_of("{\"HostConfig\":\"x\"}");
	assert_int_equal(rewrite_body(&req, &report, "HostConfig.Privileged",
			     json_false(), "no"),
	    VERDICT_FAIL);
	assert_int_equal(report.verdict, VERDICT_FAIL);
	assert_json(req.body, "{\"HostConfig\":\"x\"}");
	report_done(&report);
	request_done(&req);
}

static void
test_rewrite_query(void **state)
{
	struct request req = {.call = call_by_name("build")};
	struct report report;

	(void)state;
	report_init(&report);
	assert_int_equal(rewrite_query(&req, &report, "networkmode",
			     json_string("none"), "no"),
	    VERDICT_REWRITE);
	assert_string_equal(request_query(&req, "networkmode"), "none");
	assert_json(json_object_get(json_array_get(report.changes, 0), "field"),
	    "\"?networkmode\"");
	report_done(&report);
	request_done(&req);
}

/* Credentials, and what a build is told, are in no record. */
static void
test_secret_parameters(void **state)
{
	struct request req = {.call = call_by_name("build")};
	struct report report;
	char *text;

	(void)state;
	report_init(&report);
	req.headers = json_of("{\"X-Registry-Config\":{\"docker.io\":"
			      "{\"password\":\"s3cret\"}}}");
	req.query = json_of("{\"buildargs\":{\"TOKEN\":\"s3cret\"}}");
	assert_int_equal(rewrite_header(&req, &report, "X-Registry-Config",
			     json_of("{}"), "no"),
	    VERDICT_REWRITE);
	assert_int_equal(
	    rewrite_query(&req, &report, "buildargs", json_object(), "no"),
	    VERDICT_REWRITE);
	text = json_dumps(report.changes, JSON_COMPACT);
	assert_non_null(text);
	assert_null(strstr(text, "s3cret"));
	assert_non_null(strstr(text, "TOKEN"));
	assert_json(req.headers, "{\"X-Registry-Config\":{}}");
	free(text);
	report_done(&report);
	request_done(&req);
}

static void
test_enforce_query(void **state)
{
	struct request req = {.call = call_by_name("build")};
	struct report report;

	(void)state;
	report_init(&report);
	report.action = ACTION_REJECT;
	assert_int_equal(
	    enforce_query(&req, &report, "memory", json_string("1"), "no"),
	    VERDICT_DENY);
	assert_string_equal(report.field, "?memory");
	assert_null(request_query(&req, "memory"));
	report.action = ACTION_REWRITE;
	assert_int_equal(
	    enforce_query(&req, &report, "memory", json_string("1"), "no"),
	    VERDICT_REWRITE);
	assert_string_equal(request_query(&req, "memory"), "1");
	report_done(&report);
	request_done(&req);
}

static void
test_rewrite_var(void **state)
{
	struct request req = {.call = call_by_name("container.stop")};
	struct report report;

	(void)state;
	report_init(&report);
	req.vars = json_of("{\"container\":\"web\"}");
	assert_int_equal(rewrite_var(&req, &report, "container",
			     json_string("web"), "the same"),
	    VERDICT_PASS);
	assert_null(report.changes);
	assert_int_equal(rewrite_var(&req, &report, "container",
			     json_string("4711"), "what was judged"),
	    VERDICT_REWRITE);
	assert_json(req.vars, "{\"container\":\"4711\"}");
	assert_json(report.changes,
	    "[{\"field\":\"{container}\",\"before\":\"web\","
	    "\"after\":\"4711\",\"filter\":\"\","
	    "\"why\":\"what was judged\"}]");
	report_done(&report);
	request_done(&req);
}

static void
test_hide(void **state)
{
	struct report report;

	(void)state;
	report_init(&report);
	assert_int_equal(report_deny(&report, "Image", "no"), VERDICT_DENY);
	assert_false(report.hidden);
	assert_int_equal(
	    report_hide(&report, "{container}", "No such container: %s", "x"),
	    VERDICT_DENY);
	assert_true(report.hidden);
	assert_string_equal(report.reason.text, "No such container: x");
	report_done(&report);
}

static void
test_enforce(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	struct report report;

	(void)state;
	report_init(&report);
	report.filter = "f";
	report.action = ACTION_REJECT;
	req.body = json_of("{\"User\":\"root\"}");
	assert_int_equal(
	    enforce_body(&req, &report, "User", json_string("1"), "no root"),
	    VERDICT_DENY);
	assert_string_equal(report.reason.text, "no root");
	assert_string_equal(report.field, "User");
	assert_json(req.body, "{\"User\":\"root\"}");
	report.action = ACTION_REWRITE;
	assert_int_equal(
	    enforce_body(&req, &report, "User", json_string("1"), "no root"),
	    VERDICT_REWRITE);
	assert_json(req.body, "{\"User\":\"1\"}");
	report_done(&report);
	request_done(&req);
}

/* A reason is cut, never overrun, and is not a format. */
static void
test_reason(void **state)
{
	struct report report;
	char text[2000];

	(void)state;
	memset(text, '%', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	report_init(&report);
	assert_int_equal(report_deny(&report, text, "%s", text), VERDICT_DENY);
	assert_int_equal(
	    strlen(report.reason.text), sizeof(report.reason.text) - 1);
	assert_int_equal(strlen(report.field), sizeof(report.field) - 1);
	report_done(&report);
}

/* Nothing of a value that may be secret stands in the record or a warning. */
static void
test_secrets(void **state)
{
	static const struct {
		const char *dotted, *before, *after;
	} rows[] = {
	    {"Env", "[\"TOKEN=s3cret\",\"A=s3cret=x\",\"PLAIN\"]",
		"[\"TOKEN=s3cret\"]"},
	    {"Env[0]", NULL, "\"TOKEN=s3cret\""},
	    {"HostConfig.LogConfig",
		"{\"Type\":\"splunk\",\"Config\":{\"splunk-token\":"
		"\"s3cret\"}}",
		"{\"Type\":\"json-file\"}"},
	    {"HostConfig.LogConfig.Config", "{\"splunk-token\":\"s3cret\"}",
		NULL},
	    {"HostConfig.Mounts",
		"[{\"Type\":\"volume\",\"VolumeOptions\":{\"DriverConfig\":"
		"{\"Options\":{\"o\":\"password=s3cret\"}}}}]",
		"[]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct request req = {.call = call_by_name("container.create")};
		struct report report;
		json_t *before = rows[i].before == NULL
		    ? NULL
		    : json_of(rows[i].before);
		json_t *warnings;
		char *text;

		report_init(&report);
		report.filter = "f";
		if (strcmp(rows[i].dotted, "Env[0]") == 0)
			req.body = json_of("{\"Env\":[\"X=s3cret\"]}");
		else
			assert_true(
			    pointer_set(&req.body, rows[i].dotted, before));
		json_decref(before);
		assert_int_equal(
		    rewrite_body(&req, &report, rows[i].dotted,
			rows[i].after == NULL ? NULL : json_of(rows[i].after),
			"why"),
		    VERDICT_REWRITE);
		text = json_dumps(report.changes, 0);
		if (strstr(text, "s3cret") != NULL)
			fail_msg("%s: %s", rows[i].dotted, text);
		free(text);
		warnings = report_warnings(&report);
		text = json_dumps(warnings, 0);
		assert_null(strstr(text, "s3cret"));
		free(text);
		json_decref(warnings);
		report_done(&report);
		request_done(&req);
	}
}

static void
change(struct report *report, struct request *req, const char *dotted,
    const char *before, const char *after)
{
	if (before != NULL) {
		json_t *value = json_of(before);

		assert_true(pointer_set(&req->body, dotted, value));
		json_decref(value);
	}
	assert_int_equal(
	    rewrite_body(req, report, dotted, json_of(after), "because"),
	    VERDICT_REWRITE);
}

/* A line for what was asked otherwise; one for all that was not asked. */
static void
test_warnings(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	struct report report;
	json_t *warnings;

	(void)state;
	report_init(&report);
	report.filter = "f";
	change(&report, &req, "HostConfig.Memory", "0", "5");
	change(&report, &req, "HostConfig.Privileged", "true", "false");
	change(&report, &req, "HostConfig.CapDrop", "[]", "[\"ALL\"]");
	change(
	    &report, &req, "HostConfig.NetworkMode", "\"default\"", "\"none\"");
	change(&report, &req, "User", NULL, "\"1:1\"");
	warnings = report_warnings(&report);
	assert_json(warnings,
	    "[\"sockwarden: HostConfig.Privileged (--privileged): because "
	    "(f)\","
	    "\"sockwarden: added by the tier: Memory=5, CapDrop=[\\\"ALL\\\"], "
	    "NetworkMode=\\\"none\\\", User=\\\"1:1\\\"\"]");
	json_decref(warnings);
	report_done(&report);
	request_done(&req);
}

/* However much it is, the line has an end. */
static void
test_many_warnings(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	const char *line;
	struct report report;
	json_t *warnings;

	(void)state;
	report_init(&report);
	for (unsigned i = 0; i < 500; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "Labels.\xc3\xa9%u", i);
		change(&report, &req, name, NULL, "\"\xc3\xa9\"");
	}
	warnings = report_warnings(&report);
	assert_int_equal(json_array_size(warnings), 1);
	line = json_string_value(json_array_get(warnings, 0));
	assert_string_equal(line + strlen(line) - 3, "...");
	assert_true(strlen(line) < 1100);
	json_decref(warnings);
	report_done(&report);
	request_done(&req);
}

/* What the record names of a call holds no secret either. */
static void
test_touches(void **state)
{
	struct request req = {.call = call_by_name("container.create")};
	json_t *touches;
	char *text;

	(void)state;
	req.vars = json_of("{}");
	req.query = json_of("{\"name\":\"web\"}");
	req.body = json_of(
	    "{\"Image\":\"a:1\",\"Env\":[\"T=s3cret\"],\"HostConfig\":{"
	    "\"Binds\":[\"/a:/b\"],\"Mounts\":[{\"Type\":\"volume\","
	    "\"Source\":\"v\",\"Target\":\"/"
	    "c\",\"VolumeOptions\":{\"DriverConfig\":{"
	    "\"Options\":{\"o\":\"password=s3cret\"}}}}]}}");
	touches = request_touches(&req);
	assert_json(touches,
	    "{\"image\":\"a:1\",\"name\":\"web\",\"binds\":[\"/a:/b\"],"
	    "\"mounts\":[{\"Type\":\"volume\",\"Source\":\"v\","
	    "\"Target\":\"/c\"}]}");
	text = json_dumps(touches, 0);
	assert_null(strstr(text, "s3cret"));
	free(text);
	json_decref(touches);
	request_done(&req);
}

static void
test_touched_urls(void **state)
{
	static const struct {
		const char *url, *told;
	} rows[] = {
	    {"https://h/x.tar", "https://h/x.tar"},
	    {"https://u:s3cret@h/x", "https://...@h/x"},
	    {"https://u:s3cret@s3cret@h/x?t=s3cret", "https://...@h/x"},
	    {"https://h/x?t=s3cret@y", "https://h/x"},
	    {"https://h/x.git#main", "https://h/x.git"},
	    {"git@h:x", "...@h:x"},
	    {"-", "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct request req = {
		    .query = json_pack("{s:s}", "fromSrc", rows[i].url)};
		json_t *touches = request_touches(&req);

		assert_string_equal(
		    json_string_value(json_object_get(touches, "fromSrc")),
		    rows[i].told);
		json_decref(touches);
		request_done(&req);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_get),
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_set_nothing),
	    cmocka_unit_test(test_rewrite),
	    cmocka_unit_test(test_rewrite_fails),
	    cmocka_unit_test(test_rewrite_query),
	    cmocka_unit_test(test_secret_parameters),
	    cmocka_unit_test(test_enforce_query),
	    cmocka_unit_test(test_rewrite_var),
	    cmocka_unit_test(test_hide),
	    cmocka_unit_test(test_enforce),
	    cmocka_unit_test(test_reason),
	    cmocka_unit_test(test_secrets),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_many_warnings),
	    cmocka_unit_test(test_touches),
	    cmocka_unit_test(test_touched_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
