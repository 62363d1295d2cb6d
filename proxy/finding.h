/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding -- the record of one call, looked for by its id (or the beginning of
 * it, or the last 8 digits or more) in an audit log and the files that it was
 * rotated into.
 */
#ifndef FINDING_H
#define FINDING_H

#include <jansson.h>

#include "errmsg.h"

struct finding {
	json_t *request; /* the record, or NULL: there is none */
	json_t *response; /* the other one, or NULL */
	json_t *ids; /* of the requests that it fits */
};

/* Look through path, and what stands beside it as PATH.1, PATH.2.gz or
 * PATH-20261128.  False if path cannot be read.  finding_done() is due in every
 * case. */
MUST_CHECK bool finding_look(struct finding *finding, const char *path,
    const char *id, struct errmsg *err);
void finding_done(struct finding *finding);

#endif
