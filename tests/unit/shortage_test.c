/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making tiers, observing, writing: with any one allocation failing, ours or
 * jansson's, each does what it always does or says that it cannot; and nothing
 * is learned that nobody asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"
#include "identity.h"
#include "learn.h"
#include "rehearse.h"
#include "reply.h"
#include "schema.h"
#include "unit/unit.h"

/* --- memory, for all that is linked in (--wrap) ---------------------------- */

static long countdown; /* 0: never fails */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);

static bool
fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	failed = true;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

static void
fail_at(long n)
{
	failed = false;
	countdown = n;
}

/* Was there an nth allocation? */
static bool
has_failed(void)
{
	countdown = 0;
	return failed;
}

/* The first ones each; then, where much is alike, fewer and fewer. */
static long
next(long n)
{
	return n + 1 + n / 60;
}

/* --- tiers ------------------------------------------------------------------ */

static void
count_problem(void *arg, const char *path, const char *text)
{
	assert_true(path != NULL && text != NULL);
	++*(size_t *)arg;
}

/* The preset, complete, in that mode. */
static json_t *
conf_of(const char *preset, const char *mode)
{
	struct problems problems;
	struct tier *tier;
	json_t *conf;

	problems_init(&problems, "");
	tier = config_preset_tier(preset, &problems);
	problems_done(&problems);
	assert_non_null(tier);
	conf = json_deep_copy(tier_conf(tier));
	tier_free(tier);
	assert_int_equal(
	    json_object_set_new(conf, "mode", json_string(mode)), 0);
	return conf;
}

static struct tier *
make(const json_t *conf)
{
	size_t problems = 0;
	struct tier *tier = tier_new(
	    "t", json_deep_copy(conf), "t", count_problem, &problems);

	assert_non_null(tier);
	assert_int_equal(problems, 0);
	return tier;
}

static void
torture_tier(const json_t *conf)
{
	struct tier *sound = make(conf), *tier;
	bool any = true;

	for (long n = 1; any; n = next(n)) {
		json_t *copy = json_deep_copy(conf);
		size_t problems = 0;

		fail_at(n);
		tier = tier_new("t", copy, "t", count_problem, &problems);
		any = has_failed();
		if (tier == NULL)
			assert_true(problems > 0);
		else
			assert_true(
			    json_equal(tier_conf(tier), tier_conf(sound)));
		tier_free(tier);
	}
	tier_free(sound);
}

static void
test_tier(void **state)
{
	static const char *const modes[] = {"enforce", "warn", "observe"};

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		json_t *conf = conf_of("ci", modes[i]);

		torture_tier(conf);
		json_decref(conf);
	}
}

/* --- requests --------------------------------------------------------------- */

/* As they are understood: every kind of lesson is in one of them. */
static const struct {
	const char *target, *body;
} scripts[] = {
    {"/v1.41/containers/create?name=x",
	"{\"Image\": \"r.io/a/x:1\", \"User\": \"0\", \"HostConfig\": "
	"{\"Binds\": [\"/srv/src:/src:ro\", \"/etc:/e\"], \"CapAdd\": "
	"[\"NET_RAW\", \"SYS_ADMIN\"], \"Privileged\": true, \"Memory\": "
	"17179869184, \"NanoCpus\": 16000000000, \"GroupAdd\": [\"20*0\"], "
	"\"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"0.0.0.0\", "
	"\"HostPort\": \"8080\"}]}, \"Runtime\": \"runsc\"}}"},
    {"/v1.41/containers/create",
	"{\"Image\": \"r.io/a/y:1\", \"HostConfig\": {\"NetworkMode\": "
	"\"host\", \"SecurityOpt\": [\"seccomp={}\"], \"Mounts\": [{\"Type\": "
	"\"bind\", \"Source\": \"/srv/b\", \"Target\": \"/b\"}], \"Dns\": "
	"[\"10.0.0.53\"], \"Tmpfs\": {\"/big\": \"size=4g\"}, "
	"\"RestartPolicy\": {\"Name\": \"always\"}}}"},
    {"/v1.41/volumes/create", "{\"Name\": \"v\", \"Driver\": \"nfs\"}"},
    {"/v1.41/networks/create",
	"{\"Name\": \"n\", \"Driver\": \"macvlan\", \"IPAM\": {\"Config\": "
	"[{\"Subnet\": \"10.9.0.0/16\"}]}}"},
    {"/v1.41/images/create?fromImage=r.io/a/x&tag=1", ""},
};

