/* SPDX-License-Identifier: Apache-2.0 */
/* certificate -- what tls.c needs to know of an X.509 certificate.  Only these
 * two know OpenSSL. */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <jansson.h>
#include <openssl/types.h>

#include "errmsg.h"

/* May it be a client's?  Purpose clientAuth said in so many words, no CA, no
 * name with a NUL in it. */
MUST_CHECK bool certificate_is_client(X509 *certificate, struct errmsg *err);

/* See tls_identity(). */
json_t *certificate_identity(X509 *certificate);

/* The identity that the first certificate of a PEM file gives, new; NULL with
 * the reason if it can be no client's. */
MUST_CHECK json_t *certificate_read(const char *path, struct errmsg *err);

#endif
