/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of calls and bodies against what the Docker Engine has:
 * tests/data/endpoints.tsv and fields.tsv hold every route and every field of
 * API 1.12 to 1.56, taken from its sources.  What we leave out on purpose
 * stands in *-exceptions.tsv, with the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schema.h"
#include "unit/unit.h"

#define EXCEPTIONS_MAX 200

/* Exceptions, by their first two columns. */
struct exceptions {
	char *rows[EXCEPTIONS_MAX];
	bool used[EXCEPTIONS_MAX];
	size_t n;
};

struct comparison {
	struct exceptions exceptions;
	size_t rows, failed;
};

static void
add_exception(char *line, void *arg)
{
	struct exceptions *exceptions = arg;
	char *a = next_column(&line), *b = next_column(&line);

	if (*a == '#' || *a == '\0')
		return;
	/* A reason is words. */
	assert_true(line != NULL && strchr(line, ' ') != NULL);
	assert_true(exceptions->n < EXCEPTIONS_MAX);
	assert_true(
	    asprintf(&exceptions->rows[exceptions->n], "%s\t%s", a, b) > 0);
	exceptions->n++;
}

static bool
is_exception(struct exceptions *exceptions, const char *a, const char *b)
{
	size_t len = strlen(a);

	for (size_t i = 0; i < exceptions->n; i++) {
		const char *row = exceptions->rows[i];

		if (strncmp(row, a, len) == 0 && row[len] == '\t' &&
		    strcmp(row + len + 1, b) == 0) {
			exceptions->used[i] = true;
			return true;
		}
	}
	return false;
}

/* An exception that nothing needs is forgotten work. */
static void
end_exceptions(struct exceptions *exceptions, size_t *failed)
{
	for (size_t i = 0; i < exceptions->n; i++) {
		if (!exceptions->used[i]) {
			print_error("not needed: %s\n", exceptions->rows[i]);
			++*failed;
		}
		free(exceptions->rows[i]);
	}
}

/* --- calls ---------------------------------------------------------------- */

/* A path of the template, with a name in each "{...}". */
static void
fill_template(const char *template, char *path, size_t size)
{
	size_t n = 0;

	for (; *template != '\0' && n + 2 < size; template ++) {
		if (*template == '{') {
			path[n++] = 'x';
			template += strcspn(template, "}");
		} else {
			path[n++] = *template;
		}
	}
	path[n] = '\0';
}

static enum http_method
method_of(const char *name)
{
	enum http_method method = METHOD_GET;

	while (method <= METHOD_DELETE &&
	    strcmp(http_method_name(method), name) != 0)
		method++;
	return method > METHOD_DELETE ? METHOD_NONE : method;
}

static void
check_endpoint(char *line, void *arg)
{
	struct comparison *c = arg;
	const char *method = next_column(&line), *template = next_column(&line);
	const char *name, *danger;
	char path[256];
	json_t *vars = NULL;
	struct errmsg err;
	const struct call *call;

	if (strcmp(method, "method") == 0)
		return;
	c->rows++;
	(void)next_column(&line);
	(void)next_column(&line);
	name = next_column(&line);
	(void)next_column(&line);
	(void)next_column(&line);
	danger = next_column(&line);
	fill_template(template, path, sizeof(path));
	call = call_find(method_of(method), path,
	    strcmp(name, "image.import") == 0, &vars, &err);
	json_decref(vars);
	if (is_exception(&c->exceptions, method, template)) {
		if (call != NULL && strcmp(call->name, name) == 0) {
			print_error("%s %s: is a call\n", method, template);
			c->failed++;
		}
		return;
	}
	if (call == NULL || strcmp(call->name, name) != 0 ||
	    strcmp(danger_name(call->danger), danger) != 0) {
		print_error("%s %s: want %s (%s), is %s (%s)\n", method,
		    template, name, danger, call == NULL ? "none" : call->name,
		    call == NULL ? "" : danger_name(call->danger));
		c->failed++;
	}
}

static void
test_endpoints(void **state)
{
	struct comparison c = {.rows = 0};

	(void)state;
	(void)each_line("tests/data/endpoints-exceptions.tsv", add_exception,
	    &c.exceptions);
	(void)each_line("tests/data/endpoints.tsv", check_endpoint, &c);
	end_exceptions(&c.exceptions, &c.failed);
	assert_true(c.rows > 120);
	assert_int_equal(c.failed, 0);
}

/* --- fields --------------------------------------------------------------- */

/* Names of the field table that are not those of calls. */
static const struct {
	const char *endpoint, *call;
} calls_of[] = {
    {"auth", "system.auth"},
    {"build", "build"},
    {"checkpoint.create", "checkpoint.create"},
    {"commit", "container.commit"},
    {"container.archive.*", "container.archive.get"},
    {"exec.create", "container.exec.create"},
    {"image.pull/import", "image.pull"},
    {"service.create+update", "service.create"},
    {"*.prune", "container.prune"},
    {"*.list", "container.list"},
    {"plugin.*", "plugin.pull"},
};

static const struct call *
call_of(const char *endpoint)
{
	for (size_t i = 0; i < COUNT(calls_of); i++) {
		if (strcmp(calls_of[i].endpoint, endpoint) == 0)
			return call_by_name(calls_of[i].call);
	}
	return call_by_name(endpoint);
}

static bool
has_param(const struct call *call, const char *name)
{
	const struct call_param *param = call->params;

	while (param->name != NULL && strcmp(param->name, name) != 0)
		param++;
	return param->name != NULL;
}

static bool
is_known(const struct call *call, const char *path)
{
	if (call == NULL)
		return false;
	if (*path == '?')
		return has_param(call, path + 1);
	return call->schema != NULL && schema_has(call->schema, path);
}

static void
check_field(char *line, void *arg)
{
	struct comparison *c = arg;
	const char *endpoint = next_column(&line), *path = next_column(&line);

	if (strcmp(endpoint, "endpoint") == 0)
		return;
	c->rows++;
	if (is_known(call_of(endpoint), path)) {
		if (is_exception(&c->exceptions, endpoint, path)) {
			print_error("%s %s: is known\n", endpoint, path);
			c->failed++;
		}
	} else if (!is_exception(&c->exceptions, endpoint, path)) {
		print_error("%s %s: is not known\n", endpoint, path);
		c->failed++;
	}
}

static void
test_fields(void **state)
{
	struct comparison c = {.rows = 0};

	(void)state;
	(void)each_line(
	    "tests/data/fields-exceptions.tsv", add_exception, &c.exceptions);
	(void)each_line("tests/data/fields.tsv", check_field, &c);
	end_exceptions(&c.exceptions, &c.failed);
	assert_true(c.rows > 700);
	assert_int_equal(c.failed, 0);
}

/* schema_has() itself can say no. */
static void
test_has(void **state)
{
	(void)state;
	assert_true(schema_has(&shape_container_create, "HostConfig.Mounts"));
	assert_true(schema_has(
	    &shape_container_create, "HostConfig.Mounts[].BindOptions"));
	assert_false(schema_has(&shape_container_create, "Evil"));
	assert_false(schema_has(&shape_container_create, "hostconfig"));
	assert_false(schema_has(&shape_container_create, "HostConfig.Evil"));
	assert_false(
	    schema_has(&shape_container_create, "HostConfig.Mounts[].Evil"));
	assert_false(schema_has(&shape_container_create, "Image.Evil"));
	assert_false(schema_has(&shape_container_create, "Image[]"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_endpoints),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
