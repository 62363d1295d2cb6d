/* SPDX-License-Identifier: Apache-2.0 */
/* command -- one thing that the program does: `sockwarden NAME ...`. */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "tier.h"

/* What the program ends with; the manual says so too. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_NO = 1, /* refused, or errors in what was checked */
	EXIT_USAGE = 2, /* wrong use, or a file that cannot be read */
};

struct command {
	const char *name;
	const char *usage; /* what follows the name */
	const char *summary; /* one line */
	const char *details; /* lines for its own --help; or NULL */
	/* argv[0] is the command's name.  Returns an exit_status. */
	int (*run)(int argc, char **argv);
};

extern const struct command run_command, check_command, explain_command,
    test_command, why_command, learn_command, diff_command, import_command,
    tiers_command, filters_command, calls_command, schema_command, pki_command;

/* Complain about the use of a command; returns EXIT_USAGE. */
int command_usage(const struct command *command);

/* The same, after saying what is wrong with it. */
int command_wrong(const struct command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What it is for, on standard output; returns EXIT_DONE. */
int command_help(const struct command *command);

/* The tier of ours that --tier names, or NULL, having said what is wrong. */
struct tier *command_tier(const char *name);

/* May the tier make the call at all? */
bool command_may_make(const struct tier *tier, const struct call *call);

#endif
