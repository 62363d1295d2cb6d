/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/authority.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/pem.h"

#define SERIAL_BYTES 16
/* Clocks of others may be behind. */
#define SKEW (5 * 60)
#define DAY (24L * 3600)

static bool
fail(struct errmsg *err, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return errmsg_set(err, "%s%s%s", what, reason == NULL ? "" : ": ",
	    reason == NULL ? "" : reason);
}

/* --- PEM ------------------------------------------------------------------ */

/* What was written to bio, as a string, new. */
static char *
text_of(BIO *bio)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);

	return len <= 0 ? NULL : strndup(bytes, (size_t)len);
}

static char *
certificate_pem(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio != NULL && PEM_write_bio_X509(bio, certificate) == 1)
		text = text_of(bio);
	BIO_free(bio);
	return text;
}

static char *
key_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(
		bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		text = text_of(bio);
	BIO_free(bio);
	return text;
}

static char *
crl_pem(X509_CRL *crl)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio != NULL && PEM_write_bio_X509_CRL(bio, crl) == 1)
		text = text_of(bio);
	BIO_free(bio);
	return text;
}

/* The CA as OpenSSL has it. */
struct signer {
	X509 *certificate;
	EVP_PKEY *key;
};

static void
signer_done(struct signer *signer)
{
	X509_free(signer->certificate);
	EVP_PKEY_free(signer->key);
}

static bool
signer_init(struct signer *signer, const struct authority *authority,
    struct errmsg *err)
{
	BIO *certificate = BIO_new_mem_buf(authority->certificate, -1);
	BIO *key = BIO_new_mem_buf(authority->key, -1);

	signer->certificate = PEM_read_bio_X509(
	    certificate, NULL, pem_no_passphrase, NULL);
	signer->key = PEM_read_bio_PrivateKey(
	    key, NULL, pem_no_passphrase, NULL);
	BIO_free(certificate);
	BIO_free(key);
	if (signer->certificate != NULL && signer->key != NULL &&
	    X509_check_private_key(signer->certificate, signer->key) == 1)
		return true;
	signer_done(signer);
	*signer = (struct signer){NULL, NULL};
	return fail(err, "the CA's certificate and key are not a pair");
}

/* --- parts of a certificate -------------------------------------------------- */

static bool
set_serial(X509 *certificate, char text[SERIAL_SIZE])
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number;
	bool done;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	/* Positive, and of the same length always. */
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	done = number != NULL &&
	    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) !=
		NULL;
	BN_free(number);
	return done;
}

static bool
add_name(X509_NAME *name, const char *key, const char *value)
{
	return value == NULL ||
	    X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
		(const unsigned char *)value, -1, -1, 0) == 1;
}

static void
format_time(const ASN1_TIME *time, char text[DATE_SIZE])
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 ||
	    strftime(text, DATE_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		text[0] = '\0';
}

/* From a little before now until days from now, or the CA's own end. */
static bool
set_times(X509 *certificate, const struct certificate_plan *plan,
    const X509 *issuer, char not_after[DATE_SIZE])
{
	time_t until = time(NULL) + plan->days * DAY;

	if (X509_gmtime_adj(X509_getm_notBefore(certificate), -SKEW) == NULL ||
	    X509_time_adj(X509_getm_notAfter(certificate), 0, &until) == NULL)
		return false;
	if (plan->kind != CERTIFICATE_CA &&
	    ASN1_TIME_compare(X509_get0_notAfter(certificate),
		X509_get0_notAfter(issuer)) > 0 &&
	    X509_set1_notAfter(certificate, X509_get0_notAfter(issuer)) != 1)
		return false;
	format_time(X509_get0_notAfter(certificate), not_after);
	return true;
}

static bool
extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;
	bool done;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	done = extension != NULL &&
	    X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

/* One host as a subject alternative name.  Not by a string of OpenSSL's
 * configuration language, in which a name could say more than itself. */
