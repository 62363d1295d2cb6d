/* SPDX-License-Identifier: Apache-2.0 */
#include "net/certificate.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* --- names ---------------------------------------------------------------- */

/* A string of the certificate as JSON, new; NULL if it has a NUL inside, which
 * a C string would end at ("admin\0.evil"). */
static json_t *
name_json(const ASN1_STRING *name)
{
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, name);
	json_t *json = NULL;

	if (len >= 0 && memchr(utf8, '\0', (size_t)len) == NULL)
		json = json_stringn((const char *)utf8, (size_t)len);
	OPENSSL_free(utf8);
	return json;
}

/* Every value of one kind in the subject, as a list. */
static json_t *
subject_list(X509 *certificate, int nid)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	json_auto_t *list = json_array();
	int at = -1;

	while ((at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0) {
		const ASN1_STRING *value = X509_NAME_ENTRY_get_data(
		    X509_NAME_get_entry(subject, at));

		if (json_array_append_new(list, name_json(value)) != 0)
			return NULL;
	}
	return json_incref(list);
}

/* The CN, if there is exactly one: which of several counts, nobody agrees. */
static json_t *
common_name(X509 *certificate)
{
	json_auto_t *names = subject_list(certificate, NID_commonName);

	if (names == NULL)
		return NULL;
	if (json_array_size(names) != 1)
		return json_null();
	return json_incref(json_array_get(names, 0));
}

/* Subject alternative names of one type: GEN_DNS, GEN_URI, GEN_EMAIL. */
static json_t *
alternative_names(X509 *certificate, int type)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(
	    certificate, NID_subject_alt_name, NULL, NULL);
	json_t *list = json_array();

	for (int i = 0; list != NULL && i < sk_GENERAL_NAME_num(names); i++) {
		int kind;
		const ASN1_STRING *value = GENERAL_NAME_get0_value(
		    sk_GENERAL_NAME_value(names, i), &kind);

		if (kind == type &&
		    json_array_append_new(list, name_json(value)) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	GENERAL_NAMES_free(names);
	return list;
}

/* --- the rest ------------------------------------------------------------- */

static json_t *
hex_json(const unsigned char *bytes, size_t len)
{
	char text[129];

	for (size_t i = 0; i < len && i < 64; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return json_stringn(text, 2 * (len < 64 ? len : 64));
}

static json_t *
fingerprint(X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;

	if (X509_digest(certificate, EVP_sha256(), digest, &len) != 1)
		return NULL;
	return hex_json(digest, len);
}

/* SHA-256 of the whole SubjectPublicKeyInfo, as pins have it (RFC 7469). */
static json_t *
key_fingerprint(X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *der = NULL;
	unsigned digest_len;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	json_t *json = NULL;

	if (len > 0 &&
	    EVP_Digest(
		der, (size_t)len, digest, &digest_len, EVP_sha256(), NULL) == 1)
		json = hex_json(digest, digest_len);
	OPENSSL_free(der);
	return json;
}

static json_t *
serial(X509 *certificate)
{
	const ASN1_INTEGER *number = X509_get0_serialNumber(certificate);

	return hex_json(
	    ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number));
}

static json_t *
issuer(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;
	json_t *json = NULL;

	if (bio != NULL &&
	    X509_NAME_print_ex(bio, X509_get_issuer_name(certificate), 0,
		XN_FLAG_RFC2253) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		json = json_stringn(text, (size_t)len);
	}
	BIO_free(bio);
	return json;
}

static json_t *
not_after(X509 *certificate)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) != 1)
		return NULL;
	return json_sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

json_t *
certificate_identity(X509 *certificate)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o}",
	    "CN", common_name(certificate), "O",
	    subject_list(certificate, NID_organizationName), "OU",
	    subject_list(certificate, NID_organizationalUnitName), "DNS",
	    alternative_names(certificate, GEN_DNS), "URI",
	    alternative_names(certificate, GEN_URI), "email",
	    alternative_names(certificate, GEN_EMAIL), "serial",
	    serial(certificate), "issuer", issuer(certificate), "not_after",
	    not_after(certificate), "sha256", fingerprint(certificate),
	    "spki_sha256", key_fingerprint(certificate));
}

bool
certificate_is_client(X509 *certificate, struct errmsg *err)
{
	uint32_t flags = X509_get_extension_flags(certificate);
	json_auto_t *identity = NULL;

	if ((flags & EXFLAG_CA) != 0)
		return errmsg_set(err, "a CA certificate is no client");
	if ((flags & EXFLAG_XKUSAGE) == 0 ||
	    (X509_get_extended_key_usage(certificate) & XKU_SSL_CLIENT) == 0)
		return errmsg_set(
		    err, "the certificate is not for client authentication");
	identity = certificate_identity(certificate);
	return identity != NULL ||
	    errmsg_set(err, "a name in the certificate is malformed");
}

json_t *
certificate_read(const char *path, struct errmsg *err)
{
	FILE *file = fopen(path, "re");
	json_t *identity = NULL;
	X509 *certificate;

	if (file == NULL) {
		(void)errmsg_set(err, "%s", strerror(errno));
		return NULL;
	}
	certificate = PEM_read_X509(file, NULL, NULL, NULL);
	(void)fclose(file);
	if (certificate == NULL)
		(void)errmsg_set(err, "there is no certificate in it");
	else if (certificate_is_client(certificate, err)) {
		identity = certificate_identity(certificate);
		if (identity == NULL)
			(void)errmsg_nomem(err);
	}
	X509_free(certificate);
	return identity;
}
