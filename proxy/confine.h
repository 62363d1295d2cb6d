/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine -- what a worker cannot do, so that whoever breaks into one by what he
 * sends has little:
 *
 * - no capability but, where it was given, that to look at (not into) any
 *   directory; no new privileges; no other process can look into it (privs.h)
 * - it can open no file, make none, run no program, start no process, send no
 *   signal; it can make no socket, so it can connect nowhere: its connections
 *   to the engine are made by the supervisor, which asks it for no address
 * - memory cannot be made executable
 *
 * What is left: to serve and to deceive its callers, to send the engine what it
 * likes, to write untrue records (not to change those that are written), to ask
 * whether a path exists, and to keep a processor busy.  Who controls the engine
 * controls the host, so the parsers of bytes come first (http/, sieve/).
 *
 * Two walls, each of which would do for files, programs and addresses: a list
 * of system calls (seccomp), and Landlock (Linux 5.13; TCP since 6.7).
 */
#ifndef CONFINE_H
#define CONFINE_H

#include "errmsg.h"

/* Setting `confine`; confine_words names them. */
enum confine_mode {
	CONFINE_REQUIRE = 0, /* both walls, or it does not start */
	CONFINE_TRY, /* what the kernel has */
	CONFINE_OFF, /* neither */
};

extern const char *const confine_words[];

/* Before any worker: does this system have what the mode wants?  What is missing
 * is logged; false if it must not be. */
MUST_CHECK bool confine_look(enum confine_mode mode, struct errmsg *err);

/* For good, from here on.  False with the reason. */
MUST_CHECK bool confine_worker(enum confine_mode mode, struct errmsg *err);

/* syscalls.c and landlock.c: the two walls.  The kernel has it; it stands. */
bool syscalls_can_confine(void);
bool syscalls_confine(void);
bool landlock_can_confine(void);
bool landlock_confine(void);

#endif
