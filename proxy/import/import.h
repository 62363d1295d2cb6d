/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import -- what the configuration of another proxy allowed, in our calls.
 *
 * Each format is a reader (tecnativa.c, twistlock.c, cetusguard.c) that answers
 * one question, may callers make this call, for every row of the table of
 * calls.  So what comes out is never more than the old one allowed: a call that
 * it allowed for some names only, or by one of its paths only, is left out and
 * noted.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <jansson.h>
#include <stdio.h>

#include "call.h"
#include "config/problems.h"

/* What there is to read.  text is NULL without a file. */
struct import_source {
	const char *path, *text;
	size_t len;
	const char *service; /* of a Compose file; or NULL */
	bool no_builtin_rules;
};

struct import {
	const char *title; /* whose configuration it was */
	json_t *tiers; /* [{"name", "description",
	                    "allow": [{"call", "cause"}]}] */
	json_t *identities; /* [{"match", "team", "tier"}] */
	json_t *notes; /* what is not as it was, and why: strings */
	const char *upstream; /* an address; borrowed from the heap below */
	json_t *kept; /* whatever else must live as long */
	bool tls; /* callers show certificates */
	bool local; /* callers come by the local socket */
};

/* Zero is the refusing one. */
enum old_answer {
	OLD_NO = 0,
	OLD_PARTLY, /* for some names, not for all */
	OLD_YES,
};

/* What the old one says of a row of the table; cause becomes what in it says
 * so. */
typedef enum old_answer old_allows(
    const void *old, const struct call *call, struct errmsg *cause);

/* A format by its name on the command line. */
struct importer {
	const char *name;
	bool needs_file;
	/* False with problems; import is half made then. */
	bool (*read)(const struct import_source *source, struct import *import,
	    struct problems *problems);
};

extern const struct importer tecnativa_importer, linuxserver_importer,
    twistlock_importer, cetusguard_importer;

/* False if out of memory, as all below. */
MUST_CHECK bool import_init(struct import *import);
void import_done(struct import *import);

MUST_CHECK bool import_note(struct import *import, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A tier with every call that the old one allowed; partly allowed ones become
 * notes. */
MUST_CHECK bool import_tier(struct import *import, const char *name,
    const char *description, old_allows *allows, const void *old);

/* match is taken. */
MUST_CHECK bool import_identity(
    struct import *import, json_t *match, const char *team, const char *tier);

/* The configuration, as YAML with comments. */
void import_write(const struct import *import, const char *command, FILE *out);

#endif
