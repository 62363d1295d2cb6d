/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply -- what the daemon answers, as far as we change it: warnings about what
 * was rewritten, and API versions that we do not know.
 */
#ifndef REPLY_H
#define REPLY_H

#include "request.h"

/*
 * Change the JSON reply of a call whose table entry says CALL_REPLY_JSON:
 * container.create gets warnings (report_warnings()), which the docker CLI
 * prints; system.version never names an API version beyond API_MINOR_LAST.
 * False if it is not what the call answers, or out of memory: then it must not
 * be passed on.
 */
MUST_CHECK bool reply_rewrite(const struct request *req, json_t *warnings,
    int status, json_t *body, struct errmsg *err);

#endif
