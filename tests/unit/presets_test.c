/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which call each of our tiers may make, written down twice: in conf/presets
 * and, call by call with its danger, in tests/data/permissions.tsv.  So nobody
 * gets a call by a pattern, by a new row of calls.def or by a slip; and what
 * leaks, stops others or reaches the host says there why a tier has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"
#include "unit/unit.h"

#define CALLS_MAX 512

static const char *const names[] = {"ci", "developer", "observer", "operator"};

/* A line: call, danger, the tiers that have it or "-", why. */
struct rows {
	struct tier *tiers[COUNT(names)];
	const char *seen[CALLS_MAX];
	size_t n;
	bool failed;
};

static void
complain(struct rows *rows, const char *call, const char *what, const char *is,
    const char *says)
{
	print_error(
	    "%s: %s is \"%s\", tests/data/permissions.tsv says \"%s\"\n", call,
	    what, is, says);
	rows->failed = true;
}

static bool
may(const struct tier *tier, const struct call *call)
{
	struct request req = {.call = call, .minor = API_MINOR_LAST};
	struct report report;
	enum verdict verdict;

	report_init(&report);
	verdict = tier_admit(tier, &req, &report);
	report_done(&report);
	return verdict == VERDICT_PASS;
}

/* "ci,operator", or "-". */
static void
list_holders(
    const struct rows *rows, const struct call *call, char *text, size_t size)
{
	size_t used = 0;

	(void)snprintf(text, size, "-");
	for (size_t i = 0; i < COUNT(names); i++) {
		if (may(rows->tiers[i], call))
			used += (size_t)snprintf(text + used, size - used,
			    "%s%s", used == 0 ? "" : ",", names[i]);
		assert_true(used < size);
	}
}

/* Lists that show secrets, whatever else they are: settings of plugins, and
 * options of volumes. */
static bool
is_leaking_list(const struct call *call)
{
	return strcmp(call->name, "plugin.list") == 0 ||
	    strcmp(call->name, "volume.list") == 0;
}

/* What can do harm to more than its caller needs a reason. */
static bool
needs_why(const struct call *call)
{
	if (is_leaking_list(call))
		return true;
	switch (call->danger) {
	case DANGER_HOST_ROOT:
	case DANGER_SECRET_LEAK:
	case DANGER_DOS:
		return true;
	case DANGER_CROSS_TENANT:
	case DANGER_SAFE_READ:
		return false;
	}
	return true;
}

static void
check_row(char *line, void *arg)
{
	struct rows *rows = arg;
	const char *name, *danger, *says, *why;
	const struct call *call;
	char holders[128];

	if (*line == '#' || *line == '\0')
		return;
	name = next_column(&line);
	danger = next_column(&line);
	says = next_column(&line);
	why = next_column(&line);
	call = call_by_name(name);
	if (call == NULL) {
		complain(rows, name, "the call", "unknown", "it is there");
		return;
	}
	if (strcmp(danger, danger_name(call->danger)) != 0)
		complain(
		    rows, name, "danger", danger_name(call->danger), danger);
	list_holders(rows, call, holders, sizeof(holders));
	if (strcmp(holders, says) != 0)
		complain(rows, name, "held by", holders, says);
	if (strcmp(holders, "-") != 0 && needs_why(call) &&
	    (why == NULL || *why == '\0'))
		complain(rows, name, "the reason", "wanted", "");
	assert_true(rows->n < CALLS_MAX);
	rows->seen[rows->n++] = call->name;
}

static size_t
count(const struct rows *rows, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += strcmp(rows->seen[i], name) == 0;
	return n;
}

static struct tier *
preset(const char *name)
{
	struct problems problems;
	struct tier *tier;

	problems_init(&problems, name);
	tier = config_preset_tier(name, &problems);
	problems_done(&problems);
	assert_non_null(tier);
	return tier;
}

static void
test_permissions(void **state)
{
	struct rows rows = {.n = 0};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		rows.tiers[i] = preset(names[i]);
	(void)each_line("tests/data/permissions.tsv", check_row, &rows);
	for (const struct call *call = call_table(); call->name != NULL; call++)
		if (count(&rows, call->name) != 1)
			complain(&rows, call->name, "rows wanted", "1",
			    count(&rows, call->name) == 0 ? "none" : "several");
	for (size_t i = 0; i < COUNT(names); i++)
		tier_free(rows.tiers[i]);
	assert_false(rows.failed);
}

