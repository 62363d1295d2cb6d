/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/certificate.h"
#include "net/pem.h"

#define CERT_LIST_MAX (16 * 1024)
#define VERIFY_DEPTH 3

struct tls_context {
	SSL_CTX *ssl;
	int refs;
};

struct tls {
	SSL *ssl;
	struct tls_context *context;
	bool shut;
	struct errmsg why;
};

const char *const tls_minimum_words[] = {"1.2", "1.3", NULL};

/* OpenSSL's reason, the first one, after ours. */
static bool
fail(struct errmsg *err, const char *what)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	return errmsg_set(err, "%s%s%s", what, reason == NULL ? "" : ": ",
	    reason == NULL ? "" : reason);
}

/* --- the context ---------------------------------------------------------- */

/* Speak HTTP/1.1 or, to a client that wants something else, nothing. */
static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto((unsigned char **)(void *)out, out_len, ours,
		sizeof(ours) - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	return SSL_TLSEXT_ERR_OK;
}

/* OpenSSL has checked the chain; the leaf must be a client's besides. */
static int
on_verify(int ok, X509_STORE_CTX *store)
{
	struct errmsg err;

	if (ok == 1 && X509_STORE_CTX_get_error_depth(store) == 0 &&
	    !certificate_is_client(
		X509_STORE_CTX_get_current_cert(store), &err)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
		return 0;
	}
	return ok;
}

/* Protocols, ciphers and habits: wire.md 5 says why for each. */
static bool
set_protocol(SSL_CTX *ssl, const struct tls_settings *settings)
{
	static const unsigned char id[] = "sockwarden";

	SSL_CTX_set_security_level(ssl, 2);
	(void)SSL_CTX_set_options(ssl,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
		SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_mode(ssl,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_max_cert_list(ssl, CERT_LIST_MAX);
	SSL_CTX_set_alpn_select_cb(ssl, on_alpn, NULL);
	return SSL_CTX_set_min_proto_version(ssl,
		   settings->minimum == 1 ? TLS1_3_VERSION : TLS1_2_VERSION) ==
	    1 &&
	    SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
	    SSL_CTX_set_num_tickets(ssl, 0) == 1 &&
	    SSL_CTX_set_session_id_context(ssl, id, sizeof(id) - 1) == 1;
}

/* Was that what was looked for, or only the end of the file? */
static bool
at_end(void)
{
	unsigned long code = ERR_peek_last_error();
	bool end = ERR_GET_LIB(code) == ERR_LIB_PEM &&
	    ERR_GET_REASON(code) == PEM_R_NO_START_LINE;

	if (end)
		ERR_clear_error();
	return end;
}

/* What is done with one certificate or list of a file. */
typedef bool pem_fn(SSL_CTX *ssl, void *what, size_t i);

/* Each of a file, at least one.  read makes what done frees. */
static bool
for_each(SSL_CTX *ssl, const char *path, void *(*read)(BIO *), pem_fn *fn,
    void (*done)(void *), struct errmsg *err)
{
	BIO *bio = pem_open(path, err);
	size_t n = 0;
	bool good = bio != NULL;
	void *what;

	if (bio == NULL)
		return false;
	while (good && (what = read(bio)) != NULL) {
		good = fn(ssl, what, n++);
		done(what);
	}
	BIO_free(bio);
	return (good && n > 0 && at_end()) || fail(err, path);
}

static void *
read_certificate(BIO *bio)
{
	return PEM_read_bio_X509(bio, NULL, pem_no_passphrase, NULL);
}

static void
free_certificate(void *what)
{
	X509_free(what);
}

static void *
read_crl(BIO *bio)
{
	return PEM_read_bio_X509_CRL(bio, NULL, pem_no_passphrase, NULL);
}

static void
free_crl(void *what)
{
	X509_CRL_free(what);
}

/* The server's own, and then who signed it. */
static bool
use_certificate(SSL_CTX *ssl, void *what, size_t i)
{
	if (i == 0)
		return SSL_CTX_use_certificate(ssl, what) == 1;
	return SSL_CTX_add1_chain_cert(ssl, what) == 1;
}

static bool
trust(SSL_CTX *ssl, void *what, size_t i)
{
	(void)i;
	return X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), what) == 1 &&
	    SSL_CTX_add_client_CA(ssl, what) == 1;
}

