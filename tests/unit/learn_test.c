/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is learned allows what it was learned from, and nothing that gives away
 * the host; values that are alike become one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <string.h>

#include "config/config.h"
#include "config/tiers.h"
#include "learn.h"
#include "learn/item.h"
#include "learn/merge.h"
#include "rehearse.h"
#include "unit/unit.h"

static const struct learn_use once = {
    1, "2026-11-28T17:00:00.000Z", "web", "1"};

/* --- merging -------------------------------------------------------------- */

/* Items of those values, merged: their values. */
static json_t *
merged(lesson_merge_fn *merge, const char *values)
{
	json_t *list = json_of(values), *items = json_array(), *value;
	json_t *result = json_array();
	size_t i;

	json_array_foreach(list, i, value) assert_int_equal(
	    json_array_append_new(items, item_new(value, &once, NULL)), 0);
	items = merge(items);
	assert_non_null(items);
	json_array_foreach(items, i, value) assert_int_equal(
	    json_array_append(result, json_object_get(value, "value")), 0);
	json_decref(items);
	json_decref(list);
	return result;
}

static void
check_merge(lesson_merge_fn *merge, const char *values, const char *want)
{
	json_t *is = merged(merge, values);

	assert_json(is, want);
	json_decref(is);
}

static void
test_merge_images(void **state)
{
	(void)state;
	/* Two tags are two; three are all. */
	check_merge(merge_images, "[\"r.io/a/x:1\", \"r.io/a/x:2\"]",
	    "[\"r.io/a/x:1\", \"r.io/a/x:2\"]");
	check_merge(merge_images,
	    "[\"r.io/a/x:1\", \"r.io/a/x:2\", \"r.io/a/x:3\"]",
	    "[\"r.io/a/x:*\"]");
	/* Repositories side by side, but never a whole registry. */
	check_merge(merge_images,
	    "[\"r.io/a/w:1\", \"r.io/a/x:1\", \"r.io/a/y:1\", \"r.io/a/z:1\", "
	    "\"r.io/b/q:1\"]",
	    "[\"r.io/a/*\", \"r.io/b/q:1\"]");
	check_merge(merge_images,
	    "[\"r.io/w:1\", \"r.io/x:1\", \"r.io/y:1\", \"r.io/z:1\"]",
	    "[\"r.io/w:1\", \"r.io/x:1\", \"r.io/y:1\", \"r.io/z:1\"]");
	/* A digest is meant. */
	check_merge(merge_images, "[\"r.io/a/x@sha256:00\"]",
	    "[\"r.io/a/x@sha256:00\"]");
	/* A port is no tag. */
	check_merge(
	    merge_images, "[\"r.io:5000/a/x:1\"]", "[\"r.io:5000/a/x:1\"]");
}

static void
test_merge_ports(void **state)
{
	(void)state;
	check_merge(
	    merge_ports, "[\"8080\", \"8082\"]", "[\"8080\", \"8082\"]");
	check_merge(merge_ports,
	    "[\"8082\", \"8080\", \"8081\", \"8080-8083\"]", "[\"8080-8083\"]");
	check_merge(merge_ports,
	    "[\"2000\", \"2010\", \"2020\", \"2030\", \"2040\", \"2050\", "
	    "\"2060\", \"2070\"]",
	    "[\"2000-2070\"]");
	/* Not over the ports that belong to somebody. */
	check_merge(merge_ports,
	    "[\"80\", \"2010\", \"2020\", \"2030\", \"2040\", \"2050\", "
	    "\"2060\", \"2070\"]",
	    "[\"80\", \"2010\", \"2020\", \"2030\", \"2040\", \"2050\", "
	    "\"2060\", \"2070\"]");
}

#define ROW(source, read_only)                                                 \
	"{\"source\": \"" source "\", \"read_only\": " read_only               \
	", \"relabel\": false}"

