/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shared -- the little that workers know of each other: how many connections
 * each has, in all and by caller, and whether the audit log ends in the middle
 * of a line.  Memory that all of them map; of the numbers each writes its own
 * part alone, which is cleared when it dies.
 */
#ifndef NET_SHARED_H
#define NET_SHARED_H

#include <stdbool.h>
#include <stddef.h>

struct audit_tears;
struct shared;

/* NULL with errno. */
struct shared *shared_new(void);
void shared_free(struct shared *shared);

/* That worker has nothing. */
void shared_clear(struct shared *shared, unsigned index);

/* It has so many connections. */
void shared_set_clients(struct shared *shared, unsigned index, size_t n);

/* The fewest that any of the first n workers has. */
size_t shared_fewest_clients(const struct shared *shared, unsigned n);

/* It has one more, or less, of that caller. */
void shared_count_caller(
    struct shared *shared, unsigned index, const char *caller, int change);

/* How many the others have of that caller; never too few, and, as callers share
 * counters by chance, seldom too many. */
size_t shared_callers_elsewhere(
    const struct shared *shared, unsigned index, const char *caller);

/* Of the file that all of them write to. */
struct audit_tears *shared_tears(struct shared *shared);

#endif
