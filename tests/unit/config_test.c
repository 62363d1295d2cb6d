/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration is taken whole or not at all, and every fault is told with
 * its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"
#include "unit/unit.h"

static const char good[] =
    "upstream: unix:///run/docker.sock\n"
    "listeners:\n"
    "  - name: ci\n"
    "    address: unix:///run/sockwarden/ci.sock\n"
    "    mode: \"0660\"\n"
    "identities:\n"
    "  - match: {uid: 1000}\n"
    "    team: acme\n"
    "    tier: runner\n"
    "  - match: {listener: ci}\n"
    "    team: rest\n"
    "    tier: reader\n"
    "tiers:\n"
    "  reader:\n"
    "    filters:\n"
    "      calls: {allow: [system.ping]}\n"
    "  runner:\n"
    "    extends: reader\n"
    "    description: May create.\n"
    "    filters:\n"
    "      calls: {allow+: [container.create]}\n"
    "audit: {path: /var/log/audit, on_failure: continue}\n"
    "timeouts: {head: 2s}\n"
    "limits: {body: 64k}\n"
    "log: {level: warning}\n";

/* Read text as a file; problems are then "line:column path: text", a line
 * each. */
static struct config *
load(const char *text, char *problems_text, size_t size)
{
	char folder[256], path[300];
	struct problems problems;
	struct config *config;
	bool unreadable;
	size_t i, len = 0;
	json_t *problem;

	make_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/config.yaml", folder);
	write_file(path, text);
	problems_init(&problems, path);
	config = config_load(path, &problems, &unreadable);
	assert_false(unreadable);
	problems_text[0] = '\0';
	json_array_foreach(problems.list, i, problem)
	{
		len += (size_t)snprintf(problems_text + len, size - len,
		    "%lld:%lld %s: %s\n",
		    json_integer_value(json_object_get(problem, "line")),
		    json_integer_value(json_object_get(problem, "column")),
		    json_string_value(json_object_get(problem, "path")),
		    json_string_value(json_object_get(problem, "text")));
		assert_true(len < size);
	}
	assert_int_equal(config == NULL, problems.errors > 0);
	problems_done(&problems);
	(void)unlink(path);
	(void)rmdir(folder);
	return config;
}

static void
test_good(void **state)
{
	char problems[4096];
	struct config *config = load(good, problems, sizeof(problems));
	json_t *caller = json_of("{\"listener\":\"ci\",\"uid\":1000}");
	const struct config_listener *listener;
	const char *team;

	(void)state;
	assert_string_equal(problems, "");
	assert_non_null(config);
	assert_string_equal(
	    config_upstream(config)->text, "unix:///run/docker.sock");
	assert_int_equal(config_nlisteners(config), 1);
	listener = config_listener(config, 0);
	assert_string_equal(listener->socket.name, "ci");
	assert_int_equal(listener->socket.mode, 0660);
	assert_string_equal(listener->host_path, "/run/sockwarden/ci.sock");
	assert_false(listener->has_tls);
	assert_int_equal(config_timeouts(config)->head, 2000);
	assert_int_equal(config_timeouts(config)->body, 30000);
	assert_int_equal(config_limits(config)->body, 65536);
	assert_string_equal(config_audit(config)->path, "/var/log/audit");
	assert_int_equal(config_audit(config)->on_failure, 1);
	assert_int_equal(config_log_level(config), 1);
	/* The first rule that matches. */
	assert_string_equal(
	    tier_name(config_identify(config, caller, &team)), "runner");
	assert_string_equal(team, "acme");
	(void)json_object_set_new(caller, "uid", json_integer(5));
	assert_string_equal(
	    tier_name(config_identify(config, caller, &team)), "reader");
	(void)json_object_set_new(caller, "listener", json_string("x"));
	assert_null(config_identify(config, caller, &team));
	assert_null(team);
	json_decref(caller);
	config_unref(config);
}

static const struct request *
asking(struct request *req, const char *call)
{
	memset(req, 0, sizeof(*req));
	req->call = call_by_name(call);
	return req;
}

static enum verdict
admits(const struct config *config, const char *tier, const char *call)
{
	struct request req;
	struct report report;
	enum verdict verdict;

	(void)asking(&req, call);
	report_init(&report);
	verdict = tier_admit(config_tier(config, tier), &req, &report);
	report_done(&report);
	return verdict;
}

