/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_log -- records read back, for the commands that look at what happened:
 * files as audit.h writes them, rotated and compressed ones too.
 */
#ifndef AUDIT_LOG_H
#define AUDIT_LOG_H

#include <jansson.h>

#include "errmsg.h"

/* Not every line is a record: other programs' lines, and the end of a file that
 * is still being written, or was when the machine went down. */
struct audit_log_counts {
	size_t records; /* requests and responses */
	size_t foreign; /* lines that are none */
	size_t torn; /* JSON that was cut short */
	size_t broken; /* files whose compressed end is missing or damaged */
};

/* Called with each record, an object with an "event", borrowed, in the order of
 * the file.  False ends the reading, which is no failure. */
typedef bool audit_log_fn(void *arg, json_t *record);

/* Read path, "-" for standard input, plain or as gzip has it, adding to counts.
 * False with the reason if it cannot be read. */
MUST_CHECK bool audit_log_read(const char *path, audit_log_fn *on_record,
    void *arg, struct audit_log_counts *counts, struct errmsg *err);

#endif
