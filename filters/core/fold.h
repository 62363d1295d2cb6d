/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold -- names as Go's encoding/json compares them: ASCII letters whatever
 * their case, U+017F as s and U+212A as k.
 */
#ifndef FOLD_H
#define FOLD_H

#include <stdbool.h>

bool fold_equal(const char *a, const char *b);

#endif