/* "key+" appends to what is inherited, "key" replaces it. */
static void
test_extends(void **state)
{
	char problems[4096];
	struct config *config = load(good, problems, sizeof(problems));

	(void)state;
	assert_non_null(config);
	assert_int_equal(admits(config, "reader", "system.ping"), VERDICT_PASS);
	assert_int_equal(
	    admits(config, "reader", "container.create"), VERDICT_DENY);
	assert_int_equal(admits(config, "runner", "system.ping"), VERDICT_PASS);
	assert_int_equal(
	    admits(config, "runner", "container.create"), VERDICT_PASS);
	assert_int_equal(admits(config, "runner", "grpc"), VERDICT_DENY);
	config_unref(config);
}

#define LISTEN "listeners: [{name: a, address: \"unix:///s\"}]\n"
#define TIER "tiers: {t: {filters: {calls: {}}}}\n"

static const struct {
	const char *text, *problem; /* a part of what is told */
} faults[] = {
    {"upsteam: unix:///s\n" LISTEN,
	"1:1 upsteam: unknown key; did you mean "
	"\"upstream\"?"},
    {"upstream: /s\n" LISTEN, "1:1 upstream: want \"unix:///s\""},
    {"upstream: 5\n" LISTEN, "1:1 upstream: want unix:///path"},
    {"upstream: unix:///s\n", "listeners: want at least one"},
    {"listeners: []\n", "listeners: want at least one"},
    {"listeners: {}\n", "1:1 listeners: want a list of maps"},
    {"listeners: [1]\n", "listeners[0]: want a map"},
    {"listeners:\n  - address: unix:///s\n", "listeners[0].name: is missing"},
    {"listeners:\n  - name: a\n", "listeners[0].address: is missing"},
    {"listeners:\n  - name: a\n    adress: unix:///s\n",
	"3:5 listeners[0].adress: unknown key; did you mean \"address\"?"},
    {"listeners:\n  - {name: a, address: \"unix:///s\", mode: \"0999\"}\n",
	"listeners[0].mode: "},
    {"listeners:\n  - {name: a, address: \"unix:///s\", mode: 660}\n",
	"listeners[0].mode: "},
    {"listeners:\n  - {name: a, address: \"tcp://10.0.0.1:2376\"}\n",
	"TCP beyond loopback needs TLS"},
    {"listeners:\n  - {name: a, address: \"tcp://0.0.0.0:2376\"}\n",
	"TCP beyond loopback needs TLS"},
    {"listeners:\n  - {name: a, address: \"tcp://10.0.0.1:1\", plain_tcp: "
     "yes}\n",
	"listeners[0].plain_tcp: "},
    {"listeners:\n  - {name: a, address: \"tcp://10.0.0.1:1\", tls: {}}\n",
	"listeners[0].tls.certificate: is missing"},
    {"listeners:\n  - name: a\n    address: tcp://10.0.0.1:1\n    tls: {key: "
     "/no/such}\n",
	"4:11 listeners[0].tls.key: /no/such: No such file"},
    {"listeners:\n  - name: a\n    address: tcp://10.0.0.1:1\n    tls:\n"
     "      certificate: /etc/passwd\n      key: /etc/passwd\n"
     "      client_ca: /etc/passwd\n",
	"7:7 listeners[0].tls.client_ca: there is no certificate"},
    {"listeners:\n  - {name: a, address: \"unix:///s\"}\n"
     "  - {name: a, address: \"unix:///t\"}\n",
	"3:6 listeners[1].name: another listener has this name"},
    {LISTEN "timeouts: {head: 1ms}\n", "2:12 timeouts.head: want a time"},
    {LISTEN "timeouts: {haed: 1s}\n", "did you mean \"head\"?"},
    {LISTEN "limits: {body: 100g}\n", "2:10 limits.body: want bytes"},
    {LISTEN "limits: {connections: 0}\n", "2:10 limits.connections: want"},
    {LISTEN "audit: {on_failure: ignore}\n",
	"2:9 audit.on_failure: want refuse or continue"},
    {LISTEN "audit: /x\n", "2:1 audit: want a map"},
    {LISTEN "log: {level: loud}\n", "2:7 log.level: want error"},
    {LISTEN "tiers: []\n", "2:1 tiers: want a map"},
    {LISTEN "tiers:\n  t: 1\n", "3:3 tiers.t: want a map"},
    {LISTEN "tiers:\n  t: {filters: []}\n", "tiers.t"},
    {LISTEN "tiers:\n  t:\n    filters: {cals: {}}\n",
	"4:15 tiers.t.filters.cals: unknown filter; did you mean "
	"\"calls\"?"},
    {LISTEN "tiers:\n  t:\n    filters: {calls: {alow: []}}\n",
	"4:23 tiers.t.filters.calls.alow: unknown key; did you mean "
	"\"allow\"?"},
    {LISTEN "tiers:\n  t:\n    filters: {calls: {allow: [container.craete]}}\n",
	"4:31 tiers.t.filters.calls.allow[0]: no call \"container.craete\"; "
	"did "},
    {LISTEN "tiers:\n  t:\n    filters: {calls: {allow: 0}}\n",
	"4:23 tiers.t.filters.calls.allow: want a list"},
    {LISTEN "tiers:\n  t:\n    filters: {calls: {action: off}}\n",
	"cannot be switched off"},
    {LISTEN "tiers:\n  t:\n    filters: {calls: 1}\n",
	"4:15 tiers.t.filters.calls: want a map"},
    {LISTEN "tiers:\n  t: {filters: {calls: {}}, unlisted: maybe}\n",
	"tiers.t.unlisted: want apply or off"},
    {LISTEN "tiers:\n  t: {filters: {calls: {}}, unknown_fields: pass}\n",
	"tiers.t.unknown_fields: want reject or drop"},
    {LISTEN "tiers:\n  t: {extends: nobody}\n",
	"3:7 tiers.t.extends: there is no tier \"nobody\""},
    {LISTEN "tiers:\n  t: {extends: 1}\n", "want a tier's name"},
    {LISTEN "tiers: {a: {extends: b}, b: {extends: a}}\n",
	"tiers.b.extends: tiers extend each other in a ring: a, b, a"},
    {LISTEN "tiers: {a: {extends: b}, b: {extends: a}}\n",
	"tiers.a.extends: tiers extend each other in a ring: b, a, b"},
    {LISTEN "tiers: {a: {extends: a}}\n",
	"tiers.a.extends: a tier cannot extend itself"},
    {LISTEN "tiers: {a: {extends: developr}}\n",
	"there is no tier \"developr\"; did you mean \"developer\"?"},
    {LISTEN TIER "identities: {}\n", "identities: want a list"},
    {LISTEN TIER "identities: [1]\n", "identities[0]: want a map"},
    {LISTEN TIER "identities: [{match: {}, team: a, tier: t}]\n",
	"identities[0].match: want at least one"},
    {LISTEN TIER "identities: [{match: {uuid: 1}, team: a, tier: t}]\n",
	"3:23 identities[0].match.uuid: unknown key; did you mean \"uid\"?"},
    {LISTEN TIER "identities: [{match: {uid: 1}, tier: t}]\n",
	"identities[0].team: is missing"},
    {LISTEN TIER "identities: [{match: {uid: 1}, team: a}]\n",
	"identities[0].tier: is missing"},
    {LISTEN TIER "identities: [{match: {uid: 1}, team: a, tier: x}]\n",
	"3:41 identities[0].tier: there is no tier \"x\""},
    {LISTEN "tiers: {builders: {}}\n"
	    "identities: [{match: {uid: 1}, team: a, tier: buidlers}]\n",
	"identities[0].tier: there is no tier \"buidlers\"; did you mean "
	"\"builders\"?"},
    {LISTEN TIER "identities: [{match: {uid: 1}, team: \"\", tier: t}]\n",
	"3:32 identities[0].team: want a name"},
    {LISTEN TIER "identities: [{match: {ou: x}, team: a, tier: t}]\n",
	"match.ou: unknown key; did you mean \"OU\"?"},
    {LISTEN TIER "identities: [{match: {listener: b}, team: a, tier: t}]\n",
	"3:23 identities[0].match.listener: there is no listener \"b\""},
    {"listeners: [{name: dash, address: \"unix:///s\"}]\n" TIER
     "identities: [{match: {listener: dahs}, team: a, tier: t}]\n",
	"there is no listener \"dahs\"; did you mean \"dash\"?"},
    {"listeners:\n  - {name: a, address: \"unix:///s\"}\n"
     "  - {name: b, address: \"unix:///s\"}\n",
	"3:15 listeners[1].address: another listener has this address"},
    {"listeners:\n  - {name: a, address: \"tcp://localhost:1\"}\n"
     "  - {name: b, address: \"tcp://127.0.0.1:1\"}\n",
	"listeners[1].address: another listener has this address"},
    {"listeners:\n  - {name: a, address: \"tcp://127.0.0.1:99999\"}\n",
	"listeners[0].address: want a port, 1 to 65535"},
    {"listeners:\n  - {name: a, address: \"tcp://127.0.0.1\"}\n",
	"listeners[0].address: want tcp://address:port"},
    {"listeners:\n  - {name: a, address: \"systemd:\"}\n",
	"listeners[0].address: want systemd:NAME"},
    {"listeners:\n  - {name: \"\", address: \"unix:///s\"}\n",
	"listeners[0].name: want a name"},
    {"listeners:\n  - {name: a, address: \"unix:///s\", mode: 666}\n",
	"listeners[0].mode: want octal text such as \"0660\""},
    {LISTEN "timeouts: {idle: forever}\n",
	"2:12 timeouts.idle: want a time, 100ms to 1d, such as \"60s\""},
    {LISTEN "tiers:\n  t:\n    extends: ci\n    filters:\n"
	    "      calls: {allow+: [system.info, system.inof]}\n",
	"6:37 tiers.t.filters.calls.allow+[1]: no call \"system.inof\"; did "
	"you mean "
	"\"system.info\"?"},
    {LISTEN "tiers:\n  t: {filters: {calls: {allow: [\"containers.*\"]}}}\n",
	"no call \"containers.*\"; did you mean \"container.*\"?"},
    {LISTEN "tiers:\n  t: {filters: {calls: {allow: [\"zzzzzzzz.*\"]}}}\n",
	"want a call, a group such as \"container.*\""},
    {LISTEN "tiers:\n  t: {filters: {mounts: {allow: [{to: /a}]}}}\n",
	"3:34 tiers.t.filters.mounts.allow[0].source: is missing"},
    {LISTEN "tiers:\n  t: {filters: {calls: {action: maybe, alow: []}}}\n",
	"calls.alow: unknown key"},
    {LISTEN TIER "identities: [{match: {uid: 1}, teem: a, tier: t}]\n",
	"did you mean \"team\"?"},
    {LISTEN "a: 1\na: 2\n", "3:1 : this key stands here twice"},
    {LISTEN "x: [\n", "not valid YAML"},
};

