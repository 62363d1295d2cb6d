/* SPDX-License-Identifier: Apache-2.0 */
/* certificate -- what tls.c needs to know of an X.509 certificate.  Only these
 * two know OpenSSL. */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <jansson.h>
#include <openssl/x509.h>

#include "errmsg.h"

/* May it be a client's?  Purpose clientAuth said in so many words, no CA, no
 * name with a NUL in it. */
MUST_CHECK bool certificate_is_client(X509 *certificate, struct errmsg *err);

/* See tls_identity(). */
json_t *certificate_identity(X509 *certificate);

#endif
