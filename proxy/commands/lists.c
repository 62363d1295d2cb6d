/* SPDX-License-Identifier: Apache-2.0 */
/* lists -- what the program knows, printed from its tables: tiers, filters,
 * calls. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "config/config.h"
#include "config/presets.h"
#include "filter.h"

/* --- tiers ---------------------------------------------------------------- */

static int
tiers(int argc, char **argv)
{
	if (argc != 1)
		return command_wrong(
		    &tiers_command, "\"%s\" is too much", argv[1]);
	for (const struct preset *p = presets; p->name != NULL; p++) {
		struct tier *tier = command_tier(p->name);
		const char *text;

		if (tier == NULL)
			return EXIT_NO;
		text = tier_description(tier);
		(void)printf("%-*s%s\n", *text == '\0' ? 0 : 11, p->name, text);
		tier_free(tier);
	}
	return EXIT_DONE;
}

const struct command tiers_command = {
    .name = "tiers",
    .usage = "",
    .summary = "List the tiers that come with the program.",
    .run = tiers,
};

/* --- filters -------------------------------------------------------------- */

static void
print_setting(const struct setting *row, int depth)
{
	char text[160];

	setting_describe(row, text, sizeof(text));
	(void)printf("%*s%s: %s%s%s\n%*s%s\n", depth, "", row->name, text,
	    row->needed               ? "; needed"
		: row->preset == NULL ? ""
				      : "; default ",
	    row->preset == NULL ? "" : row->preset, depth + 4, "", row->help);
	for (row = row->sub; row != NULL && row->type != SETTING_T_END; row++)
		print_setting(row, depth + 4);
}

static int
filters(int argc, char **argv)
{
	static const char *const actions[] = {"reject", "rewrite", "off"};

	if (argc != 1)
		return command_wrong(
		    &filters_command, "\"%s\" is too much", argv[1]);
	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const struct filter *filter = filter_list[i];
		const struct setting *row = filter->settings;

		(void)printf("%s\n    %s\n    action: default %s\n",
		    filter->name, filter->summary, actions[filter->action]);
		for (; row != NULL && row->type != SETTING_T_END; row++)
			print_setting(row, 4);
	}
	return EXIT_DONE;
}

const struct command filters_command = {
    .name = "filters",
    .usage = "",
    .summary = "List the filters and their settings.",
    .run = filters,
};

/* --- calls ---------------------------------------------------------------- */

static void
print_call(const struct call *call)
{
	(void)printf("%-26s %-6s %-44s %-12s %s\n", call->name,
	    http_method_name(call->method), call->path,
	    danger_name(call->danger), call->why == NULL ? "" : call->why);
}

static int
calls(int argc, char **argv)
{
	bool named = argc > 1 && strcmp(argv[1], "--tier") == 0;
	struct tier *tier = NULL;

	if (argc > 1 && !named)
		return command_wrong(
		    &calls_command, "unknown option \"%s\"", argv[1]);
	if (named && argc != 3)
		return command_wrong(&calls_command, "--tier takes one NAME");
	if (named && (tier = command_tier(argv[2])) == NULL)
		return EXIT_USAGE;
	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		if (tier == NULL || command_may_make(tier, call))
			print_call(call);
	}
	tier_free(tier);
	return EXIT_DONE;
}

const struct command calls_command = {
    .name = "calls",
    .usage = "[--tier NAME]",
    .summary = "List the calls of the Docker Engine API, or those that a tier "
	       "may make.",
    .details = "A line each: name, method, path, the worst that it can do "
	       "unjudged, and why.\n"
	       "  --tier NAME   only those that this tier, one of `sockwarden "
	       "tiers`, may make\n",
    .run = calls,
};
