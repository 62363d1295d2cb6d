/* SPDX-License-Identifier: Apache-2.0 */
/* play -- a trial is made: its call is judged as the policy would. */
#ifndef TESTING_PLAY_H
#define TESTING_PLAY_H

#include "testing/result.h"
#include "testing/suite.h"

void play(const struct suite *suite, const struct trial *trial,
    struct result *result);

#endif
