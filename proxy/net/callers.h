/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callers -- whose connections are counted together: one name and one number for
 * all that a caller has with this worker; what he has with others is in shared
 * memory (net/shared).
 */
#ifndef NET_CALLERS_H
#define NET_CALLERS_H

#include <jansson.h>
#include <stddef.h>
#include <sys/queue.h>

struct caller;
struct shared;

TAILQ_HEAD(caller_list, caller);

struct callers {
	struct caller_list list;
	struct shared *shared;
	unsigned index; /* of this worker */
};

void callers_init(
    struct callers *callers, struct shared *shared, unsigned index);

/* One connection more of the one with this identity; he is there as long as he
 * has one.  NULL when out of memory. */
struct caller *callers_join(struct callers *callers, const json_t *identity);

/* One less.  NULL is nothing. */
void callers_leave(struct callers *callers, struct caller *caller);

/* How many has he, with all workers? */
size_t callers_count(
    const struct callers *callers, const struct caller *caller);

/* "uid 1000", "address 10.0.0.7", "certificate ab12.."; of NULL, who has not
 * shown yet who he is, "newcomer". */
const char *caller_name(const struct caller *caller);

#endif
