/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle -- says of a request that is about to reach the daemon, for a tier
 * that may not have the host (ci), whether it asks for the host all the same.
 *
 * It is written from the rows of tests/data/fields.tsv whose danger is
 * host-root, one rule a row, and knows nothing of filters/: it can tell when
 * they are wrong.  It may be narrower than a filter where a tier is allowed
 * more, never wider than the row.
 */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include <jansson.h>
#include <stdbool.h>

/* The row that the request breaks ("HostConfig.Privileged"), or NULL.  call is
 * its name, body and query as they are sent; socket is the one path of the host
 * that may be mounted (the guard's own socket), or NULL. */
const char *oracle_host_root(const char *call, const json_t *body,
    const json_t *query, const char *socket);

/* Is there a rule for that row of fields.tsv? */
bool oracle_has_row(const char *endpoint, const char *path);

#endif
