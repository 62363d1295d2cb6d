/* SPDX-License-Identifier: Apache-2.0 */
/* case -- one case file: a request, a policy, and what must come of it. */
#ifndef CASE_H
#define CASE_H

#include "errmsg.h"

/* Judge the case in the file.  False, with what differs, if it is not as the
 * file says. */
MUST_CHECK bool case_run(const char *path, struct errmsg *err);

#endif
