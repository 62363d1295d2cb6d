/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry -- X-Registry-Auth and X-Registry-Config: base64url of JSON.  The
 * daemon takes what it cannot read for empty; we read it strictly and write it
 * anew.
 */
#ifndef HTTP_REGISTRY_H
#define HTTP_REGISTRY_H

#include <jansson.h>

#include "http/head.h"

/* Read both headers into request.headers: a new object, with only what the
 * client sent.  NULL with the status to answer. */
MUST_CHECK json_t *registry_read(
    const struct http_request_head *head, int *status, struct errmsg *err);

/* base64url of the JSON text; a new string, or NULL. */
MUST_CHECK char *registry_write(const json_t *value);

#endif