static void
test_merge_mounts(void **state)
{
	(void)state;
	/* As much as both; what is further down is first. */
	check_merge(merge_mounts,
	    "[" ROW("/srv", "true") ", " ROW("/srv/a", "true") ", " ROW(
		"/srv/a", "false") "]",
	    "[" ROW("/srv/a", "false") ", " ROW("/srv", "true") "]");
	/* Side by side, if only read. */
	check_merge(merge_mounts,
	    "[" ROW("/srv/d/1", "true") ", " ROW("/srv/d/2", "true") ", " ROW(
		"/srv/d/3", "true") ", " ROW("/srv/d/4", "true") "]",
	    "[" ROW("/srv/d", "true") "]");
	check_merge(merge_mounts,
	    "[" ROW("/srv/d/1", "true") ", " ROW("/srv/d/2", "true") ", " ROW(
		"/srv/d/3", "true") ", " ROW("/srv/d/4", "false") "]",
	    "[" ROW("/srv/d/1", "true") ", " ROW("/srv/d/2", "true") ", " ROW(
		"/srv/d/3", "true") ", " ROW("/srv/d/4", "false") "]");
	/* Not to a directory of the root, nor to the host's own. */
	check_merge(merge_mounts,
	    "[" ROW("/srv/1", "true") ", " ROW("/srv/2", "true") ", " ROW(
		"/srv/3", "true") ", " ROW("/srv/4", "true") "]",
	    "[" ROW("/srv/1", "true") ", " ROW("/srv/2", "true") ", " ROW(
		"/srv/3", "true") ", " ROW("/srv/4", "true") "]");
}

/* --- learning ------------------------------------------------------------- */

static struct tier *
preset(const char *name)
{
	struct problems problems;
	struct tier *tier;

	problems_init(&problems, "");
	tier = config_preset_tier(name, &problems);
	assert_non_null(tier);
	problems_done(&problems);
	return tier;
}

static struct tier *
reader(void)
{
	struct problems problems;
	struct tier *tier;

	problems_init(&problems, "");
	tier = tier_new("reader",
	    json_of("{\"unlisted\": \"off\", \"unknown_fields\": \"drop\", "
		    "\"filters\": {\"calls\": {\"allow\": [\"*\"]}}}"),
	    "", problems_add, &problems);
	assert_non_null(tier);
	problems_done(&problems);
	return tier;
}

/* What a request does under a tier: rehearsal_done() is due. */
static enum verdict
ask(const struct tier *tier, const json_t *call, struct rehearsal *done)
{
	json_t *body = json_object_get(call, "body");
	char *text = body == NULL ? NULL : json_dumps(body, JSON_ENCODE_ANY);
	json_t *facts = json_deep_copy(json_object_get(call, "facts"));
	const char *team = json_string_value(json_object_get(call, "team"));
	struct rehearsal_script script = {
	    .method = json_string_value(json_object_get(call, "method")),
	    .target = json_string_value(json_object_get(call, "path")),
	    .headers = json_object_get(call, "headers"),
	    .body = text == NULL ? "" : text,
	    .len = text == NULL ? 0 : strlen(text),
	    .identity = json_object_get(call, "identity"),
	    .team = team == NULL ? "web" : team,
	    .facts = facts};
	enum verdict verdict = rehearse(tier, &script, done);

	json_decref(facts);
	free(text);
	return verdict;
}

/* The settings that were learned of the call, over base. */
static json_t *
learn(const json_t *call, const struct tier *base, bool all)
{
	struct lessons *lessons = lessons_new();
	struct tier *tier = reader();
	struct rehearsal done;
	json_t *settled = NULL;

	(void)ask(tier, call, &done);
	if (done.status == 0) {
		assert_true(lessons_take(lessons, &done.request, &once));
		settled = lessons_settle(lessons, base, all);
		assert_non_null(settled);
	}
	rehearsal_done(&done);
	tier_free(tier);
	lessons_free(lessons);
	return settled;
}