static bool
revoke(SSL_CTX *ssl, void *what, size_t i)
{
	(void)i;
	return X509_STORE_add_crl(SSL_CTX_get_cert_store(ssl), what) == 1;
}

static bool
load_key(SSL_CTX *ssl, const char *path, struct errmsg *err)
{
	BIO *bio = pem_open(path, err);
	EVP_PKEY *key = NULL;
	bool used;

	if (bio == NULL)
		return false;
	key = PEM_read_bio_PrivateKey(bio, NULL, pem_no_passphrase, NULL);
	BIO_free(bio);
	used = key != NULL && SSL_CTX_use_PrivateKey(ssl, key) == 1;
	EVP_PKEY_free(key);
	if (used)
		return true;
	if (ERR_GET_REASON(ERR_peek_error()) != X509_R_KEY_VALUES_MISMATCH)
		return fail(err, path);
	ERR_clear_error();
	return errmsg_set(
	    err, "the key in %s is not that of the certificate", path);
}

static bool
load_own(SSL_CTX *ssl, const struct tls_settings *settings, struct errmsg *err)
{
	struct stat st;

	if (!for_each(ssl, settings->certificate, read_certificate,
		use_certificate, free_certificate, err))
		return false;
	if (stat(settings->key, &st) == 0 && (st.st_mode & 077) != 0 &&
	    (st.st_mode & 07) != 0)
		return errmsg_set(err,
		    "%s: a key must not be readable by everyone (chmod 600)",
		    settings->key);
	return load_key(ssl, settings->key, err) &&
	    (SSL_CTX_check_private_key(ssl) == 1 ||
		fail(err, "the key does not belong to the certificate"));
}

static bool
load_crls(SSL_CTX *ssl, const json_t *files, struct errmsg *err)
{
	size_t i;
	json_t *file;

	if (json_array_size(files) == 0)
		return true;
	json_array_foreach(files, i, file)
	{
		if (!for_each(ssl, json_string_value(file), read_crl, revoke,
			free_crl, err))
			return false;
	}
	return X509_STORE_set_flags(SSL_CTX_get_cert_store(ssl),
		   X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) == 1 ||
	    fail(err, "CRL");
}

static bool
load_clients(
    SSL_CTX *ssl, const struct tls_settings *settings, struct errmsg *err)
{
	if (!for_each(ssl, settings->client_ca, read_certificate, trust,
		free_certificate, err))
		return false;
	SSL_CTX_set_verify(
	    ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_verify);
	SSL_CTX_set_verify_depth(ssl, VERIFY_DEPTH);
	(void)X509_STORE_set_flags(
	    SSL_CTX_get_cert_store(ssl), X509_V_FLAG_X509_STRICT);
	return load_crls(ssl, settings->crl, err);
}

void
tls_prepare(void)
{
	/* If it cannot, tls_context_new() says so. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
}

struct tls_context *
tls_context_new(const struct tls_settings *settings, struct errmsg *err)
{
	struct tls_context *context = calloc(1, sizeof(*context));

	(void)errmsg_nomem(err);
	if (context == NULL)
		return NULL;
	ERR_clear_error();
	context->refs = 1;
	context->ssl = SSL_CTX_new(TLS_server_method());
	if (context->ssl != NULL && set_protocol(context->ssl, settings) &&
	    load_own(context->ssl, settings, err) &&
	    load_clients(context->ssl, settings, err))
		return context;
	tls_context_unref(context);
	return NULL;
}

struct tls_context *
tls_context_ref(struct tls_context *context)
{
	if (context != NULL)
		context->refs++;
	return context;
}

void
tls_context_unref(struct tls_context *context)
{
	if (context == NULL || --context->refs > 0)
		return;
	SSL_CTX_free(context->ssl);
	free(context);
}

/* --- connections ---------------------------------------------------------- */

struct tls *
tls_new(struct tls_context *context, int fd)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (tls == NULL)
		return NULL;
	tls->context = tls_context_ref(context);
	tls->ssl = SSL_new(context->ssl);
	if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1) {
		tls_free(tls);
		return NULL;
	}
	return tls;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	tls_context_unref(tls->context);
	free(tls);
}

