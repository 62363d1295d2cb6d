/* SPDX-License-Identifier: Apache-2.0 */
/* check -- say what a configuration means, or everything that is wrong with
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "config/config.h"
#include "confine.h"
#include "config/tiers.h"

static void
print_listener(const struct config_listener *listener)
{
	const char *who = listener->has_tls
	    ? "callers show a certificate"
	    : "callers are known by user or address";

	(void)printf("  %s: %s, %s\n", listener->socket.name,
	    listener->socket.address, who);
}

static void
print_wanted(const json_t *value)
{
	if (json_is_integer(value))
		(void)printf(
		    "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		(void)fputs(json_string_value(value), stdout);
}

/* "CN=ci-*, O=acme"; of lists "CN=ada or bob, O=acme". */
static void
print_map(json_t *match)
{
	const char *key, *comma = "";
	size_t i;
	json_t *value, *item;

	json_object_foreach(match, key, value)
	{
		(void)printf("%s%s=", comma, key);
		comma = ", ";
		if (!json_is_array(value))
			print_wanted(value);
		json_array_foreach(value, i, item)
		{
			(void)fputs(i == 0 ? "" : " or ", stdout);
			print_wanted(item);
		}
	}
}

static void
print_match(json_t *match)
{
	size_t i;
	json_t *map;

	json_array_foreach(match, i, map)
	{
		(void)fputs(i == 0 ? "" : "; or ", stdout);
		print_map(map);
	}
	print_map(match);
}

static void
print_identities(const struct config *config)
{
	const json_t *rules = config_identities(config);
	size_t i;
	json_t *rule;

	if (json_array_size(rules) == 0)
		(void)puts("  nobody");
	json_array_foreach(rules, i, rule)
	{
		(void)printf("  %zu. ", i + 1);
		print_match(json_object_get(rule, "match"));
		(void)printf(": team %s, tier %s\n",
		    json_string_value(json_object_get(rule, "team")),
		    json_string_value(json_object_get(rule, "tier")));
	}
	(void)puts("  anyone else: refused, with a record");
}

/* --- tiers ---------------------------------------------------------------- */

/* A value as one would write it, without spaces. */
static void
print_value(const char *key, const char *equals, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	(void)printf(" %s%s%s", key, equals,
	    json_is_string(value) ? json_string_value(value)
		: text == NULL    ? "?"
				  : text);
	free(text);
}

/* Is it all of base, and more? */
static bool
adds_to(const json_t *base, const json_t *value)
{
	size_t n = json_array_size(base);

	if (n == 0 || json_array_size(value) <= n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!json_equal(
			json_array_get(base, i), json_array_get(value, i)))
			return false;
	}
	return true;
}

static void
print_difference(const char *key, const json_t *base, const json_t *value)
{
	json_t *more;

	if (!adds_to(base, value)) {
		print_value(key, "=", value);
		return;
	}
	more = json_array();
	for (size_t i = json_array_size(base); i < json_array_size(value); i++)
		(void)json_array_append(more, json_array_get(value, i));
	print_value(key, "+=", more);
	json_decref(more);
}

/* "      NAME: key=value ..." of what differs, if anything does. */
static void
print_differences(const char *name, const json_t *base, json_t *object)
{
	const char *key, *before = name;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		const json_t *was = json_object_get(base, key);

		if (strcmp(key, "filters") == 0 || strcmp(key, "mode") == 0 ||
		    strcmp(key, "description") == 0 || json_equal(was, value))
			continue;
		if (before != NULL)
			(void)printf("      %s:", before);
		before = NULL;
		print_difference(key, was, value);
	}
	if (before == NULL)
		(void)puts("");
}

/* What a tier differs from: the one that it extends, one of ours, or one that
 * says nothing but which filters there are.  New, NULL if it is one of ours. */
static json_t *
base_of(const struct config *config, const struct tier *tier)
{
	const json_t *tiers = config_tiers(config);
	bool preset;
	const char *parent = tiers_parent(tiers, tier_name(tier), &preset);
	struct problems problems;
	struct tier *made;
	json_t *base;

	if (parent != NULL && !preset)
		return json_deep_copy(tier_conf(config_tier(config, parent)));
	if (json_object_get(tiers, tier_name(tier)) == NULL)
		return NULL;
	problems_init(&problems, "");
	made = parent != NULL
	    ? config_preset_tier(parent, &problems)
	    : tier_new("",
		  json_pack("{s:O}", "unlisted",
		      json_object_get(tier_conf(tier), "unlisted")),
		  "", problems_add, &problems);
	problems_done(&problems);
	base = made == NULL ? NULL : json_deep_copy(tier_conf(made));
	tier_free(made);
	return base;
}

