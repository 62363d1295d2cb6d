/* SPDX-License-Identifier: Apache-2.0 */
/* stream -- the archive of a case, as a reader would bring it entry by entry. */
#ifndef CASES_STREAM_H
#define CASES_STREAM_H

#include "report.h"

/* Judge the entries by the rules that the filters have made; report says the
 * rest.  FAIL if there are none. */
enum verdict stream_judge(struct report *report, json_t *entries);

#endif