static void
test_faults(void **state)
{
	char problems[8192];
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct config *config = load(
		    faults[i].text, problems, sizeof(problems));

		if (config != NULL ||
		    strstr(problems, faults[i].problem) == NULL) {
			print_error("%s\twant %s\n\tis   %s\n", faults[i].text,
			    faults[i].problem,
			    config == NULL ? problems : "accepted");
			failed++;
		}
		config_unref(config);
	}
	assert_int_equal(failed, 0);
}

/* How often part stands in text. */
static size_t
count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

/* All of it at once. */
static void
test_all_faults(void **state)
{
	char problems[8192];

	(void)state;
	/* A key that is not known hides nothing. */
	assert_null(
	    load("upsteam: unix:///s\n"
		 "listeners: [{nam: a}, {name: b, address: tcp://8.8.8.8:1}]\n"
		 "tiers: {t: {extends: x, filters: {cals: {}}}}\n"
		 "identities: [{match: {uid: a, ou: x}, teem: a, tier: y}]\n",
		problems, sizeof(problems)));
	assert_non_null(strstr(problems, "1:1 upsteam: unknown"));
	assert_non_null(strstr(problems, "listeners[0].nam: unknown"));
	assert_non_null(strstr(problems, "listeners[0].name: is missing"));
	assert_non_null(strstr(problems, "listeners[0].address: is missing"));
	assert_non_null(strstr(problems, "listeners[1].tls: TCP beyond"));
	assert_non_null(strstr(problems, "tiers.t.extends: there is no"));
	assert_non_null(strstr(problems, "tiers.t.filters.cals: unknown"));
	assert_non_null(strstr(problems, "match.uid: want a number"));
	assert_non_null(strstr(problems, "match.ou: unknown"));
	assert_non_null(strstr(problems, "identities[0].teem: unknown"));
	assert_non_null(strstr(problems, "identities[0].team: is missing"));
	assert_non_null(strstr(problems, "identities[0].tier: there is no"));
	assert_null(load("upstream: x\nlisteners: [{}]\nlog: {level: 1}\n"
			 "tiers: {t: {filters: {calls: {allow: [x, y]}}}}\n",
	    problems, sizeof(problems)));
	assert_non_null(strstr(problems, "1:1 upstream"));
	assert_non_null(strstr(problems, "log.level"));
	assert_non_null(strstr(problems, "calls.allow[0]"));
	assert_non_null(strstr(problems, "calls.allow[1]"));
}

