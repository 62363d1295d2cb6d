/* SPDX-License-Identifier: Apache-2.0 */
/* schema -- what editors complete and check a configuration by. */
#include <stdio.h>

#include "commands/command.h"
#include "config/json_schema.h"

static int
schema(int argc, char **argv)
{
	json_t *tree;

	if (argc != 1)
		return command_wrong(
		    &schema_command, "\"%s\" is too much", argv[1]);
	tree = json_schema();
	if (tree == NULL || json_dumpf(tree, stdout, JSON_INDENT(2)) != 0) {
		json_decref(tree);
		return EXIT_NO;
	}
	(void)puts("");
	json_decref(tree);
	return EXIT_DONE;
}

const struct command schema_command = {
    .name = "schema",
    .usage = "",
    .summary = "Print a JSON Schema of the configuration, for editors.",
    .details =
	"With it, an editor completes and checks what is typed.  As the first "
	"line of\n"
	"a configuration, for those that speak with yaml-language-server:\n"
	"  # yaml-language-server: $schema=/usr/share/sockwarden/schema.json\n",
    .run = schema,
};
