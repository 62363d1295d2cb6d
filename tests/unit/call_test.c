/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call.h"
#include "schema.h"
#include "unit/unit.h"

static const struct {
	enum http_method method;
	const char *path, *name; /* NULL: no call */
	const char *vars;
} rows[] = {
    {METHOD_GET, "/_ping", "system.ping", "{}"},
    {METHOD_HEAD, "/_ping", "system.ping", "{}"},
    {METHOD_POST, "/_ping", NULL, NULL},
    {METHOD_GET, "/containers/json", "container.list", "{}"},
    {METHOD_HEAD, "/containers/json", NULL, NULL},
    {METHOD_GET, "/containers/web/json", "container.inspect",
	"{\"container\":\"web\"}"},
    {METHOD_GET, "/containers/json/json", "container.inspect",
	"{\"container\":\"json\"}"},
    {METHOD_POST, "/containers/create", "container.create", "{}"},
    {METHOD_POST, "/containers/create/start", "container.start",
	"{\"container\":\"create\"}"},
    {METHOD_DELETE, "/containers/web", "container.remove",
	"{\"container\":\"web\"}"},
    {METHOD_DELETE, "/containers/a/checkpoints/b", "checkpoint.remove",
	"{\"container\":\"a\",\"checkpoint\":\"b\"}"},
    /* A name is one segment of the daemon's own grammar. */
    {METHOD_GET, "/containers/a/b/json", NULL, NULL},
    {METHOD_POST, "/containers/x/kill/start", NULL, NULL},
    {METHOD_DELETE, "/containers/x/json", NULL, NULL},
    {METHOD_DELETE, "/containers/a/b/checkpoints/c", NULL, NULL},
    {METHOD_DELETE, "/containers/", NULL, NULL},
    {METHOD_GET, "/containers//json", NULL, NULL},
    {METHOD_GET, "/containers/-a/json", NULL, NULL},
    {METHOD_GET, "/containers/.a/json", NULL, NULL},
    {METHOD_GET, "/containers/a:b/json", NULL, NULL},
    {METHOD_GET, "/containers/a@b/json", NULL, NULL},
    {METHOD_GET, "/containers/a b/json", NULL, NULL},
    {METHOD_GET, "/containers/a+b/json", NULL, NULL},
    {METHOD_GET, "/containers/json/", NULL, NULL},
    {METHOD_GET, "/containers/JSON", NULL, NULL},
    {METHOD_GET, "/Containers/json", NULL, NULL},
    {METHOD_GET, "/containers", NULL, NULL},
    {METHOD_GET, "/containersx/json", NULL, NULL},
    {METHOD_GET, "", NULL, NULL},
    {METHOD_GET, "/", NULL, NULL},
    /* References may hold slashes; the end of the path is literal. */
    {METHOD_GET, "/images/a/b/c:1/json", "image.inspect",
	"{\"image\":\"a/b/c:1\"}"},
    {METHOD_GET, "/images/a@sha256:0123/json", "image.inspect",
	"{\"image\":\"a@sha256:0123\"}"},
    {METHOD_GET, "/images/h:5000/a/get", "image.export",
	"{\"image\":\"h:5000/a\"}"},
    {METHOD_GET, "/images/json", "image.list", "{}"},
    {METHOD_GET, "/images/json/json", "image.inspect", "{\"image\":\"json\"}"},
    {METHOD_GET, "/images/get", "image.export", "{}"},
    {METHOD_GET, "/images/json/get", "image.export", "{\"image\":\"json\"}"},
    {METHOD_GET, "/images//json", NULL, NULL},
    {METHOD_DELETE, "/images/a/b", "image.remove", "{\"image\":\"a/b\"}"},
    {METHOD_POST, "/images/create/tag", "image.tag", "{\"image\":\"create\"}"},
    {METHOD_DELETE, "/images/a/", NULL, NULL},
    {METHOD_GET, "/distribution/h/a:b/json", "distribution.inspect",
	"{\"reference\":\"h/a:b\"}"},
    {METHOD_POST, "/plugins/vieux/sshfs:1/enable", "plugin.enable",
	"{\"plugin\":\"vieux/sshfs:1\"}"},
    {METHOD_GET, "/networks", "network.list", "{}"},
    {METHOD_GET, "/networks/", "network.list", "{}"},
    {METHOD_GET, "/volumes/", NULL, NULL},
    {METHOD_POST, "/grpc", "grpc", "{}"},
    {METHOD_GET, "/debug/vars", NULL, NULL},
    {METHOD_POST, "/containers/x/copy", NULL, NULL},
};

