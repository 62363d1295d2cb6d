/* SPDX-License-Identifier: Apache-2.0 */
/* observe_test -- a tier that does not enforce: what it lets through, what not
 * even then, and what the record says. */
#include "loop/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIER(mode)                                                             \
	"{\"tiers\": {\"t\": {\"mode\": \"" mode                               \
	"\", \"unlisted\": \"off\", \"filters\": {\"calls\": {\"allow\": ["    \
	"\"container.create\"]}, \"privileged\": {\"action\": \"reject\"}, "   \
	"\"mounts\": {}, \"owner\": {}}}}}"
#define NONE "{}"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
ask(int client, const char *method, const char *target, const char *body)
{
	char head[512];

	(void)snprintf(head, sizeof(head),
	    "%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, target, strlen(body));
	say(client, head);
	say(client, body);
}

/* As the engine: hear a call with a body, whole; the body. */
static json_t *
serve(const struct world *world, const char *line, const char *answer)
{
	int engine = world_accept(world);
	char *head = hear_head(engine), *body;
	const char *length = strstr(head, "Content-Length: ");
	size_t len = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
	json_t *tree;

	if (strncmp(head, line, strlen(line)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", head, line);
	body = hear(engine, len);
	tree = json_loadb(body, len, 0, NULL);
	(void)dprintf(engine,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
	    strlen(answer), answer);
	(void)close(engine);
	free(head);
	free(body);
	return tree;
}

/* What the client hears, as JSON. */
static json_t *
hear_json(int client, const char *status)
{
	char *head = hear_head(client), *body;
	const char *length = strstr(head, "Content-Length: ");
	size_t len;
	json_t *tree;

	if (strstr(head, status) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", status, head);
	assert_non_null(length);
	len = strtoul(length + 16, NULL, 10);
	body = hear(client, len);
	tree = json_loadb(body, len, 0, NULL);
	assert_non_null(tree);
	free(head);
	free(body);
	return tree;
}

static const char *
text(const json_t *tree, const char *outer, const char *name)
{
	const char *found = json_string_value(json_object_get(
	    outer == NULL ? tree : json_object_get(tree, outer), name));

	return found == NULL ? "" : found;
}

static const char privileged[] =
    "{\"Image\":\"busybox\",\"Env\":[\"KEY=hush\"],\"Labels\":{\"a\":\"b\"},"
    "\"HostConfig\":{\"Privileged\":true,\"Binds\":[\"/etc:/host\"]}}";

/* The body goes on as it was asked for, but for the team's label. */
static void
check_forwarded(json_t *body)
{
	json_t *host = json_object_get(body, "HostConfig");

	assert_true(json_is_true(json_object_get(host, "Privileged")));
	assert_int_equal(json_array_size(json_object_get(host, "Binds")), 1);
	assert_string_equal(text(body, "Labels", "sockwarden.team"), "testers");
	assert_string_equal(text(body, "Labels", "a"), "b");
	json_decref(body);
}

static void
test_observe(void **state)
{
	struct world world;
	json_t *record, *reply, *asked;
	char *written;
	int client;

	(void)state;
	world_start(&world, NONE, TIER("observe"));
	client = world_connect(&world);
	ask(client, "POST", "/v1.44/containers/create?name=x", privileged);
	check_forwarded(serve(&world, "POST /v1.44/containers/create?name=x ",
	    "{\"Id\":\"1\",\"Warnings\":null}"));
	reply = hear_json(client, "200 OK");
	assert_int_equal(
	    json_array_size(json_object_get(reply, "Warnings")), 0);
	json_decref(reply);

	record = world_record(&world, "\"would\"");
	assert_string_equal(text(record, NULL, "mode"), "observe");
	assert_string_equal(text(record, NULL, "verdict"), "rewrite");
	assert_string_equal(text(record, "would", "verdict"), "deny");
	assert_string_equal(text(record, "would", "filter"), "privileged");
	asked = json_object_get(record, "asked");
	assert_string_equal(
	    text(asked, NULL, "target"), "/v1.44/containers/create?name=x");
	assert_string_equal(
	    text(json_object_get(asked, "body"), NULL, "Image"), "busybox");
	/* It names the variable; it holds neither its value nor our label. */
	written = json_dumps(record, 0);
	assert_non_null(strstr(written, "KEY="));
	assert_null(strstr(written, "hush"));
	assert_null(json_object_get(
	    json_object_get(json_object_get(asked, "body"), "Labels"),
	    "sockwarden.team"));
	free(written);
	json_decref(record);
	(void)close(client);
	world_end(&world);
}

static void
test_warn(void **state)
{
	struct world world;
	json_t *reply;
	char *warnings;
	int client;

	(void)state;
	world_start(&world, NONE, TIER("warn"));
	client = world_connect(&world);
	ask(client, "POST", "/v1.44/containers/create", privileged);
	check_forwarded(serve(&world, "POST /v1.44/containers/create ",
	    "{\"Id\":\"1\",\"Warnings\":[]}"));
	reply = hear_json(client, "200 OK");
	warnings = json_dumps(json_object_get(reply, "Warnings"), 0);
	assert_non_null(strstr(warnings,
	    "sockwarden: not enforced: this would be refused: "
	    "HostConfig.Privileged (--privileged): "));
	free(warnings);
	json_decref(reply);
	(void)close(client);
	world_end(&world);
}

/* Calls that the tier does not list; what is nobody's. */
static void
test_unlisted_call(void **state)
{
	struct world world;
	json_t *record;
	int client;

	(void)state;
	world_start(&world, NONE, TIER("observe"));
	client = world_connect(&world);
	ask(client, "GET", "/v1.44/containers/json", "");
	json_decref(serve(&world, "GET /v1.44/containers/json ", "[]"));
	json_decref(hear_json(client, "200 OK"));
	record = world_record(&world, "\"would\"");
	assert_string_equal(text(record, "would", "filter"), "calls");
	assert_string_equal(text(record, NULL, "verdict"), "pass");
	json_decref(record);

	ask(client, "POST", "/v1.44/containers/web/pause", "");
	json_decref(serve(&world, "GET /containers/web/json ",
	    "{\"Id\":\"" ID
	    "\",\"Name\":\"/web\",\"Config\":{\"Labels\":{}}}"));
	json_decref(serve(&world, "POST /v1.44/containers/", "{}"));
	json_decref(hear_json(client, "200 OK"));
	(void)close(client);
	world_end(&world);
}

/* What is another team's, what is no call, what cannot be read. */
static void
test_not_even_then(void **state)
{
	static const struct {
		const char *method, *target, *body, *status;
	} rows[] = {
	    {"GET", "/v1.44/debug/vars", "", " 403 "},
	    {"POST", "/v1.44/containers/create", "{\"Image\":1}", " 400 "},
	    {"POST", "/v1.44/containers/create",
		"{\"Image\":\"a\",\"image\":\"b\"}", " 400 "},
	    {"GET", "/v1.44/containers/../info", "", " 400 "},
	};
	struct world world;
	int client;

	(void)state;
	world_start(&world, NONE, TIER("observe"));
	client = world_connect(&world);
	ask(client, "POST", "/v1.44/containers/web/stop", "");
	json_decref(serve(&world, "GET /containers/web/json ",
	    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":{\"Labels\":"
	    "{\"sockwarden.team\":\"others\"}}}"));
	json_decref(hear_json(client, " 404 "));
	(void)close(client);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		client = world_connect(&world);
		ask(client, rows[i].method, rows[i].target, rows[i].body);
		json_decref(hear_json(client, rows[i].status));
		(void)close(client);
	}
	assert_true(is_silent(world.engine));
	world_end(&world);
}

/* Without a word about it, records hold no more than ever. */
static void
test_enforce(void **state)
{
	struct world world;
	json_t *record;
	int client;

	(void)state;
	world_start(&world, NONE, NULL);
	client = world_connect(&world);
	ask(client, "GET", "/v1.44/info", "");
	json_decref(hear_json(client, " 403 "));
	record = world_record(&world, "system.info");
	assert_null(json_object_get(record, "asked"));
	assert_null(json_object_get(record, "mode"));
	json_decref(record);
	(void)close(client);
	world_end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_observe),
	    cmocka_unit_test(test_warn),
	    cmocka_unit_test(test_unlisted_call),
	    cmocka_unit_test(test_not_even_then),
	    cmocka_unit_test(test_enforce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
