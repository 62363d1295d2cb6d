/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume_call -- the calls about volumes themselves: what a container could not
 * mount can neither be made, changed, shown nor removed.
 *
 * volume.create of a name that is there already answers with that volume and
 * ignores all else (moby, volume/service), so the name counts there, too.
 * Labels are for filters/labels.c.  What nobody judges: "force" of
 * volume.remove, which makes a volume that is gone, or whose driver is, no
 * error (one in use is never removed); "version" of volume.update, a counter.
 */
#ifndef VOLUME_CALL_H
#define VOLUME_CALL_H

#include "core/mount_rules.h"
#include "report.h"

/* Is the call one of these? */
bool volume_call_is(const struct request *req);

/* Nothing is rewritten: a volume without the options that were asked for is not
 * what was meant. */
enum verdict volume_call_judge(const struct mount_rules *rules,
    const struct request *req, struct report *report);

#endif