static void
test_find(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *vars = NULL;
		const struct call *call = call_find(
		    rows[i].method, rows[i].path, false, &vars, &err);

		if ((call == NULL) != (rows[i].name == NULL) ||
		    (call != NULL && strcmp(call->name, rows[i].name) != 0))
			fail_msg("%s: %s", rows[i].path,
			    call == NULL ? err.text : call->name);
		if (call == NULL)
			assert_null(vars);
		else
			assert_json(vars, rows[i].vars);
		json_decref(vars);
	}
}

/* The path that is sent finds the same call with the same names. */
static void
test_path(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *vars, *again;
		const struct call *call = call_find(
		    rows[i].method, rows[i].path, false, &vars, &err);
		char *path;

		if (call == NULL)
			continue;
		path = call_path(call, 0, vars);
		assert_string_equal(path, rows[i].path);
		assert_ptr_equal(
		    call_find(rows[i].method, path, false, &again, &err), call);
		assert_true(json_equal(vars, again));
		free(path);
		json_decref(again);
		path = call_path(call, 41, vars);
		assert_memory_equal(path, "/v1.41/", 7);
		assert_string_equal(path + 6, rows[i].path);
		free(path);
		json_decref(vars);
	}
}

static void
test_path_missing(void **state)
{
	json_t *vars = json_of("{}");

	(void)state;
	assert_null(call_path(call_by_name("container.inspect"), 41, vars));
	json_decref(vars);
}

static void
test_create(void **state)
{
	json_t *vars;
	struct errmsg err;

	(void)state;
	assert_string_equal(
	    call_find(METHOD_POST, "/images/create", false, &vars, &err)->name,
	    "image.pull");
	json_decref(vars);
	assert_string_equal(
	    call_find(METHOD_POST, "/images/create", true, &vars, &err)->name,
	    "image.import");
	json_decref(vars);
	assert_string_equal(
	    call_find(METHOD_GET, "/_ping", true, &vars, &err)->name,
	    "system.ping");
	json_decref(vars);
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *pattern, *call;
		bool matches;
	} pairs[] = {
	    {"*", "grpc", true},
	    {"container.create", "container.create", true},
	    {"container.create", "container.commit", false},
	    {"container.*", "container.exec.create", true},
	    {"container.exec.*", "container.exec.create", true},
	    {"contain.*", "container.create", false},
	    {"container", "container.create", false},
	    {"container.creat", "container.create", false},
	    {"container.*", "checkpoint.create", false},
	    {"danger:safe-read", "system.ping", true},
	    {"danger:safe-read", "system.info", false},
	    {"danger:", "system.ping", false},
	    {"", "system.ping", false},
	    {".*", "system.ping", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		const struct call *call = call_by_name(pairs[i].call);

		assert_non_null(call);
		if (call_matches(call, pairs[i].pattern) != pairs[i].matches)
			fail_msg("%s", pairs[i].pattern);
	}
	assert_true(call_pattern_known("image.*"));
	assert_false(call_pattern_known("images.*"));
	assert_false(call_pattern_known("container.creat"));
	assert_false(call_pattern_known("danger:none"));
	assert_false(call_pattern_known(""));
}

/* What must hold of every row. */
static void
test_table(void **state)
{
	(void)state;
	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		assert_true(call->path[0] == '/');
		assert_non_null(call->params);
		assert_int_equal(
		    call->body == CALL_BODY_JSON, call->schema != NULL);
		if (call->method == METHOD_GET || call->method == METHOD_HEAD ||
		    call->method == METHOD_DELETE)
			assert_int_equal(call->body, CALL_BODY_NONE);
		assert_true(strlen(call->why) > 3);
		for (const struct call_param *param = call->params;
		     param->name != NULL; param++)
			assert_true(param->kind == PARAM_LIST ||
			    (param->kind == PARAM_JSON) ==
				(param->shape != NULL));
		if (call->reply == CALL_REPLY_H2C)
			assert_int_equal(call->danger, DANGER_HOST_ROOT);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_path),
	    cmocka_unit_test(test_path_missing),
	    cmocka_unit_test(test_create),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
