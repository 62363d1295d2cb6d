/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_flag -- how people say what a field of the API holds: the flag of the
 * docker command line, and the key of a compose file.  Who reads a refusal
 * typed those, not the field.
 */
#ifndef DOCKER_FLAG_H
#define DOCKER_FLAG_H

#include "call.h"

struct docker_flag {
	const char *call; /* its name */
	const char *field; /* as in a report: "HostConfig.Binds", "?t" */
	const char *flag; /* "--privileged", "-v" */
	const char *compose; /* or NULL */
};

/* The table, ending with a NULL field; for the tests. */
const struct docker_flag *docker_flag_table(void);

/* Of the field or what is below it ("HostConfig.Binds[0]"), or NULL. */
const struct docker_flag *docker_flag_of(
    const struct call *call, const char *field);

/* " (--privileged)", " (-v, compose: volumes)"; "" if there is no flag.  The
 * key of compose is told where it is not the flag's own name. */
void docker_flag_hint(
    const struct call *call, const char *field, char *text, size_t size);

#endif
