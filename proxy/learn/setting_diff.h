/* SPDX-License-Identifier: Apache-2.0 */
/* setting_diff -- the settings that two policies have otherwise. */
#ifndef LEARN_SETTING_DIFF_H
#define LEARN_SETTING_DIFF_H

#include "learn/side.h"

/* Tell, on standard output, as lines or as JSON.  Is there any? */
bool setting_diff(const struct side *a, const struct side *b, bool json);

#endif
