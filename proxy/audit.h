/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit -- the record of every call: JSON lines, each written with one write(2)
 * before the call leaves for the daemon.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <jansson.h>

#include "errmsg.h"

struct audit;

/* path: a file, made with mode 0640 if it is not there, or "-" for stdout.  A
 * last line that was cut short is closed off first.  NULL with the reason. */
struct audit *audit_open(const char *path, struct errmsg *err);
void audit_close(struct audit *audit);

/* Open path again (it was rotated away).  On failure the old file stays. */
MUST_CHECK bool audit_reopen(struct audit *audit, struct errmsg *err);

/* Another process opened it; the descriptor is taken. */
struct audit *audit_from_fd(const char *path, int fd, struct errmsg *err);
void audit_take_fd(struct audit *audit, int fd);

/* The descriptor, for another process. */
int audit_fd(const struct audit *audit);

/* Append the record.  Every byte outside printable ASCII is escaped.  False if
 * it is not wholly in the file; what is there of it is closed off before the
 * next one. */
MUST_CHECK bool audit_write(
    struct audit *audit, const json_t *record, struct errmsg *err);

#define AUDIT_TIME_SIZE 32
#define AUDIT_ID_SIZE 25

/* Now, in UTC, RFC 3339 with milliseconds. */
void audit_time(char text[AUDIT_TIME_SIZE]);

/* A new id: 24 hex digits, unique among all processes. */
void audit_id(char text[AUDIT_ID_SIZE]);

#endif
