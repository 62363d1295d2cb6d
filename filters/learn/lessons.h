/* SPDX-License-Identifier: Apache-2.0 */
/* lessons -- what the files of learn/ share of struct lessons. */
#ifndef LEARN_LESSONS_H
#define LEARN_LESSONS_H

#include "learn/lesson.h"

struct lessons {
	json_t *seen; /* {"filter.setting": {"value as text": item}} */
};

/* The row of the setting; NULL for "action". */
const struct setting *lesson_setting(const struct lesson *lesson);

#endif
