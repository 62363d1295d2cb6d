/* SPDX-License-Identifier: Apache-2.0 */
/* text_file -- a whole file in memory, if it is one that a configuration can
 * be. */
#ifndef CONFIG_TEXT_FILE_H
#define CONFIG_TEXT_FILE_H

#include <stddef.h>

#include "errmsg.h"

/* Its bytes, new, with a NUL behind them; NULL with the reason.  plain: it must
 * be a regular file, because to wait for a pipe would be to wait for ever. */
MUST_CHECK char *text_file_read(
    const char *path, bool plain, size_t *len, struct errmsg *err);

#endif
