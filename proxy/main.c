/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"

static const struct command *const commands[] = {&run_command, &check_command,
    &explain_command, &tiers_command, &filters_command, &calls_command,
    &sieve_command, NULL};

int
command_usage(const struct command *command)
{
	(void)fprintf(
	    stderr, "usage: sockwarden %s %s\n", command->name, command->usage);
	return EXIT_USAGE;
}

static void
print_help(FILE *out)
{
	(void)fputs("sockwarden guards the Docker socket: it knows who calls, "
		    "judges every call,\nrewrites or refuses it, and keeps a "
		    "record.\n\n",
	    out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (commands[i]->summary == NULL)
			continue;
		(void)fprintf(out, "  sockwarden %s %s\n      %s\n",
		    commands[i]->name, commands[i]->usage,
		    commands[i]->summary);
	}
	(void)fputs(
	    "  sockwarden --version | --help\n\n"
	    "ADDRESS is unix:///path or tcp://address:port.\n"
	    "Exit status: 0 done (explain: allowed); 1 refused, or errors in "
	    "a configuration,\nor could not start; 2 wrong use, or a file "
	    "that cannot be read.\n",
	    out);
}

static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL && size > 0) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		abort();
	}
	return memory;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	/* jansson's lexer writes past its buffer when it cannot grow it; better
	 * to end, once, than to go on with a document that lost bytes. */
	json_set_alloc_funcs(allocate, free);
	/* Hash seeds that callers cannot guess, before any object is made. */
	json_object_seed(0);
	if (strcmp(name, "--version") == 0) {
		(void)printf("sockwarden %s\n", SOCKWARDEN_VERSION);
		return EXIT_DONE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	}
	print_help(stderr);
	return EXIT_USAGE;
}
