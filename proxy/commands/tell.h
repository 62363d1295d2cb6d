/* SPDX-License-Identifier: Apache-2.0 */
/* tell -- accounts (account.h) and records, for people. */
#ifndef COMMANDS_TELL_H
#define COMMANDS_TELL_H

#include <jansson.h>
#include <stdio.h>

void tell_account(const json_t *account, FILE *out);

/* {"request": record, "response": record or null, "remedy": remedy.h}. */
void tell_record(const json_t *told, FILE *out);

#endif
