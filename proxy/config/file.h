/* SPDX-License-Identifier: Apache-2.0 */
/* file -- a file that people write, as YAML with places. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "config/problems.h"

/* Read the file of that name; what is wrong goes to problems.  *unreadable: it
 * could not even be opened.  On success yaml is the caller's. */
MUST_CHECK bool file_read(const char *path, struct yaml *yaml,
    struct problems *problems, bool *unreadable);

#endif
