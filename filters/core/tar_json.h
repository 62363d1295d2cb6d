/* SPDX-License-Identifier: Apache-2.0 */
/* tar_json -- a file of an archive that is JSON: read as strictly as bodies
 * are (json_read.h), but for its size. */
#ifndef TAR_JSON_H
#define TAR_JSON_H

#include <stddef.h>

#include "errmsg.h"
#include "json.h"

/* New, or NULL with the reason. */
MUST_CHECK json_t *tar_json_read(
    const char *bytes, size_t len, struct errmsg *why);

#endif
