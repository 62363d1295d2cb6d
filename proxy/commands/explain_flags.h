/* SPDX-License-Identifier: Apache-2.0 */
/* explain_flags -- what `explain` is asked, read and checked. */
#ifndef COMMANDS_EXPLAIN_FLAGS_H
#define COMMANDS_EXPLAIN_FLAGS_H

#include <jansson.h>
#include <stdbool.h>

struct explain_flags {
	const char *config, *tier, *team, *body;
	const char *line; /* "METHOD /TARGET", or NULL */
	char **docker; /* what follows "-- docker", or NULL */
	json_t *identity, *facts, *headers;
	bool json;
};

/* False, having said what is wrong.  explain_flags_done() is due in every
 * case. */
bool explain_flags_read(struct explain_flags *flags, int argc, char **argv);
void explain_flags_done(struct explain_flags *flags);

#endif