/* A second one that is alike: items are joined. */
static const char *const alike[] = {
    "{\"Image\": \"r.io/a/x:2\", \"HostConfig\": {\"Memory\": 8}}",
    "{\"Image\": \"r.io/a/x:3\", \"HostConfig\": {\"Memory\": 9}}"};

static void
understand(const char *target, const char *body, struct rehearsal *done)
{
	json_t *conf = json_of("{\"unlisted\": \"off\", \"filters\": "
			       "{\"calls\": {\"allow\": [\"*\"]}}}");
	struct tier *tier = make(conf);
	struct rehearsal_script script = {.method = "POST",
	    .target = target,
	    .body = body,
	    .len = strlen(body),
	    .team = "web"};

	(void)rehearse(tier, &script, done);
	assert_int_equal(done->status, 0);
	tier_free(tier);
	json_decref(conf);
}

/* --- observing -------------------------------------------------------------- */

/* One judgement, with the nth allocation failing (0: none): nothing, or what
 * becomes of the request anyway, which is left in req. */
static enum verdict
observe(const struct tier *tier, struct request *req, long n)
{
	struct report would, report;
	json_t *wanted;
	enum verdict verdict;
	bool any;

	report_init(&would);
	report_init(&report);
	fail_at(n);
	wanted = tier_wants(tier, req);
	verdict = tier_observe(tier, req, &would, &report);
	any = has_failed();
	assert_true(wanted == NULL ? any : json_is_array(wanted));
	if (verdict <= VERDICT_DENY)
		assert_true(report.reason.text[0] != '\0');
	report_done(&would);
	report_done(&report);
	json_decref(wanted);
	return verdict;
}

static void
torture_observe(const struct tier *tier, const struct request *asked)
{
	struct request sound, req;
	enum verdict wanted, verdict;

	assert_true(request_copy(&sound, asked));
	wanted = observe(tier, &sound, 0);
	failed = true;
	for (long n = 1; failed; n = next(n)) {
		assert_true(request_copy(&req, asked));
		verdict = observe(tier, &req, n);
		assert_true(verdict <= VERDICT_DENY ||
		    (verdict == wanted && json_equal(req.vars, sound.vars) &&
			json_equal(req.query, sound.query) &&
			(req.body == sound.body ||
			    json_equal(req.body, sound.body))));
		request_done(&req);
	}
	request_done(&sound);
}

static void
test_observe(void **state)
{
	json_t *conf = conf_of("developer", "observe");
	struct tier *tier = make(conf);

	(void)state;
	assert_int_equal(tier_mode(tier), TIER_OBSERVE);
	for (size_t i = 0; i < COUNT(scripts); i++) {
		struct rehearsal done;

		understand(scripts[i].target, scripts[i].body, &done);
		torture_observe(tier, &done.request);
		rehearsal_done(&done);
	}
	tier_free(tier);
	json_decref(conf);
}

/* A copy lacks nothing, or is none. */
static void
test_copy(void **state)
{
	struct rehearsal done;
	bool any = true;

	(void)state;
	understand(scripts[0].target, scripts[0].body, &done);
	assert_int_equal(
	    json_object_set_new(done.request.headers, "x", json_string("a")),
	    0);
	for (long n = 1; any; n++) {
		struct request copy;
		bool copied;

		fail_at(n);
		copied = request_copy(&copy, &done.request);
		any = has_failed();
		assert_true(copied != any);
		if (copied)
			assert_true(json_equal(copy.body, done.request.body) &&
			    json_equal(copy.query, done.request.query) &&
			    json_equal(copy.vars, done.request.vars) &&
			    json_equal(copy.headers, done.request.headers));
		request_done(&copy);
	}
	rehearsal_done(&done);
}

/* --- learning --------------------------------------------------------------- */

/* What is learned of these, or NULL. */
static json_t *
learn(const struct rehearsal *done, size_t n, const struct tier *base, bool all)
{
	static const struct learn_use uses[] = {
	    {1, "2026-11-28T17:00:00.000Z", "web", "1"},
	    {2, "2026-11-28T18:00:00.000Z", NULL, NULL}, {3, NULL, "db", "3"}};
	struct lessons *lessons = lessons_new();
	bool sound = lessons != NULL;
	json_t *settled = NULL;

	for (size_t i = 0; sound && i < n; i++)
		sound = lessons_take(
		    lessons, &done[i].request, &uses[i % COUNT(uses)]);
	if (sound)
		settled = lessons_settle(lessons, base, all);
	lessons_free(lessons);
	return settled;
}

