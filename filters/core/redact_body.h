/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact_body -- a whole body (or a header that is JSON) as it may stand in a
 * record, so that it is judged there as it was: structure, names, paths and
 * command lines stay; values of environment variables, passwords, tokens and
 * data go.  Options of drivers stay only where it is known what they are.
 */
#ifndef REDACT_BODY_H
#define REDACT_BODY_H

#include "json.h"
/* A copy of body, bounded in depth as bodies are; new, JSON null for NULL, NULL
 * if out of memory. */
json_t *redact_body(json_t *body);

#endif
