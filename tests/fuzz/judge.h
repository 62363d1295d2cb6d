/* SPDX-License-Identifier: Apache-2.0 */
/* judge -- a request judged by a tier, and everything that must then hold. */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include "rehearse.h"

/* The tier of that name that we ship, made once. */
const struct tier *judge_preset(const char *name);

/* A tier of that configuration (JSON), made once: *made remembers it. */
const struct tier *judge_tier(const struct tier **made, const char *conf);

/*
 * Judge the script, with facts.h beside its own facts.  Whatever is let through is sent as another reader reads
 * it, is judged PASS when it comes again, and, if no_host, does not ask for
 * the host.
 */
void judge_holds(const struct tier *tier, const struct rehearsal_script *script,
    bool no_host);

#endif