/* The items of the same setting, or NULL. */
static const json_t *
items_like(const json_t *settled, const json_t *entry)
{
	size_t i;
	json_t *other;

	json_array_foreach(settled, i, other)
	{
		if (json_equal(json_object_get(other, "filter"),
			json_object_get(entry, "filter")) &&
		    json_equal(json_object_get(other, "setting"),
			json_object_get(entry, "setting")))
			return json_object_get(other, "items");
	}
	return NULL;
}

static bool
has_value(const json_t *items, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		if (json_equal(json_object_get(item, "value"), value))
			return true;
	}
	return false;
}

/* Images that are fewer are merged in another way. */
static void
check_settled(const json_t *settled, const json_t *sound, long at)
{
	size_t i, k;
	json_t *entry, *item;

	json_array_foreach(settled, i, entry)
	{
		const char *filter = json_string_value(
		    json_object_get(entry, "filter"));
		const json_t *known = items_like(sound, entry);

		assert_non_null(filter);
		if (strcmp(filter, "images") == 0)
			continue;
		json_array_foreach(json_object_get(entry, "items"), k, item)
		{
			if (!has_value(known, json_object_get(item, "value")))
				fail_msg("allocation %ld fails: more of %s", at,
				    filter);
		}
	}
}

static void
torture_learning(
    const struct rehearsal *done, size_t n, const struct tier *base, bool all)
{
	json_t *sound = learn(done, n, base, all);
	bool any = true;

	assert_non_null(sound);
	for (long at = 1; any; at++) {
		json_t *settled;

		fail_at(at);
		settled = learn(done, n, base, all);
		any = has_failed();
		assert_true(settled != NULL || any);
		check_settled(settled, sound, at);
		json_decref(settled);
	}
	json_decref(sound);
}

static void
test_learn(void **state)
{
	json_t *conf = conf_of("ci", "enforce");
	struct tier *base = make(conf);
	struct rehearsal done[COUNT(scripts) + COUNT(alike)];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++)
		understand(scripts[i].target, scripts[i].body, &done[n++]);
	for (size_t i = 0; i < COUNT(alike); i++)
		understand("/v1.41/containers/create", alike[i], &done[n++]);
	torture_learning(done, n, base, false);
	torture_learning(done, n, base, true);
	while (n > 0)
		rehearsal_done(&done[--n]);
	tier_free(base);
	json_decref(conf);
}

/* --- reading ---------------------------------------------------------------- */

/* All of it is read, or nothing. */
static void
torture_read(const struct shape *shape, const char *text)
{
	json_t *none = json_array(), *sound;
	bool bad_input, any = true;
	struct errmsg err;

	sound = schema_read(shape, text, strlen(text), &json_limits_default,
	    UNKNOWN_DROP, none, &bad_input, &err);
	assert_non_null(sound);
	for (long n = 1; any; n++) {
		json_t *dropped = json_array(), *tree;

		fail_at(n);
		tree = schema_read(shape, text, strlen(text),
		    &json_limits_default, UNKNOWN_DROP, dropped, &bad_input,
		    &err);
		any = has_failed();
		assert_true(tree != NULL || (any && !bad_input));
		assert_true(tree == NULL ||
		    (json_equal(tree, sound) && json_equal(dropped, none)));
		json_decref(tree);
		json_decref(dropped);
	}
	json_decref(sound);
	json_decref(none);
}

static void
test_read(void **state)
{
	(void)state;
	torture_read(&shape_container_create,
	    "{\"Image\": \"busy\\u0062ox\", \"Cmd\": \"true\", \"Env\": "
	    "[\"A=1\"],"
	    " \"Labels\": {\"a\": \"b\"}, \"Volumes\": {\"/v\": {}},"
	    " \"Tty\": true, \"New\": [1.5, {\"x\": null}], \"Old\": null,"
	    " \"HostConfig\": {\"Memory\": 1, \"Binds\": null, \"Mounts\":"
	    " [{\"Type\": \"tmpfs\", \"Target\": \"/t\"}], \"PortBindings\":"
	    " {\"80/tcp\": [{\"HostPort\": \"8080\"}], \"81/tcp\": null}}}");
	torture_read(&shape_filters,
	    "{\"label\": {\"a\": true, \"b\": false}, \"name\": [\"x\", "
	    "\"y\"]}");
}

/* --- answers ---------------------------------------------------------------- */

