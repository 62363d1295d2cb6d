/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/command.h"

#include <stdarg.h>
#include <stdio.h>

#include "config/config.h"

static void
print_usage(const struct command *command, FILE *out)
{
	(void)fprintf(out, "usage: sockwarden %s%s%s\n", command->name,
	    *command->usage == '\0' ? "" : " ", command->usage);
}

int
command_usage(const struct command *command)
{
	print_usage(command, stderr);
	return EXIT_USAGE;
}

int
command_wrong(const struct command *command, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "sockwarden: %s: ", command->name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputs("\n", stderr);
	return command_usage(command);
}

int
command_help(const struct command *command)
{
	print_usage(command, stdout);
	(void)printf("\n%s\n", command->summary);
	if (command->details != NULL)
		(void)printf("\n%s", command->details);
	return EXIT_DONE;
}

struct tier *
command_tier(const char *name)
{
	struct problems problems;
	struct tier *tier;
	char flag[128];

	(void)snprintf(flag, sizeof(flag), "sockwarden: --tier %.100s", name);
	problems_init(&problems, flag);
	tier = config_preset_tier(name, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	return tier;
}

bool
command_may_make(const struct tier *tier, const struct call *call)
{
	struct request req = {.call = call};
	struct report report;
	bool may;

	report_init(&report);
	may = tier_admit(tier, &req, &report) == VERDICT_PASS;
	report_done(&report);
	return may;
}
