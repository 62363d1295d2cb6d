/* SPDX-License-Identifier: Apache-2.0 */
/* list_file -- a list of strings in a file of its own, one a line; includes.h
 * says how it is written. */
#ifndef CONFIG_LIST_FILE_H
#define CONFIG_LIST_FILE_H

#include "config/problems.h"

struct list_file {
	json_t *entries;
	int *line; /* where each stands */
};

/* Read the file at name.  What is wrong with it is told under key, with its
 * line, and left out. */
void list_file_read(struct list_file *list, const char *name, const char *key,
    struct problems *problems);
void list_file_done(struct list_file *list);

#endif