/* What a tier has from another is told where it stands, once. */
static void
test_inherited_faults(void **state)
{
	char problems[8192];

	(void)state;
	assert_null(
	    load(LISTEN "tiers:\n"
			"  c: {extends: b, filters: {calls: {deny: [z]}}}\n"
			"  b:\n"
			"    extends: a\n"
			"    filters: {calls: {allow+: [system.ping, x]}}\n"
			"  a:\n"
			"    filters: {calls: {allow: [y, system.ping]}}\n",
		problems, sizeof(problems)));
	assert_int_equal(count(problems, "\"x\": want a call"), 1);
	assert_int_equal(count(problems, "\"y\": want a call"), 1);
	assert_int_equal(count(problems, "\"z\": want a call"), 1);
	assert_non_null(
	    strstr(problems, "6:45 tiers.b.filters.calls.allow+[1]: \"x\""));
	assert_non_null(
	    strstr(problems, "8:31 tiers.a.filters.calls.allow[0]: \"y\""));
	assert_non_null(strstr(problems, "tiers.c.filters.calls.deny[0]"));
}

static const struct {
	const char *text, *warning;
} doubtful[] = {
    {"listeners: [{name: a, address: \"unix:///s\", owner: n-o}]\n",
	"1:45 listeners[0].owner: there is no user \"n-o\""},
    {"listeners: [{name: a, address: \"unix:///s\", group: n-o}]\n",
	"listeners[0].group: there is no group \"n-o\""},
    {LISTEN "user: n-o\n", "2:1 user: there is no user \"n-o\""},
    {LISTEN "audit: {path: /no/such/log}\n",
	"2:9 audit.path: there is no directory /no/such"},
    {LISTEN TIER "identities: [{match: {listener: a, O: x}, team: a, tier: "
		 "t}]\n",
	"3:36 identities[0].match.O: no listener of this rule asks for"},
    {LISTEN TIER "identities: [{match: {address: 10.0.0.1}, team: a, tier: "
		 "t}]\n",
	"match.address: callers on a unix socket have no address"},
    {"listeners: [{name: a, address: \"tcp://127.0.0.1:1\"}]\n" TIER
     "identities: [{match: {uid: 1}, team: a, tier: t}]\n",
	"match.uid: callers on TCP have no user"},
};

