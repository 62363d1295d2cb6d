/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

int
pem_no_passphrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* "2026-11-28", of a time that is over or has not come. */
static void
day(const ASN1_TIME *time, char text[16])
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 ||
	    strftime(text, 16, "%Y-%m-%d", &tm) == 0)
		(void)snprintf(text, 16, "a day unknown");
}

static enum pem_state
doubt(struct errmsg *err, const char *text)
{
	(void)errmsg_set(err, "%s", text);
	return PEM_DOUBTFUL;
}

/* --- certificates ----------------------------------------------------------- */

static enum pem_state
check_times(const X509 *certificate, struct errmsg *err)
{
	char when[16];

	if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) {
		day(X509_get0_notAfter(certificate), when);
		(void)errmsg_set(err, "the certificate expired on %s", when);
		return PEM_DOUBTFUL;
	}
	if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
		day(X509_get0_notBefore(certificate), when);
		(void)errmsg_set(
		    err, "the certificate is not valid before %s", when);
		return PEM_DOUBTFUL;
	}
	return PEM_GOOD;
}

static enum pem_state
check_server(X509 *certificate, struct errmsg *err)
{
	uint32_t flags = X509_get_extension_flags(certificate);

	if ((flags & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(certificate) & XKU_SSL_SERVER) == 0)
		return doubt(err,
		    "the certificate is not for servers (its extendedKeyUsage "
		    "lacks serverAuth), so clients will refuse it");
	return check_times(certificate, err);
}

static enum pem_state
check_ca(X509 *certificate, struct errmsg *err)
{
	uint32_t flags = X509_get_extension_flags(certificate);

	if ((flags & EXFLAG_CA) == 0)
		return doubt(err,
		    "this is not the certificate of a CA, so no client will "
		    "be let in; want that of the one who signs them");
	if ((flags & EXFLAG_KUSAGE) == 0 ||
	    (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) == 0)
		return doubt(err,
		    "the CA may not sign certificates (its keyUsage lacks "
		    "keyCertSign), so no client will be let in");
	return check_times(certificate, err);
}

static enum pem_state
check_certificates(BIO *file, enum pem_kind kind, struct errmsg *err)
{
	X509 *certificate = PEM_read_bio_X509(
	    file, NULL, pem_no_passphrase, NULL);
	enum pem_state state = PEM_GOOD;

	if (certificate == NULL) {
		(void)errmsg_set(err, "there is no certificate in this file");
		return PEM_BAD;
	}
	while (certificate != NULL && state == PEM_GOOD) {
		state = kind == PEM_CA ? check_ca(certificate, err)
				       : check_server(certificate, err);
		X509_free(certificate);
		certificate = kind != PEM_CA || state != PEM_GOOD
		    ? NULL
		    : PEM_read_bio_X509(file, NULL, pem_no_passphrase, NULL);
	}
	return state;
}

/* --- the rest ----------------------------------------------------------------- */

/* Did OpenSSL ask for a passphrase? */
static bool
is_encrypted(void)
{
	unsigned long code;

	while ((code = ERR_get_error()) != 0) {
		if (ERR_GET_LIB(code) == ERR_LIB_PEM &&
		    (ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ ||
			ERR_GET_REASON(code) ==
			    PEM_R_PROBLEMS_GETTING_PASSWORD))
			return true;
		if (ERR_GET_LIB(code) == ERR_LIB_CRYPTO &&
		    ERR_GET_REASON(code) == ERR_R_INTERRUPTED_OR_CANCELLED)
			return true;
	}
	return false;
}

static enum pem_state
check_key(BIO *file, const char *path, struct errmsg *err)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(
	    file, NULL, pem_no_passphrase, NULL);

	if (key != NULL) {
		EVP_PKEY_free(key);
		return PEM_GOOD;
	}
	if (is_encrypted())
		(void)errmsg_set(err,
		    "the key has a passphrase, and nobody is there to type "
		    "it; `openssl pkey -in %s` writes it without one",
		    path);
	else
		(void)errmsg_set(err, "there is no private key in this file");
	return PEM_BAD;
}

static enum pem_state
check_crl(BIO *file, struct errmsg *err)
{
	X509_CRL *crl = PEM_read_bio_X509_CRL(
	    file, NULL, pem_no_passphrase, NULL);
	const ASN1_TIME *next;
	enum pem_state state = PEM_GOOD;
	char when[16];

	if (crl == NULL) {
		(void)errmsg_set(
		    err, "there is no revocation list (X509 CRL) in this file");
		return PEM_BAD;
	}
	next = X509_CRL_get0_nextUpdate(crl);
	if (next != NULL && X509_cmp_current_time(next) <= 0) {
		day(next, when);
		(void)errmsg_set(err,
		    "the revocation list expired on %s, so no client will be "
		    "let in; want a newer one of the CA",
		    when);
		state = PEM_DOUBTFUL;
	}
	X509_CRL_free(crl);
	return state;
}

BIO *
pem_open(const char *path, struct errmsg *err)
{
	size_t len = 0;
	char *bytes = files_read(path, &len, err);
	BIO *bio = NULL;

	if (bytes == NULL) {
		(void)errmsg_prefix(err, "%s", path);
		return NULL;
	}
	(void)errmsg_nomem(err);
	bio = BIO_new(BIO_s_mem());
	if (bio != NULL && len > 0 && BIO_write(bio, bytes, (int)len) <= 0) {
		BIO_free(bio);
		bio = NULL;
	}
	explicit_bzero(bytes, len);
	free(bytes);
	return bio;
}

enum pem_state
pem_check(const char *path, enum pem_kind kind, struct errmsg *err)
{
	BIO *file = pem_open(path, err);
	enum pem_state state = PEM_BAD;

	if (file == NULL)
		return PEM_BAD;
	ERR_clear_error();
	switch (kind) {
	case PEM_SERVER:
	case PEM_CA:
		state = check_certificates(file, kind, err);
		break;
	case PEM_KEY:
		state = check_key(file, path, err);
		break;
	case PEM_CRL:
		state = check_crl(file, err);
		break;
	}
	ERR_clear_error();
	BIO_free(file);
	return state;
}
