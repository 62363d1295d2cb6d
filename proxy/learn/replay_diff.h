/* SPDX-License-Identifier: Apache-2.0 */
/* replay_diff -- the recorded calls that two policies judge differently. */
#ifndef LEARN_REPLAY_DIFF_H
#define LEARN_REPLAY_DIFF_H

#include "learn/side.h"
#include "replay.h"

/* Tell, on standard output, by what is different, most often first; as lines or
 * as JSON.  Is there any? */
bool replay_diff(const struct replay *replay, const struct side *a,
    const struct side *b, bool json);

#endif