/* Perhaps it is for another host, or not complete yet. */
static void
test_warnings(void **state)
{
	char problems[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(doubtful); i++) {
		struct config *config = load(
		    doubtful[i].text, problems, sizeof(problems));

		if (config == NULL ||
		    strstr(problems, doubtful[i].warning) == NULL)
			fail_msg("%s: %s", doubtful[i].text, problems);
		config_unref(config);
	}
	config_unref(load(LISTEN TIER "audit: {path: /tmp/log}\n"
				      "identities: [{match: {uid: 1, listener: "
				      "\"?\"}, team: a, tier: t}]\n",
	    problems, sizeof(problems)));
	assert_string_equal(problems, "");
}

static void
test_nobody(void **state)
{
	char problems[4096];
	struct config *config = load(LISTEN, problems, sizeof(problems));
	json_t *caller = json_of("{\"uid\":0}");
	const char *team;

	(void)state;
	assert_non_null(strstr(problems, "nobody has access"));
	assert_null(config_identify(config, caller, &team));
	json_decref(caller);
	config_unref(config);
}

/* The list of a filter in the tier t of a file whose tiers are these. */
static void
check_list(
    const char *tiers, const char *filter, const char *setting, const char *is)
{
	char problems[4096], text[2048];
	struct config *config;

	(void)snprintf(text, sizeof(text), LISTEN "tiers:\n%s", tiers);
	config = load(text, problems, sizeof(problems));
	if (config == NULL)
		fail_msg("%s", problems);
	assert_json(json_object_get(
			json_object_get(
			    json_object_get(
				tier_conf(config_tier(config, "t")), "filters"),
			    filter),
			setting),
	    is);
	config_unref(config);
}