/* The tier of those settings. */
static struct tier *
make(const char *base, const json_t *settled)
{
	json_t *filters = json_object(), *tree, *entry, *conf;
	struct problems problems;
	struct tier *tier;
	size_t i;

	json_array_foreach(settled, i, entry)
	{
		const char *filter = json_string_value(
		    json_object_get(entry, "filter"));
		json_t *value = json_object_get(entry, "value");
		const char *key = json_string_value(
		    json_object_get(entry, "setting"));

		if (value == NULL)
			continue;
		if (json_object_get(filters, filter) == NULL)
			(void)json_object_set_new(
			    filters, filter, json_object());
		(void)json_object_set(
		    json_object_get(filters, filter), key, value);
	}
	tree = json_pack(
	    "{s:{s:s, s:o}}", "t", "extends", base, "filters", filters);
	problems_init(&problems, "");
	conf = tiers_resolve(tree, "t", &problems);
	tier = tier_new("t", conf, "", problems_add, &problems);
	if (tier == NULL)
		problems_print(&problems, stderr);
	assert_non_null(tier);
	problems_done(&problems);
	json_decref(tree);
	return tier;
}

static bool
is_dangerous(const json_t *settled)
{
	size_t i;
	json_t *entry;

	json_array_foreach(settled, i, entry)
	{
		if (json_array_size(json_object_get(entry, "left")) > 0)
			return true;
	}
	return false;
}

/* A create, with that in its HostConfig. */
static json_t *
create(const char *host)
{
	json_t *call = json_pack("{s:s, s:s, s:{s:s, s:o}, s:{s:s}}", "method",
	    "POST", "path", "/v1.41/containers/create", "body", "Image",
	    "busybox", "HostConfig", json_of(host), "facts", "path:/srv/src",
	    "plain");

	assert_non_null(call);
	return call;
}

static void
test_is_allowed(void **state)
{
	static const char *const hosts[] = {"{}",
	    "{\"Binds\": [\"/srv/src:/src\"]}",
	    "{\"Binds\": [\"/srv/src:/src:ro\"]}",
	    "{\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/srv/src\", "
	    "\"Target\": \"/src\"}]}",
	    "{\"CapAdd\": [\"cap_chown\", \"NET_RAW\"]}",
	    "{\"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"127.0.0.1\", "
	    "\"HostPort\": \"8080\"}]}}",
	    "{\"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"0.0.0.0\", "
	    "\"HostPort\": \"80\"}]}}",
	    "{\"PublishAllPorts\": true}",
	    "{\"Sysctls\": {\"net.core.somaxconn\": \"1024\"}}",
	    "{\"Memory\": 17179869184, \"NanoCpus\": 16000000000, "
	    "\"PidsLimit\": 9999}",
	    "{\"ShmSize\": 2147483648}", "{\"GroupAdd\": [\"2000\"]}",
	    "{\"Devices\": [{\"PathOnHost\": \"/dev/fuse\", "
	    "\"PathInContainer\": \"/dev/fuse\", \"CgroupPermissions\": "
	    "\"rwm\"}]}",
	    "{\"Dns\": [\"10.0.0.53\"]}",
	    "{\"ExtraHosts\": [\"host:host-gateway\"]}",
	    "{\"RestartPolicy\": {\"Name\": \"always\"}}",
	    "{\"LogConfig\": {\"Type\": \"journald\", \"Config\": {\"env\": "
	    "\"A\"}}}",
	    "{\"Runtime\": \"runsc\"}",
	    "{\"Ulimits\": [{\"Name\": \"memlock\", \"Soft\": 1, \"Hard\": "
	    "1}]}",
	    "{\"IpcMode\": \"shareable\"}",
	    "{\"Tmpfs\": {\"/big\": \"size=4g\"}}",
	    "{\"StorageOpt\": {\"size\": \"10G\"}}"};
	static const char *const bases[] = {"ci", "developer"};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts) * COUNT(bases); i++) {
		const char *name = bases[i % COUNT(bases)];
		json_t *call = create(hosts[i / COUNT(bases)]), *settled,
		       *change;
		struct tier *base = preset(name), *tier;
		struct rehearsal done;
		size_t n;

		settled = learn(call, base, false);
		assert_false(is_dangerous(settled));
		tier = make(name, settled);
		if (ask(tier, call, &done) <= VERDICT_DENY)
			fail_msg("%s, %s: %s: %s", name,
			    hosts[i / COUNT(bases)], done.report.field,
			    done.report.reason.text);
		json_array_foreach(done.report.changes, n, change)
		{
			/* What /tmp and /run get is beside the caller's. */
			if (report_change_is_asked(change) &&
			    strcmp(json_string_value(
				       json_object_get(change, "filter")),
				"read_only_root") != 0)
				fail_msg("%s, %s: changed: %s", name,
				    hosts[i / COUNT(bases)],
				    json_string_value(
					json_object_get(change, "field")));
		}
		rehearsal_done(&done);
		tier_free(tier);
		tier_free(base);
		json_decref(settled);
		json_decref(call);
	}
}