/* What a call of OpenSSL that did not succeed means. */
static enum tls_result
result_of(struct tls *tls, int returned, const char *what)
{
	long verified;

	switch (SSL_get_error(tls->ssl, returned)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	default:
		break;
	}
	verified = SSL_get_verify_result(tls->ssl);
	(void)fail(&tls->why, what);
	if (verified != X509_V_OK)
		(void)errmsg_set(&tls->why, "%s: %s", what,
		    X509_verify_cert_error_string(verified));
	tls->shut = true;
	return TLS_ERROR;
}

enum tls_result
tls_handshake(struct tls *tls)
{
	int returned;

	ERR_clear_error();
	returned = SSL_accept(tls->ssl);
	if (returned != 1)
		return result_of(tls, returned, "TLS handshake");
	/* Without a certificate the verify result would be "OK". */
	if (SSL_get0_peer_certificate(tls->ssl) == NULL ||
	    SSL_get_verify_result(tls->ssl) != X509_V_OK ||
	    SSL_session_reused(tls->ssl) == 1) {
		(void)errmsg_set(&tls->why, "no verified client certificate");
		return TLS_ERROR;
	}
	return TLS_OK;
}

enum tls_result
tls_read(struct tls *tls, void *bytes, size_t size, size_t *n)
{
	int returned;

	ERR_clear_error();
	returned = SSL_read_ex(tls->ssl, bytes, size, n);
	return returned == 1 ? TLS_OK : result_of(tls, returned, "TLS read");
}

enum tls_result
tls_write(struct tls *tls, const void *bytes, size_t len, size_t *n)
{
	int returned;

	ERR_clear_error();
	returned = SSL_write_ex(tls->ssl, bytes, len, n);
	return returned == 1 ? TLS_OK : result_of(tls, returned, "TLS write");
}

size_t
tls_pending(const struct tls *tls)
{
	return (size_t)SSL_pending(tls->ssl);
}

void
tls_shutdown(struct tls *tls)
{
	if (tls->shut)
		return;
	tls->shut = true;
	ERR_clear_error();
	(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
}

void
tls_error(struct tls *tls, struct errmsg *err)
{
	*err = tls->why;
}

json_t *
tls_identity(struct tls *tls)
{
	return certificate_identity(SSL_get0_peer_certificate(tls->ssl));
}

/* Verify the chain that the client showed once more, by another store. */
static bool
verify_again(struct tls *tls, struct tls_context *context, X509 *leaf,
    struct errmsg *err)
{
	X509_STORE_CTX *store = X509_STORE_CTX_new();
	bool good;
	int error;

	if (store == NULL ||
	    X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(context->ssl),
		leaf, SSL_get_peer_cert_chain(tls->ssl)) != 1) {
		X509_STORE_CTX_free(store);
		return errmsg_nomem(err);
	}
	(void)X509_STORE_CTX_set_default(store, "ssl_client");
	good = X509_verify_cert(store) == 1;
	error = X509_STORE_CTX_get_error(store);
	X509_STORE_CTX_free(store);
	ERR_clear_error();
	return good ||
	    errmsg_set(err, "the certificate is no longer valid: %s",
		X509_verify_cert_error_string(error));
}

bool
tls_still_valid(
    struct tls *tls, struct tls_context *context, struct errmsg *err)
{
	X509 *leaf = SSL_get0_peer_certificate(tls->ssl);

	if (leaf == NULL ||
	    X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0)
		return errmsg_set(err, "the certificate has expired");
	return context == tls->context || verify_again(tls, context, leaf, err);
}
