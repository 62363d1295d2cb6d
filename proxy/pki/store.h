/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store -- the directory of a small certificate authority:
 *
 *	ca.pem, crl.pem          for everybody
 *	private/ca-key.pem       for nobody else (directories of keys are 0700,
 *	                         keys 0600)
 *	servers/NAME/, clients/NAME/
 *	                         ca.pem, cert.pem, key.pem: what DOCKER_CERT_PATH
 *	                         wants
 *	index.json               what was issued, and what was revoked
 *
 * A file is there as a whole or not at all.  Whatever is issued or revoked is
 * in the index before it is anywhere else.
 */
#ifndef PKI_STORE_H
#define PKI_STORE_H

#include "pki/authority.h"

struct store;

/* Make a directory with a CA of its own.  False with the reason, such as that
 * there is one. */
MUST_CHECK bool store_init(const char *path, const char *name, long long days,
    long long crl_days, struct errmsg *err);

/* Nobody else can change it until it is closed.  NULL with the reason. */
MUST_CHECK struct store *store_open(const char *path, struct errmsg *err);
void store_close(struct store *store);

/* Issue a certificate and write its folder; again: even if that is there.
 * folder becomes its path, not_after its end. */
MUST_CHECK bool store_issue(struct store *store, const char *name,
    const struct certificate_plan *plan, bool again, char *folder, size_t size,
    char not_after[DATE_SIZE], struct errmsg *err);

/* Revoke by serial number or name; *n becomes how many. */
MUST_CHECK bool store_revoke(
    struct store *store, const char *which, size_t *n, struct errmsg *err);

/* Write a new revocation list, good for so many days. */
MUST_CHECK bool store_write_crl(
    struct store *store, long long days, struct errmsg *err);

/* {"crl_until", "crl_number", "issued": [{"serial", "kind", "name", "subject",
 * "not_after", "revoked"}]}, borrowed. */
const json_t *store_index(const struct store *store);

#endif
