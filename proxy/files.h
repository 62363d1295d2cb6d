/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files -- the files that a configuration names: certificates, keys, lists.
 *
 * Whoever parses what strangers send may open no files, so the one who starts it
 * reads them, remembers what was in them, and hands that over.
 */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

#include "errmsg.h"

/* What is in the file, new, with a NUL behind; at most FILES_MOST bytes.  NULL
 * with the reason. */
#define FILES_MOST (4 * 1024 * 1024)
char *files_read(const char *path, size_t *len, struct errmsg *err);

/* From now on remember what is read. */
void files_remember(void);

/* What was remembered, and text under the name "", as one piece, new.  NULL: out
 * of memory. */
char *files_pack(const char *text, size_t *len);

/* From now on nothing but this is read: never from a disk.  The text that was
 * packed with it is what files_read("") has.  False with the reason. */
MUST_CHECK bool files_unpack(const char *bytes, size_t len, struct errmsg *err);

/* Neither is wanted any more; keys are wiped. */
void files_forget(void);

#endif
