/* SPDX-License-Identifier: Apache-2.0 */
/* sieve -- what `run` starts for an upload that has to be judged; not for
 * people, so it has no summary. */
#include "commands/command.h"
#include "sieve/sieve.h"

static int
run(int argc, char **argv)
{
	(void)argv;
	return argc == 1 ? sieve_main() : command_usage(&sieve_command);
}

const struct command sieve_command = {
    .name = "sieve",
    .usage = "",
    .run = run,
};
