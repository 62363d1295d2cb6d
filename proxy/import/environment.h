/* SPDX-License-Identifier: Apache-2.0 */
/*
 * environment -- the variables that a container was given: of KEY=VALUE lines,
 * of the `environment:` of a Compose file, or of this process.
 */
#ifndef IMPORT_ENVIRONMENT_H
#define IMPORT_ENVIRONMENT_H

#include "import/import.h"

/* {"KEY": "value"}; NULL with problems.  What has no value there has the value
 * "". */
json_t *environment_read(
    const struct import_source *source, struct problems *problems);

#endif