/* What gives away the host is told; and allowed, if somebody says so. */
static void
test_danger(void **state)
{
	static const char *const hosts[] = {"{\"Privileged\": true}",
	    "{\"Binds\": [\"/:/host\"]}", "{\"Binds\": [\"/etc:/e:ro\"]}",
	    "{\"Binds\": [\"/var:/v:ro\"]}",
	    "{\"Binds\": [\"/var/run/docker.sock:/s\"]}",
	    "{\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/root\", "
	    "\"Target\": \"/r\"}]}",
	    "{\"CapAdd\": [\"SYS_ADMIN\"]}", "{\"CapAdd\": [\"ALL\"]}",
	    "{\"PidMode\": \"host\"}", "{\"IpcMode\": \"host\"}",
	    "{\"UTSMode\": \"host\"}", "{\"CgroupnsMode\": \"host\"}",
	    "{\"NetworkMode\": \"host\"}", "{\"UsernsMode\": \"host\"}",
	    "{\"SecurityOpt\": [\"seccomp=unconfined\"]}",
	    "{\"SecurityOpt\": [\"seccomp={}\"]}",
	    "{\"SecurityOpt\": [\"apparmor=unconfined\"]}",
	    "{\"SecurityOpt\": [\"label:disable\"]}",
	    "{\"MaskedPaths\": [\"/proc/acpi\"]}",
	    "{\"Devices\": [{\"PathOnHost\": \"/dev/sda\", "
	    "\"PathInContainer\": \"/d\", \"CgroupPermissions\": \"rwm\"}]}",
	    "{\"DeviceCgroupRules\": [\"a *:* rwm\"]}",
	    "{\"GroupAdd\": [\"docker\"]}", "{\"OomKillDisable\": true}",
	    "{\"Sysctls\": {\"kernel.core_pattern\": \"|x\"}}"};
	static const char *const others[] = {
	    "{\"method\": \"POST\", \"path\": \"/v1.41/session\"}",
	    "{\"method\": \"POST\", \"path\": \"/v1.41/plugins/x/enable\"}",
	    "{\"method\": \"GET\", \"path\": \"/v1.41/swarm\"}",
	    "{\"method\": \"POST\", \"path\": \"/v1.41/volumes/create\", "
	    "\"body\": {\"Name\": \"v\", \"DriverOpts\": {\"type\": \"none\", "
	    "\"device\": \"/\", \"o\": \"bind\"}}}",
	    "{\"method\": \"POST\", \"path\": \"/v1.41/networks/create\", "
	    "\"body\": {\"Name\": \"n\", \"Driver\": \"macvlan\"}}",
	    "{\"method\": \"POST\", \"path\": "
	    "\"/v1.41/build?networkmode=host\"}"};
	struct tier *base = preset("ci");

	(void)state;
	for (size_t i = 0; i < COUNT(hosts) + COUNT(others); i++) {
		const char *text = i < COUNT(hosts) ? hosts[i]
						    : others[i - COUNT(hosts)];
		json_t *call = i < COUNT(hosts) ? create(text) : json_of(text);
		json_t *settled = learn(call, base, false), *change;
		struct tier *tier = make("ci", settled);
		struct rehearsal done;
		bool asked = false;
		size_t n;

		if (!is_dangerous(settled))
			fail_msg("%s: no danger", text);
		if (ask(tier, call, &done) > VERDICT_DENY) {
			json_array_foreach(done.report.changes, n, change)
			    asked = asked || report_change_is_asked(change);
			if (!asked)
				fail_msg("%s: allowed as it is", text);
		}
		rehearsal_done(&done);
		json_decref(settled);
		tier_free(tier);

		settled = learn(call, base, true);
		assert_false(is_dangerous(settled));
		tier_free(make("ci", settled));
		json_decref(settled);
		json_decref(call);
	}
	tier_free(base);
}

