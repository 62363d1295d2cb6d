/* SPDX-License-Identifier: Apache-2.0 */
/* check -- say what a configuration means, or everything that is wrong with
 * it. */
#include <stdio.h>

#include "commands/command.h"
#include "config/config.h"

static void
print_listener(const struct config_listener *listener)
{
	const char *who = listener->has_tls
	    ? "callers show a certificate"
	    : "callers are known by user or address";

	(void)printf("  %s: %s, %s\n", listener->socket.name,
	    listener->socket.address, who);
}

/* "CN=ci-*, O=acme". */
static void
print_match(json_t *match)
{
	const char *key, *comma = "";
	json_t *value;

	json_object_foreach(match, key, value)
	{
		if (json_is_integer(value))
			(void)printf("%s%s=%" JSON_INTEGER_FORMAT, comma, key,
			    json_integer_value(value));
		else
			(void)printf(
			    "%s%s=%s", comma, key, json_string_value(value));
		comma = ", ";
	}
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

static void
print_tier(const struct tier *tier)
{
	json_t *filters = json_object_get(tier_conf(tier), "filters");
	size_t calls = 0;

	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		struct request req = {.call = call};
		struct report report;

		report_init(&report);
		if (tier_admit(tier, &req, &report) == VERDICT_PASS)
			calls++;
		report_done(&report);
	}
	(void)printf("  %s: %s\n    %zu calls;", tier_name(tier),
	    tier_description(tier), calls);
	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const char *name = filter_list[i]->name;

		(void)printf(" %s=%s", name,
		    json_string_value(json_object_get(
			json_object_get(filters, name), "action")));
	}
	(void)puts("");
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
		print_tier(config_tier_at(config, i));
	(void)printf(
	    "Records go to %s; a call that cannot be recorded is %s.\n",
	    audit->path,
	    audit->on_failure == 0 ? "refused" : "made all the same");
}

static int
check(int argc, char **argv)
{
	struct problems problems;
	struct config *config;
	bool unreadable;

	if (argc != 2)
		return command_usage(&check_command);
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
