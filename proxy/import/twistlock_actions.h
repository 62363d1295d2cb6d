/* SPDX-License-Identifier: Apache-2.0 */
/* twistlock_actions -- what Twistlock's authorization plugin calls our calls. */
#ifndef IMPORT_TWISTLOCK_ACTIONS_H
#define IMPORT_TWISTLOCK_ACTIONS_H

#include "call.h"

/* Of one row of the table of calls; "" for what the plugin does not know. */
const char *twistlock_action(const struct call *call);

#endif