static bool
add_host(GENERAL_NAMES *names, const char *host)
{
	unsigned char address[16];
	bool v4 = inet_pton(AF_INET, host, address) == 1;
	bool ip = v4 || inet_pton(AF_INET6, host, address) == 1;
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *value = ip ? ASN1_OCTET_STRING_new()
				: ASN1_IA5STRING_new();

	if (name == NULL || value == NULL ||
	    ASN1_STRING_set(value, ip ? (const char *)address : host,
		ip ? (v4 ? 4 : 16) : (int)strlen(host)) != 1) {
		GENERAL_NAME_free(name);
		ASN1_STRING_free(value);
		return false;
	}
	GENERAL_NAME_set0_value(name, ip ? GEN_IPADD : GEN_DNS, value);
	if (sk_GENERAL_NAME_push(names, name) > 0)
		return true;
	GENERAL_NAME_free(name);
	return false;
}

static bool
add_hosts(X509 *certificate, const json_t *hosts)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool done = names != NULL;
	size_t i;
	json_t *host;

	json_array_foreach(hosts, i, host)
	    done = done && add_host(names, json_string_value(host));
	done = done &&
	    X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) ==
		1;
	GENERAL_NAMES_free(names);
	return done;
}

static bool
add_extensions(
    X509 *certificate, X509 *issuer, const struct certificate_plan *plan)
{
	bool ca = plan->kind == CERTIFICATE_CA;

	return extend(certificate, issuer, NID_basic_constraints,
		   ca ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
	    extend(certificate, issuer, NID_key_usage,
		ca ? "critical,keyCertSign,cRLSign"
		   : "critical,digitalSignature") &&
	    extend(certificate, issuer, NID_subject_key_identifier, "hash") &&
	    extend(certificate, issuer, NID_authority_key_identifier,
		"keyid:always") &&
	    (ca ||
		extend(certificate, issuer, NID_ext_key_usage,
		    plan->kind == CERTIFICATE_SERVER ? "serverAuth"
						     : "clientAuth")) &&
	    (plan->kind != CERTIFICATE_SERVER ||
		add_hosts(certificate, plan->hosts));
}

/* --- certificates --------------------------------------------------------------- */

/* All of it; by signer, or by itself if that has none. */
static bool
fill(X509 *certificate, EVP_PKEY *key, const struct signer *signer,
    const struct certificate_plan *plan, struct certificate_made *made)
{
	bool own = plan->kind == CERTIFICATE_CA;
	X509 *issuer = own ? certificate : signer->certificate;
	X509_NAME *name = X509_get_subject_name(certificate);

	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	    set_serial(certificate, made->serial) &&
	    set_times(certificate, plan, issuer, made->not_after) &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    add_name(name, "O", plan->team) &&
	    add_name(name, "OU", plan->unit) &&
	    add_name(name, "CN", plan->name) &&
	    X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) ==
	    1 &&
	    add_extensions(certificate, issuer, plan) &&
	    X509_sign(certificate, own ? key : signer->key, EVP_sha256()) > 0;
}

bool
certificate_make(const struct authority *authority,
    const struct certificate_plan *plan, struct certificate_made *made,
    struct errmsg *err)
{
	struct signer signer = {NULL, NULL};
	X509 *certificate = X509_new();
	EVP_PKEY *key = EVP_EC_gen("P-256");
	bool sound = plan->kind == CERTIFICATE_CA ||
	    signer_init(&signer, authority, err);

	memset(made, 0, sizeof(*made));
	if (sound && certificate != NULL && key != NULL &&
	    fill(certificate, key, &signer, plan, made)) {
		made->certificate = certificate_pem(certificate);
		made->key = key_pem(key);
	}
	if (sound && (made->certificate == NULL || made->key == NULL))
		sound = fail(err, "cannot make the certificate");
	X509_free(certificate);
	EVP_PKEY_free(key);
	signer_done(&signer);
	if (!sound)
		certificate_made_done(made);
	return sound;
}

void
certificate_made_done(struct certificate_made *made)
{
	if (made->key != NULL)
		OPENSSL_cleanse(made->key, strlen(made->key));
	free(made->key);
	free(made->certificate);
	made->key = made->certificate = NULL;
}

