/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pem -- what a PEM file of TLS should hold, looked at before it is used, so
 * that what is wrong is said in words of the person who chose the file.
 */
#ifndef NET_PEM_H
#define NET_PEM_H

#include "errmsg.h"

struct bio_st; /* OpenSSL's BIO */

enum pem_kind {
	PEM_SERVER, /* the certificate of a server */
	PEM_KEY,
	PEM_CA,
	PEM_CRL,
};

enum pem_state {
	PEM_BAD = 0, /* cannot be used */
	PEM_DOUBTFUL, /* can, but nobody will get through */
	PEM_GOOD,
};

/* err says what is wrong unless it is good.  Only the first object counts, but
 * of CAs, each. */
MUST_CHECK enum pem_state pem_check(
    const char *path, enum pem_kind kind, struct errmsg *err);

/* OpenSSL would ask the terminal for the passphrase of a key: nobody is there.
 * A pem_password_cb that knows none. */
int pem_no_passphrase(char *buffer, int size, int writing, void *arg);

/* The file to be read by OpenSSL, new; NULL with the reason. */
struct bio_st *pem_open(const char *path, struct errmsg *err);

#endif
