/* SPDX-License-Identifier: Apache-2.0 */
/* cetusguard_variables -- what stands for %NAME% in CetusGuard's rules. */
#ifndef IMPORT_CETUSGUARD_VARIABLES_H
#define IMPORT_CETUSGUARD_VARIABLES_H

#include "errmsg.h"

/* The text with every variable in it replaced: a new string, or NULL with the
 * reason; what is no variable stays, as it does there. */
MUST_CHECK char *cetusguard_expand(const char *text, struct errmsg *err);

/* The first "%NAME%" that looks like a variable and is none; false if there is
 * no such. */
bool cetusguard_unknown(const char *text, char name[64]);

#endif