/* --- revocation lists -------------------------------------------------------------- */

static bool
revoke(X509_CRL *crl, const char *serial, const char *when)
{
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_new();
	BIGNUM *number = NULL;
	ASN1_INTEGER *integer = NULL;
	char compact[32];
	bool done;

	/* "2026-11-28T17:08:39Z" as ASN.1 wants it. */
	(void)snprintf(compact, sizeof(compact), "%.4s%.2s%.2s%.2s%.2s%.2sZ",
	    when, when + 5, when + 8, when + 11, when + 14, when + 17);
	if (BN_hex2bn(&number, serial) > 0)
		integer = BN_to_ASN1_INTEGER(number, NULL);
	done = revoked != NULL && time != NULL && integer != NULL &&
	    ASN1_TIME_set_string_X509(time, compact) == 1 &&
	    X509_REVOKED_set_serialNumber(revoked, integer) == 1 &&
	    X509_REVOKED_set_revocationDate(revoked, time) == 1 &&
	    X509_CRL_add0_revoked(crl, revoked) == 1;
	if (!done)
		X509_REVOKED_free(revoked);
	ASN1_INTEGER_free(integer);
	ASN1_TIME_free(time);
	BN_free(number);
	return done;
}

static bool
revoke_all(X509_CRL *crl, const json_t *list)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		const char *serial = json_string_value(
		    json_object_get(one, "serial"));
		const char *when = json_string_value(
		    json_object_get(one, "revoked"));

		if (when == NULL)
			continue;
		if (serial == NULL || strlen(when) != DATE_SIZE - 1 ||
		    !revoke(crl, serial, when))
			return false;
	}
	return true;
}

static bool
number_crl(X509_CRL *crl, X509 *issuer, long long number)
{
	ASN1_INTEGER *integer = ASN1_INTEGER_new();
	X509V3_CTX ctx;
	X509_EXTENSION *by;
	bool done;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	by = X509V3_EXT_conf_nid(
	    NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	done = integer != NULL && by != NULL &&
	    ASN1_INTEGER_set_int64(integer, number) == 1 &&
	    X509_CRL_add_ext(crl, by, -1) == 1 &&
	    X509_CRL_add1_ext_i2d(crl, NID_crl_number, integer, 0, 0) == 1;
	X509_EXTENSION_free(by);
	ASN1_INTEGER_free(integer);
	return done;
}

static bool
date_crl(X509_CRL *crl, long long days, char until[DATE_SIZE])
{
	time_t due = time(NULL) + days * DAY;
	ASN1_TIME *now = X509_gmtime_adj(NULL, -SKEW);
	ASN1_TIME *next = X509_time_adj(NULL, 0, &due);
	bool done = now != NULL && next != NULL &&
	    X509_CRL_set1_lastUpdate(crl, now) == 1 &&
	    X509_CRL_set1_nextUpdate(crl, next) == 1;

	if (done)
		format_time(next, until);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	return done;
}

char *
revocations_make(const struct authority *authority, const json_t *revoked,
    long long number, long long days, char until[DATE_SIZE], struct errmsg *err)
{
	struct signer signer;
	X509_CRL *crl = X509_CRL_new();
	char *text = NULL;

	if (!signer_init(&signer, authority, err)) {
		X509_CRL_free(crl);
		return NULL;
	}
	if (crl != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
	    X509_CRL_set_issuer_name(
		crl, X509_get_subject_name(signer.certificate)) == 1 &&
	    date_crl(crl, days, until) && revoke_all(crl, revoked) &&
	    number_crl(crl, signer.certificate, number) &&
	    X509_CRL_sort(crl) == 1 &&
	    X509_CRL_sign(crl, signer.key, EVP_sha256()) > 0)
		text = crl_pem(crl);
	if (text == NULL)
		(void)fail(err, "cannot make the revocation list");
	X509_CRL_free(crl);
	signer_done(&signer);
	return text;
}
