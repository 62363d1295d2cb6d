/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls -- the server side of mutual TLS, with OpenSSL out of sight.
 *
 * A client must show a certificate that our CA signed for client
 * authentication; sessions are never resumed, because a resumed one is checked
 * by nobody (wire.md 5).
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <jansson.h>
#include <stddef.h>

#include "errmsg.h"

struct tls_settings {
	const char *certificate; /* chain, PEM */
	const char *key; /* PEM, not readable by others */
	const char *client_ca; /* who signs clients, PEM */
	const json_t *crl; /* files, PEM; all must be there then */
	int minimum; /* index into tls_minimum_words */
};

/* Read the machine's openssl.cnf, by which it may ask for more than we do:
 * before files are out of reach, if TLS may be needed only then. */
void tls_prepare(void);

extern const char *const tls_minimum_words[]; /* "1.2", "1.3", NULL */

/* Everything loaded and checked; counted and never changed: a reload makes a
 * new one, and connections keep theirs. */
struct tls_context;
struct tls_context *tls_context_new(
    const struct tls_settings *settings, struct errmsg *err);
struct tls_context *tls_context_ref(struct tls_context *context);
void tls_context_unref(struct tls_context *context);

enum tls_result {
	TLS_ERROR = 0, /* tls_error() says why */
	TLS_OK,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_CLOSED, /* the peer said goodbye (close_notify) */
};

/* One connection on a non-blocking descriptor, which stays the caller's. */
struct tls;
struct tls *tls_new(struct tls_context *context, int fd);
void tls_free(struct tls *tls);

enum tls_result tls_handshake(struct tls *tls);
enum tls_result tls_read(struct tls *tls, void *bytes, size_t size, size_t *n);
/* Writes all or nothing; after TLS_WANT_* the same bytes, wherever they are
 * then, must come again. */
enum tls_result tls_write(
    struct tls *tls, const void *bytes, size_t len, size_t *n);
/* Bytes that can be read without the descriptor becoming readable. */
size_t tls_pending(const struct tls *tls);
/* Send close_notify, once. */
void tls_shutdown(struct tls *tls);
void tls_error(struct tls *tls, struct errmsg *err);

/* The "certificate" of an identity (include/identity.h), new; NULL when out of
 * memory or if a name in it holds a NUL. */
json_t *tls_identity(struct tls *tls);

/* Is the client's certificate still good: not expired, and by the CA and CRLs
 * of context? */
MUST_CHECK bool tls_still_valid(
    struct tls *tls, struct tls_context *context, struct errmsg *err);

#endif