/* An observer looks, at nothing that holds secrets. */
static void
test_observer(void **state)
{
	struct tier *tier = preset("observer");

	(void)state;
	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		if (!may(tier, call))
			continue;
		assert_true(
		    call->method == METHOD_GET || call->method == METHOD_HEAD);
		assert_true(call->danger == DANGER_SAFE_READ ||
		    call->danger == DANGER_CROSS_TENANT);
		assert_false(is_leaking_list(call));
		assert_int_equal(call->reply == CALL_REPLY_HIJACK, false);
		assert_int_equal(call->reply == CALL_REPLY_WEBSOCKET, false);
	}
	tier_free(tier);
}

/* Does a filter look at what the call says, and not only at its name? */
static bool
is_judged(const struct call *call)
{
	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const char *const *pattern = filter_list[i]->calls;

		for (; *pattern != NULL; pattern++)
			if (!filter_list[i]->always &&
			    call_matches(call, *pattern))
				return true;
	}
	return false;
}

/* What reaches the host, and is not refused by its name, is judged. */
static void
test_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct tier *tier = preset(names[i]);

		for (const struct call *call = call_table(); call->name != NULL;
		     call++) {
			if (call->danger != DANGER_HOST_ROOT ||
			    !may(tier, call))
				continue;
			if (!is_judged(call))
				print_error("%s: %s has no filter\n", names[i],
				    call->name);
			assert_true(is_judged(call));
		}
		tier_free(tier);
	}
}

/* The classes by which a tier may be written down, and what must be in them:
 * what shows environments, files, output, keys. */
static void
test_leaks(void **state)
{
	static const char *const leaks[] = {"config.inspect", "config.list",
	    "container.archive.get", "container.export", "container.inspect",
	    "container.logs", "container.top", "image.export", "image.history",
	    "plugin.inspect", "service.inspect", "service.list", "service.logs",
	    "swarm.inspect", "swarm.unlockkey", "system.events", "system.info",
	    "task.inspect", "task.list", "task.logs", "volume.inspect"};

	(void)state;
	for (size_t i = 0; i < COUNT(leaks); i++) {
		const struct call *call = call_by_name(leaks[i]);

		assert_non_null(call);
		assert_int_equal(call->danger, DANGER_SECRET_LEAK);
	}
}

/* What a record names of calls that carry secrets. */
static void
test_touches(void **state)
{
	static const struct {
		const char *call, *body;
	} bodies[] = {
	    {"swarm.join", "{\"JoinToken\": \"s3cret\", \"RemoteAddrs\": []}"},
	    {"swarm.unlock", "{\"UnlockKey\": \"s3cret\"}"},
	    {"swarm.init",
		"{\"Spec\": {\"CAConfig\": {\"SigningCAKey\": \"s3cret\"}}}"},
	    {"swarm.update", "{\"CAConfig\": {\"SigningCAKey\": \"s3cret\"}}"},
	    {"secret.create", "{\"Name\": \"a\", \"Data\": \"s3cret\"}"},
	    {"config.create", "{\"Name\": \"a\", \"Data\": \"s3cret\"}"},
	    {"plugin.set", "[\"PASSWORD=s3cret\"]"},
	    {"service.create",
		"{\"Name\": \"a\", \"TaskTemplate\": {\"ContainerSpec\": "
		"{\"Env\": [\"A=s3cret\"]}}}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct request req = {.call = call_by_name(bodies[i].call)};
		json_t *touches;
		char *text;

		req.body = json_loads(bodies[i].body, 0, NULL);
		assert_non_null(req.body);
		touches = request_touches(&req);
		assert_non_null(touches);
		text = json_dumps(touches, 0);
		assert_non_null(text);
		assert_null(strstr(text, "s3cret"));
		free(text);
		json_decref(touches);
		request_done(&req);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_permissions),
	    cmocka_unit_test(test_observer),
	    cmocka_unit_test(test_judged),
	    cmocka_unit_test(test_leaks),
	    cmocka_unit_test(test_touches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
