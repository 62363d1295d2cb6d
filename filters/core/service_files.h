/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_files -- the secrets and configs that a service reads as files.
 *
 * A secret is found by its id, and its name must be right (moby,
 * checkSecretExistence), so that a list of names holds.
 */
#ifndef SERVICE_FILES_H
#define SERVICE_FILES_H

#include "core/pattern_set.h"
#include "report.h"
#include "request.h"

enum verdict service_secrets_judge(const struct pattern_set *names,
    struct request *req, struct report *report);
enum verdict service_configs_judge(const struct pattern_set *names,
    struct request *req, struct report *report);

#endif
