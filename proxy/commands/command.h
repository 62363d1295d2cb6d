/* SPDX-License-Identifier: Apache-2.0 */
/* command -- one thing that the program does: `sockwarden NAME ...`. */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

/* What the program ends with; the manual says so too. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_NO = 1, /* refused, or errors in what was checked */
	EXIT_USAGE = 2, /* wrong use, or a file that cannot be read */
};

struct command {
	const char *name;
	const char *usage; /* what follows the name */
	const char *summary; /* one line; NULL: not for people */
	/* argv[0] is the command's name.  Returns an exit_status. */
	int (*run)(int argc, char **argv);
};

extern const struct command run_command, check_command, explain_command,
    tiers_command, filters_command, calls_command, sieve_command;

/* Complain about the use of a command; returns EXIT_USAGE. */
int command_usage(const struct command *command);

#endif
