/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller -- an identity that somebody writes down: the keys of an identity's
 * match, or the certificate that the caller would show.
 */
#ifndef CALLER_H
#define CALLER_H

#include <jansson.h>

#include "errmsg.h"

/*
 * Put into the identity what text says of key.  "certificate" is a PEM file
 * (below folder, unless it is NULL or the path is absolute), which is read as a
 * listener would, and refused if it would refuse it.  False with the reason.
 */
MUST_CHECK bool caller_set(json_t *identity, const char *key, const char *text,
    const char *folder, struct errmsg *err);

/* Add the transport that such a caller comes by, if it is not there.  False if
 * out of memory. */
MUST_CHECK bool caller_complete(json_t *identity);

#endif
