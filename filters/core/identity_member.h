/* SPDX-License-Identifier: Apache-2.0 */
/* identity_member -- the keys of a match by their numbers, for identity_index. */
#ifndef CORE_IDENTITY_MEMBER_H
#define CORE_IDENTITY_MEMBER_H

#include "identity.h"

#define IDENTITY_SPELLING_LEN 128

/* The number of a key that identity_check() knows. */
size_t identity_member(const char *key);

/* What an identity has there: a value, a list of them, or NULL. */
const json_t *identity_value(size_t member, const json_t *identity);

/* One spelling for all values that are the same there; false if it stands for
 * more than itself (a pattern, a network), or is too long. */
bool identity_spell(
    size_t member, const json_t *value, char text[IDENTITY_SPELLING_LEN]);

#endif
