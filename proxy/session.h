/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session -- the calls that a docker command line makes, each judged by a tier
 * and answered as the proxy and the engine behind it would.
 */
#ifndef SESSION_H
#define SESSION_H

#include "net/docker_cli.h"
#include "policy.h"
#include "pretend.h"

struct session {
	const struct standing *standing;
	json_t *identity;
	bool look; /* look up facts about paths on this host */
	struct pretend engine;
	struct rehearsal **calls; /* all of them, in order */
	size_t n;
	struct docker_cli docker; /* folder is the caller's to set */
};

/* Run it.  False with the reason.  session_done() is due in every case.
 * Before, everything but standing, identity, look and docker.folder is zero. */
MUST_CHECK bool session_run(struct session *session, char *const *words,
    const json_t *facts, struct errmsg *err);
void session_done(struct session *session);

/* The call that the whole is about: the first that was refused, else the first
 * that was changed, else the last.  Whether the engine is there (_ping) every
 * client asks, so that counts only when nothing else was asked.  NULL if there
 * is none. */
const struct rehearsal *session_verdict(const struct session *session);

#endif