/* Told of all changes, and of the refusal that was not one, or of nothing. */
static void
torture_warnings(struct report *report)
{
	json_t *sound = report_warnings(report);
	bool any = true;

	assert_non_null(sound);
	for (long n = 1; any; n++) {
		json_t *warnings;

		fail_at(n);
		warnings = report_warnings(report);
		any = has_failed();
		assert_true(warnings != NULL || any);
		assert_true(warnings == NULL || json_equal(warnings, sound));
		json_decref(warnings);
	}
	json_decref(sound);
}

static void
test_warnings(void **state)
{
	struct report report;

	(void)state;
	report_init(&report);
	report.verdict = VERDICT_DENY;
	report.filter = "devices";
	(void)strcpy(report.field, "HostConfig.Devices");
	(void)strcpy(report.reason.text, "not allowed");
	report.changes = json_of(
	    "[{\"field\": \"HostConfig.Privileged\", \"before\": true,"
	    " \"after\": false, \"filter\": \"privileged\", \"why\": \"no\"},"
	    " {\"field\": \"HostConfig.PidsLimit\", \"before\": 0.0,"
	    " \"after\": 512, \"filter\": \"resources\", \"why\": \"a\"},"
	    " {\"field\": \"HostConfig.CapDrop\", \"before\": null,"
	    " \"after\": [\"ALL\"], \"filter\": \"none\", \"why\": \"b\"}]");
	for (int i = 0; i < 2; i++) {
		report.foreseen = i == 1;
		torture_warnings(&report);
	}
	report.field[0] = '\0';
	report.filter = NULL;
	torture_warnings(&report);
	report_done(&report);
}

static void
torture_answer(const char *call, const char *before)
{
	struct request req = {.call = call_by_name(call)};
	json_t *warnings = json_of("[\"one\", \"two\"]");
	json_t *sound = json_of(before);
	struct errmsg err;
	bool any = true;

	assert_true(reply_rewrite(&req, warnings, 200, sound, &err));
	for (long n = 1; any; n++) {
		json_t *body = json_of(before);
		bool done;

		fail_at(n);
		done = reply_rewrite(&req, warnings, 200, body, &err);
		any = has_failed();
		assert_true(done ? json_equal(body, sound) : any);
		json_decref(body);
	}
	json_decref(sound);
	json_decref(warnings);
}

static void
test_answers(void **state)
{
	(void)state;
	torture_answer(
	    "container.create", "{\"Id\": \"1\", \"Warnings\": null}");
	torture_answer("container.create",
	    "{\"Warnings\": [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", "
	    "\"7\"]}");
	torture_answer("system.version",
	    "{\"ApiVersion\": \"1.99\", \"Components\": [{\"Details\":"
	    " {\"ApiVersion\": \"1.99\"}}, {\"Details\": {}}]}");
}

/* --- writing ---------------------------------------------------------------- */

/* Whatever stands where the buffer has to grow. */
static void
torture_write(size_t before)
{
	json_t *tree = json_of("[\"\", {\"a\\n\": [1, 0.5, \"\\\"\\u0001\"], "
			       "\"b\": [true, false, null, {}, []]}]");
	char *filler = malloc(before + 1), *sound, *text;
	size_t len;
	bool any = true;

	assert_non_null(filler);
	memset(filler, 'x', before);
	assert_int_equal(
	    json_array_set_new(tree, 0, json_stringn(filler, before)), 0);
	sound = json_dumps(tree, JSON_COMPACT);
	for (long n = 1; any; n++) {
		fail_at(n);
		text = schema_write(tree, &len);
		any = has_failed();
		if (text != NULL)
			assert_string_equal(text, sound);
		assert_int_equal(len, text == NULL ? 0 : strlen(sound));
		free(text);
	}
	free(sound);
	free(filler);
	json_decref(tree);
}

static void
test_write(void **state)
{
	(void)state;
	for (size_t left = 0; left < 80; left++)
		torture_write(4096 - left);
}

/* --- identities ------------------------------------------------------------- */

static void
test_identity(void **state)
{
	static const char *const keys[] = {"listener", "CN", "O"};

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		bool any = true;

		for (long n = 1; any; n++) {
			json_t *identity = json_object();
			struct errmsg err;
			bool set;

			fail_at(n);
			set = identity_set(identity, keys[i], "x", &err);
			any = has_failed();
			assert_true(set || (any && err.text[0] != '\0'));
			json_decref(identity);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tier),
	    cmocka_unit_test(test_observe),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_learn),
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_identity),
	};

	/* Not memory_init(): what that keeps at hand needs no allocation. */
	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
