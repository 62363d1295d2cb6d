/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certs -- certificates for the tests, made on the spot: sound ones, and every
 * kind that must be refused.
 */
#ifndef TESTS_CERTS_H
#define TESTS_CERTS_H

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>

struct pair {
	X509 *cert;
	EVP_PKEY *key;
};

/* What a certificate is to be; all zero is a plain one without extensions. */
struct cert_plan {
	const char *cn;
	int cn_len; /* 0: strlen; more: with the NULs inside */
	const char *cn2; /* a second common name */
	const char *o;
	const char *san; /* "DNS:a,URI:b" */
	const char *eku; /* "clientAuth" */
	bool ca;
	long from, until; /* seconds from now; until 0: a day */
	int rsa_bits; /* 0: P-256 */
	long serial;
};

static inline void
add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(cert, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static inline void
add_name(X509_NAME *name, const char *key, const char *value, int len)
{
	assert_int_equal(
	    X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
		(const unsigned char *)value, len == 0 ? -1 : len, -1, 0),
	    1);
}

/* Make it, signed by issuer, or by itself if that is NULL. */
static inline struct pair
make_cert(const struct cert_plan *plan, const struct pair *issuer)
{
	struct pair pair = {X509_new(), NULL};
	X509 *by;
	X509_NAME *name;

	pair.key = plan->rsa_bits == 0 ? EVP_EC_gen("P-256")
				       : EVP_RSA_gen((unsigned)plan->rsa_bits);
	assert_non_null(pair.cert);
	assert_non_null(pair.key);
	by = issuer == NULL ? pair.cert : issuer->cert;
	assert_int_equal(X509_set_version(pair.cert, 2), 1);
	assert_int_equal(
	    ASN1_INTEGER_set(X509_get_serialNumber(pair.cert), plan->serial),
	    1);
	assert_non_null(
	    X509_gmtime_adj(X509_getm_notBefore(pair.cert), plan->from));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(pair.cert),
	    plan->until == 0 ? 86400 : plan->until));
	assert_int_equal(X509_set_pubkey(pair.cert, pair.key), 1);
	name = X509_get_subject_name(pair.cert);
	if (plan->o != NULL)
		add_name(name, "O", plan->o, 0);
	add_name(name, "CN", plan->cn, plan->cn_len);
	if (plan->cn2 != NULL)
		add_name(name, "CN", plan->cn2, 0);
	assert_int_equal(
	    X509_set_issuer_name(pair.cert, X509_get_subject_name(by)), 1);
	add_extension(pair.cert, by, NID_subject_key_identifier, "hash");
	add_extension(
	    pair.cert, by, NID_authority_key_identifier, "keyid:always");
	if (plan->ca) {
		add_extension(
		    pair.cert, by, NID_basic_constraints, "critical,CA:TRUE");
		add_extension(pair.cert, by, NID_key_usage,
		    "critical,keyCertSign,cRLSign,digitalSignature");
	}
	if (plan->eku != NULL)
		add_extension(pair.cert, by, NID_ext_key_usage, plan->eku);
	if (plan->san != NULL)
		add_extension(pair.cert, by, NID_subject_alt_name, plan->san);
	assert_true(
	    X509_sign(pair.cert, issuer == NULL ? pair.key : issuer->key,
		EVP_sha256()) > 0);
	return pair;
}

static inline void
free_pair(struct pair *pair)
{
	X509_free(pair->cert);
	EVP_PKEY_free(pair->key);
}

static inline void
write_cert(const char *path, X509 *cert)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, cert), 1);
	assert_int_equal(fclose(file), 0);
}

static inline void
write_key(const char *path, EVP_PKEY *key, mode_t mode)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(
	    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* A revocation list of ca with one serial (0: none), good for until seconds. */
static inline void
write_crl(const char *path, const struct pair *ca, long serial, long until)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *now = X509_gmtime_adj(NULL, -60);
	ASN1_TIME *next = X509_gmtime_adj(NULL, until);
	FILE *file = fopen(path, "we");

	assert_true(crl != NULL && now != NULL && next != NULL && file != NULL);
	assert_int_equal(X509_CRL_set_version(crl, 1), 1);
	assert_int_equal(
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->cert)), 1);
	assert_int_equal(X509_CRL_set1_lastUpdate(crl, now), 1);
	assert_int_equal(X509_CRL_set1_nextUpdate(crl, next), 1);
	if (serial != 0) {
		X509_REVOKED *revoked = X509_REVOKED_new();
		ASN1_INTEGER *number = ASN1_INTEGER_new();

		assert_int_equal(ASN1_INTEGER_set(number, serial), 1);
		assert_int_equal(
		    X509_REVOKED_set_serialNumber(revoked, number), 1);
		assert_int_equal(
		    X509_REVOKED_set_revocationDate(revoked, now), 1);
		assert_int_equal(X509_CRL_add0_revoked(crl, revoked), 1);
		ASN1_INTEGER_free(number);
	}
	assert_true(X509_CRL_sign(crl, ca->key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509_CRL(file, crl), 1);
	assert_int_equal(fclose(file), 0);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	X509_CRL_free(crl);
}

#endif