/* ", but for" and a line for each filter that differs; nothing if none does. */
static void
print_changes(const json_t *base, const json_t *conf)
{
	const json_t *was = json_object_get(base, "filters");
	const json_t *is = json_object_get(conf, "filters");
	json_auto_t *old = json_deep_copy(base);
	json_auto_t *own = json_deep_copy(conf);

	(void)json_object_del(old, "description");
	(void)json_object_del(own, "description");
	(void)json_object_del(old, "mode");
	(void)json_object_del(own, "mode");
	if (json_equal(old, own)) {
		(void)puts("");
		return;
	}
	(void)puts(", but for");
	print_differences("tier", base, own);
	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const char *name = filter_list[i]->name;

		print_differences(name, json_object_get(was, name),
		    json_object_get(is, name));
	}
}

static void
print_tier(const struct config *config, const struct tier *tier)
{
	json_auto_t *base = base_of(config, tier);
	const char *text = tier_description(tier), *parent;
	size_t calls = 0;
	bool preset;

	for (const struct call *call = call_table(); call->name != NULL; call++)
		calls += command_may_make(tier, call);
	parent = tiers_parent(config_tiers(config), tier_name(tier), &preset);
	(void)printf(
	    "  %s%s%s\n", tier_name(tier), *text == '\0' ? "" : ": ", text);
	if (tier_mode(tier) != TIER_ENFORCE)
		(void)printf("    GUARDS NOTHING: mode is \"%s\", calls are "
			     "made as they were asked for.\n    If it "
			     "enforced:\n",
		    tier_mode_name(tier_mode(tier)));
	(void)printf("    %zu calls; ", calls);
	if (base == NULL) {
		(void)puts("as it comes with the program");
		return;
	}
	if (parent != NULL)
		(void)printf(
		    "as tier %s%s", parent, preset ? " of the program" : "");
	else
		(void)printf("filters with their defaults");
	print_changes(base, tier_conf(tier));
}

static void
print_processes(const struct config *config)
{
	static const char *const walls[] = {
	    [CONFINE_REQUIRE] = "confined by seccomp and Landlock, or it does "
				"not start",
	    [CONFINE_TRY] = "confined by what the kernel has of seccomp and "
			    "Landlock",
	    [CONFINE_OFF] = "NOT CONFINED",
	};
	unsigned workers = config_workers(config);

	(void)printf("%u process%s serve%s, %s.\n", workers,
	    workers == 1 ? "" : "es", workers == 1 ? "s" : "",
	    walls[config_confine(config)]);
}

static void
print_meaning(const struct config *config)
{
	const struct config_audit *audit = config_audit(config);

	(void)printf(
	    "Guards %s.\nCallers connect to\n", config_upstream(config)->text);
	for (size_t i = 0; i < config_nlisteners(config); i++)
		print_listener(config_listener(config, i));
	(void)puts("Who they are, first match wins:");
	print_identities(config);
	(void)puts("Tiers:");
	for (size_t i = 0; config_tier_at(config, i) != NULL; i++)
		print_tier(config, config_tier_at(config, i));
	(void)printf(
	    "Records go to %s; a call that cannot be recorded is %s.\n",
	    strcmp(audit->path, "-") == 0 ? "standard output" : audit->path,
	    audit->on_failure == 0 ? "refused" : "made all the same");
	if (audit->requests)
		(void)puts("They hold the whole request.");
	print_processes(config);
}

static int
check(int argc, char **argv)
{
	struct problems problems;
	struct config *config;
	bool unreadable;

	if (argc != 2)
		return command_wrong(&check_command,
		    argc < 2 ? "FILE is missing" : "want one FILE");
	problems_init(&problems, argv[1]);
	config = config_load(argv[1], &problems, &unreadable);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (config == NULL)
		return unreadable ? EXIT_USAGE : EXIT_NO;
	print_meaning(config);
	config_unref(config);
	return EXIT_DONE;
}

const struct command check_command = {
    .name = "check",
    .usage = "FILE",
    .summary = "Say what a configuration means, or every error in it.",
    .run = check,
};
