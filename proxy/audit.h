/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit -- the record of every call: JSON lines, written before the call leaves
 * for the daemon.
 *
 * Lines collect, and what has come together in one turn of the loop is written
 * with one write(2), to a file that is opened for appending: several processes
 * may write to it, and lines stay whole.  Who must not go on before his line is
 * in the file waits for it.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <sys/queue.h>

#include "buffer.h"
#include "errmsg.h"

struct audit;

/* Told when the line is in the file, or, not written, will never be. */
typedef void audit_fn(void *arg, bool written);

/* Somebody who waits; its memory is the caller's. */
struct audit_wait {
	TAILQ_ENTRY(audit_wait) entry;
	audit_fn *fn; /* NULL: does not wait */
	void *arg;
	size_t end; /* of his line in what is to be written */
	bool written;
};

/* path: a file, made with mode 0640 if it is not there, or "-" for stdout.  A
 * last line that was cut short is closed off first.  durable: who waits for a
 * line waits until it would survive a power cut, too; all lines of a turn go to
 * disk together.  NULL with the reason. */
struct audit *audit_open(const char *path, bool durable, struct errmsg *err);

/* Writes what is left; who waits still is not told. */
void audit_close(struct audit *audit);

/* Open path again (it was rotated away); what was not flushed goes there.  On
 * failure the old file stays. */
MUST_CHECK bool audit_reopen(struct audit *audit, struct errmsg *err);

/* Has the file been removed?  Nobody would find what is written into it, so
 * no line is for which somebody waits.  Then lost is called, which may bring about audit_take_fd(); without
 * it, the file is made anew. */
bool audit_is_lost(const struct audit *audit);
void audit_on_lost(struct audit *audit, void (*lost)(void *arg), void *arg);

/* Another process opened it; the descriptor is taken. */
struct audit *audit_from_fd(
    const char *path, int fd, bool durable, struct errmsg *err);
void audit_take_fd(struct audit *audit, int fd);

/* How often a line was cut short, and how often of that the next one began with
 * its end; zero at first.  Two counts, so that what one process mends hides
 * nothing that another one has torn since. */
struct audit_tears {
	unsigned made, mended;
};

/* Of processes that write to one file, all know what any of them has torn:
 * tears is memory that they share, and lives longer than audit. */
void audit_share_tears(struct audit *audit, struct audit_tears *tears);

/* Somebody who wrote to the file has been killed: perhaps within a line. */
void audit_look(struct audit *audit);

/* The descriptor, for another process. */
int audit_fd(const struct audit *audit);

/* pending is called when there is something to write, once until the next
 * audit_flush(), which it has to bring about. */
void audit_on_pending(
    struct audit *audit, void (*pending)(void *arg), void *arg);

/* Where the next line is to be put together, without its newline; between this
 * and audit_end() nothing else of the audit is called. */
struct buffer *audit_begin(struct audit *audit);

/* The line is complete.  wait, if it is not NULL, is told by audit_flush(), and
 * never from here.  False: out of memory; the line is gone, nobody waits. */
MUST_CHECK bool audit_end(struct audit *audit, struct audit_wait *wait,
    audit_fn *fn, void *arg, struct errmsg *err);

/* Wait no more; the line is written all the same. */
void audit_forget(struct audit *audit, struct audit_wait *wait);

/* Write what has come together and tell who waits.  False if some of it is not
 * in the file; what is there of a line is closed off before the next one. */
MUST_CHECK bool audit_flush(struct audit *audit, struct errmsg *err);

#define AUDIT_TIME_SIZE 32
#define AUDIT_ID_SIZE 25

/* Now, in UTC, RFC 3339 with milliseconds. */
void audit_time(char text[AUDIT_TIME_SIZE]);

/* A new id: 24 hex digits, unique among all processes. */
void audit_id(char text[AUDIT_ID_SIZE]);

#endif
