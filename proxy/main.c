/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "memory.h"
#include "net/event_memory.h"
#include "setting.h"

static const struct command *const commands[] = {&run_command, &check_command,
    &explain_command, &test_command, &why_command, &learn_command,
    &diff_command, &import_command, &tiers_command, &filters_command,
    &calls_command, &schema_command, &pki_command, NULL};

static void
print_help(FILE *out)
{
	(void)fputs("sockwarden guards the Docker socket: it knows who calls, "
		    "judges every call,\nrewrites or refuses it, and keeps a "
		    "record.\n\n",
	    out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		(void)fprintf(out, "  sockwarden %s %s\n      %s\n",
		    commands[i]->name, commands[i]->usage,
		    commands[i]->summary);
	}
	(void)fputs(
	    "  sockwarden --version | --help\n\n"
	    "`sockwarden NAME --help` says more of each.\n"
	    "ADDRESS is unix:///path or tcp://address:port; to listen also "
	    "systemd:NAME,\na socket that the service manager opened.\n"
	    "Exit status: 0 done (explain: allowed); 1 refused, different "
	    "(diff), or errors in\na configuration, or could not start; 2 "
	    "wrong use, or a file "
	    "that cannot be read.\n",
	    out);
}

static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    (i == 1 && strcmp(argv[i], "-h") == 0))
			return true;
	}
	return false;
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int
unknown_command(const char *name)
{
	/* Two options stand in the place of a command. */
	const char *names[sizeof(commands) / sizeof(commands[0]) + 2] = {
	    "--help", "--version"};
	char hint[160];
	size_t n = 2;

	for (size_t i = 0; commands[i] != NULL; i++)
		names[n++] = commands[i]->name;
	nearest_hint(name, names, hint, sizeof(hint));
	(void)fprintf(stderr,
	    "sockwarden: unknown %s \"%s\"%s\n"
	    "`sockwarden --help` lists what there is\n",
	    *name == '-' ? "option" : "command", name, hint);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command *command;

	memory_init();
	event_memory_init();
	if (strcmp(name, "--version") == 0) {
		(void)printf("sockwarden %s\n", SOCKWARDEN_VERSION);
		return EXIT_DONE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	command = find_command(name);
	if (command == NULL)
		return unknown_command(name);
	return asks_for_help(argc - 1, argv + 1)
	    ? command_help(command)
	    : command->run(argc - 1, argv + 1);
}