/* What is added to that no tier has given is the filter's default. */
static void
test_addition(void **state)
{
	(void)state;
	check_list("  t: {filters: {registries: {allow+: [quay.io]}}}\n",
	    "registries", "allow", "[\"docker.io\",\"quay.io\"]");
	check_list(
	    "  t: {extends: u, filters: {restart: {policies+: [always]}}}"
	    "\n  u: {extends: ci}\n",
	    "restart", "policies", "[\"no\",\"on-failure\",\"always\"]");
	/* Given is given, be it empty; twice is not the default twice. */
	check_list(
	    "  t: {extends: u, filters: {registries: {allow+: [b.io]}}}\n"
	    "  u: {filters: {registries: {allow: []}}}\n",
	    "registries", "allow", "[\"b.io\"]");
	check_list(
	    "  t: {extends: u, filters: {registries: {allow+: [b.io]}}}\n"
	    "  u: {filters: {registries: {allow+: [a.io]}}}\n",
	    "registries", "allow", "[\"docker.io\",\"a.io\",\"b.io\"]");
	/* Whoever adds to everything does not mean everything. */
	check_list("  t: {filters: {images: {allow+: [\"docker.io/**\"]}}}\n",
	    "images", "allow", "[\"docker.io/**\"]");
	/* A default of nothing. */
	check_list("  t: {filters: {network: {dns+: [10.0.0.1]}}}\n", "network",
	    "dns", "[\"10.0.0.1\"]");
}

/* The lines of a file stand in the list where the file stood. */
static void
test_included(void **state)
{
	char folder[256], path[300], list[300];
	struct problems problems;
	struct config *config;
	bool unreadable;
	const json_t *filters;

	(void)state;
	make_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/config.yaml", folder);
	(void)snprintf(list, sizeof(list), "%s/list", folder);
	write_file(list, "# ours\n\n  quay.io\t# theirs\nghcr.io");
	write_file(path,
	    LISTEN
	    "tiers:\n  t:\n    extends: ci\n    filters:\n      registries: "
	    "{allow: [docker.io, {file: list}, \"*.example.com\"]}\n"
	    "  u: {extends: ci, filters: {registries: {allow+: {file: "
	    "list}}}}\n");
	problems_init(&problems, path);
	config = config_load(path, &problems, &unreadable);
	problems_print(&problems, stderr);
	assert_non_null(config);
	filters = json_object_get(
	    tier_conf(config_tier(config, "t")), "filters");
	assert_json(
	    json_object_get(json_object_get(filters, "registries"), "allow"),
	    "[\"docker.io\",\"quay.io\",\"ghcr.io\",\"*.example.com\"]");
	filters = json_object_get(
	    tier_conf(config_tier(config, "u")), "filters");
	assert_json(
	    json_object_get(json_object_get(filters, "registries"), "allow"),
	    "[\"docker.io\",\"quay.io\",\"ghcr.io\"]");
	problems_done(&problems);
	config_unref(config);
	(void)unlink(path);
	(void)unlink(list);
	(void)rmdir(folder);
}

static void
test_unreadable(void **state)
{
	struct problems problems;
	bool unreadable = false;

	(void)state;
	problems_init(&problems, "x");
	assert_null(config_load("/no/such/file", &problems, &unreadable));
	assert_true(unreadable);
	assert_true(problems.errors > 0);
	problems_done(&problems);
}

/* What we ship must load. */
static void
test_presets(void **state)
{
	static const char *const names[] = {
	    "observer", "ci", "developer", "operator", "admin"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct problems problems;
		struct tier *tier;

		problems_init(&problems, names[i]);
		tier = config_preset_tier(names[i], &problems);
		if (tier == NULL)
			problems_print(&problems, stderr);
		assert_non_null(tier);
		tier_free(tier);
		problems_done(&problems);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_extends),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_all_faults),
	    cmocka_unit_test(test_inherited_faults),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_nobody),
	    cmocka_unit_test(test_addition),
	    cmocka_unit_test(test_included),
	    cmocka_unit_test(test_unreadable),
	    cmocka_unit_test(test_presets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
