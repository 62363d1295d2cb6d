/* SPDX-License-Identifier: Apache-2.0 */
/* outcome -- what became of a trial: as expected, or how not. */
#ifndef TESTING_OUTCOME_H
#define TESTING_OUTCOME_H

#include "rehearse.h"
#include "testing/suite.h"

/* Was the call judged as the trial expects?  False with the difference. */
MUST_CHECK bool outcome_check(const struct trial *trial,
    const struct rehearsal *done, struct errmsg *err);

/* The same of a caller whom no rule knows. */
MUST_CHECK bool outcome_check_nobody(
    const struct trial *trial, struct errmsg *err);

#endif
