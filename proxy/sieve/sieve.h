/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sieve -- reads an archive, judges every entry, and writes a new one of what is
 * allowed: a program of its own, sockwarden-sieve, because it holds the one
 * large parser of client bytes (libarchive) and can do nothing but that.
 *
 * Descriptor 0 is a socket: the archive comes in there and the new one goes out.
 * Descriptor 1 is a socket: one line of JSON comes in (tar_rules.h), one
 * goes out when all is over:
 *
 *   {"verdict": "pass" | "deny" | "fail", "entry": "etc/x", "reason": "...",
 *    "entries": 3, "bytes": 2048, "changed": 1}
 *
 * No byte of an entry goes out before it was judged; after anything but "pass"
 * the new archive has no end.
 */
#ifndef SIEVE_SIEVE_H
#define SIEVE_SIEVE_H

#include "errmsg.h"

enum { SIEVE_DATA = 0, SIEVE_CONTROL = 1 };

/* Be that process; returns what main() returns. */
int sieve_main(void);

/* sandbox.c: nothing is open but the descriptors above, and nothing can be
 * opened, made or run; memory and CPU time have an end. */
MUST_CHECK bool sandbox_limit(struct errmsg *err);

/* Give up every system call but those that move bytes and memory. */
MUST_CHECK bool sandbox_seal(struct errmsg *err);

#endif
