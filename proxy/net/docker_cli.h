/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_cli -- the docker command line of this machine, run against a socket
 * that only captures: what it would send, without any engine.
 */
#ifndef NET_DOCKER_CLI_H
#define NET_DOCKER_CLI_H

#include "net/capture.h"

struct docker_cli {
	const char *folder; /* to run it in, or NULL: here */
	capture_fn *on_call;
	void *arg;
	/* What it printed, both streams together, and how it ended. */
	char *output;
	int exit_status;
	bool timed_out;
};

/* Run `docker WORD...`; words end with NULL and begin behind "docker".  False
 * with the reason if it cannot be run; there is no docker on many machines. */
MUST_CHECK bool docker_cli_run(
    struct docker_cli *cli, char *const *words, struct errmsg *err);
void docker_cli_done(struct docker_cli *cli);

#endif
