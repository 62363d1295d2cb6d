/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority -- certificates and revocation lists, made: PEM in, PEM out, no
 * files.  Keys are EC P-256, serial numbers 127 random bits, and extensions
 * those that OpenSSL asks for when it is strict (X509_V_FLAG_X509_STRICT).
 */
#ifndef PKI_AUTHORITY_H
#define PKI_AUTHORITY_H

#include <jansson.h>

#include "errmsg.h"

enum certificate_kind {
	CERTIFICATE_CA = 0, /* signs the others, and itself */
	CERTIFICATE_SERVER,
	CERTIFICATE_CLIENT,
};

/* What is wanted. */
struct certificate_plan {
	enum certificate_kind kind;
	const char *name; /* CN */
	const char *team; /* O; or NULL */
	const char *unit; /* OU; or NULL */
	const json_t *hosts; /* names and addresses of a server; or NULL */
	long long days;
};

/* The CA, as its two files hold it; neither is set while it is being made. */
struct authority {
	char *certificate, *key;
};

#define SERIAL_SIZE 33
#define DATE_SIZE 21

struct certificate_made {
	char *certificate, *key; /* PEM; the caller's to free */
	char serial[SERIAL_SIZE]; /* hexadecimal */
	char not_after[DATE_SIZE]; /* RFC 3339 */
};

/* Make a key and its certificate.  No certificate outlives its CA: days may
 * become fewer. */
MUST_CHECK bool certificate_make(const struct authority *authority,
    const struct certificate_plan *plan, struct certificate_made *made,
    struct errmsg *err);
void certificate_made_done(struct certificate_made *made);

/* The revocation list, PEM, new: revoked is [{"serial", "revoked"}], of which
 * those without a time of revocation do not count.  *until becomes the time at
 * which a newer one is due.  NULL with the reason. */
MUST_CHECK char *revocations_make(const struct authority *authority,
    const json_t *revoked, long long number, long long days,
    char until[DATE_SIZE], struct errmsg *err);

#endif
