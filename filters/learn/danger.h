/* SPDX-License-Identifier: Apache-2.0 */
/*
 * danger -- what nobody should allow because it was seen: each says why, or NULL
 * where there is nothing to say.  What is not known to be harmless is told, too.
 */
#ifndef LEARN_DANGER_H
#define LEARN_DANGER_H

#include "learn/lesson.h"

lesson_danger_fn danger_always, danger_call, danger_path_read,
    danger_path_write, danger_capability, danger_device, danger_namespace,
    danger_profile, danger_label, danger_network_driver, danger_network_option,
    danger_volume_option, danger_propagation, danger_group, danger_sysctl,
    danger_storage;

#endif