/* A caller's wildcard is no pattern of ours. */
static void
test_wildcards(void **state)
{
	json_t *call = create("{\"GroupAdd\": [\"*\"], \"Links\": [\"*:x\"]}");
	json_t *other = create("{\"GroupAdd\": [\"0\"]}");
	struct tier *base = preset("ci"), *tier;
	json_t *settled = learn(call, base, true), *change;
	struct rehearsal done;
	size_t i;
	bool changed = false;

	(void)state;
	tier = make("ci", settled);
	assert_true(ask(tier, other, &done) > VERDICT_DENY);
	json_array_foreach(done.report.changes, i, change) changed = changed ||
	    strcmp(json_string_value(json_object_get(change, "field")),
		"HostConfig.GroupAdd") == 0;
	assert_true(changed);
	rehearsal_done(&done);
	tier_free(tier);
	tier_free(base);
	json_decref(settled);
	json_decref(call);
	json_decref(other);
}

/* --- every case that there is --------------------------------------------- */

/* A list of names has no word for what may be an id. */
static bool
has_no_word(const struct rehearsal *done)
{
	return strstr(done->report.reason.text, "may be an id") != NULL;
}

/* Does the tier take it, with all that was asked for? */
static bool
takes(const struct tier *tier, const json_t *call, char *why, size_t size)
{
	struct rehearsal done;
	bool taken = ask(tier, call, &done) > VERDICT_DENY;
	size_t i;
	json_t *change;

	json_array_foreach(done.report.changes, i, change)
	    taken = taken && !report_change_is_asked(change);
	(void)snprintf(why, size, "%s: %s",
	    done.report.filter == NULL ? "" : done.report.filter,
	    has_no_word(&done) ? "" : done.report.reason.text);
	rehearsal_done(&done);
	return taken;
}

/* What the base takes, what is learned of it takes, too. */
static void
check_taken(const char *path, const json_t *call, const struct tier *base,
    const struct tier *tier)
{
	char why[600];

	if (takes(base, call, why, sizeof(why)) &&
	    !takes(tier, call, why, sizeof(why)) &&
	    strcmp(why, "images: ") != 0)
		fail_msg("%s: %s", path, why);
}

/* Whatever is asked for: what is learned of it loads, with the dangers and
 * without. */
static void
check_case(const char *path, const struct tier *base)
{
	json_t *call = json_load_file(path, 0, NULL), *settled, *all;
	struct tier *tier;

	assert_non_null(call);
	settled = learn(call, base, false);
	all = learn(call, base, true);
	if (settled != NULL) {
		tier = make("ci", settled);
		tier_free(make("ci", all));
		check_taken(path, call, base, tier);
		tier_free(tier);
	}
	json_decref(settled);
	json_decref(all);
	json_decref(call);
}

static void
check_folder(const char *name, const struct tier *base, size_t *n)
{
	char path[4096];
	DIR *folder;
	const struct dirent *entry;

	(void)snprintf(
	    path, sizeof(path), "%s/tests/cases/%s", SOURCE_DIR, name);
	folder = opendir(path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (strstr(entry->d_name, ".json") == NULL)
			continue;
		(void)snprintf(path, sizeof(path), "%s/tests/cases/%s/%s",
		    SOURCE_DIR, name, entry->d_name);
		check_case(path, base);
		++*n;
	}
	if (folder != NULL)
		(void)closedir(folder);
}

static void
test_cases(void **state)
{
	static const char *const folders[] = {"capabilities", "devices",
	    "images", "mounts", "namespaces", "network", "networks", "ports",
	    "registries", "repositories", "resources", "runtime",
	    "security_options", "sysctls", "tiers", "user"};
	struct tier *base = preset("ci");
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(folders); i++)
		check_folder(folders[i], base, &n);
	assert_true(n > 300);
	tier_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_merge_images),
	    cmocka_unit_test(test_merge_ports),
	    cmocka_unit_test(test_merge_mounts),
	    cmocka_unit_test(test_is_allowed),
	    cmocka_unit_test(test_danger),
	    cmocka_unit_test(test_wildcards),
	    cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
