/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crew -- the workers of a supervisor, and the sieves that they asked for: who
 * lives, who is to be started when.
 */
#ifndef NET_CREW_H
#define NET_CREW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "limit.h"

struct sieve_process {
	TAILQ_ENTRY(sieve_process) entry;
	pid_t pid;
	uint32_t number; /* as its worker calls it */
	const struct member *owner;
};

TAILQ_HEAD(sieve_list, sieve_process);

/* A place for a worker. */
struct member {
	pid_t pid; /* 0: nobody is there */
	int channel;
	bool ready; /* it does what it was last told */
	bool leaving; /* it was told to go */
	unsigned deaths; /* one soon after the other */
	long long born, due; /* ms; when it is to be started */
};

struct crew {
	struct member members[LIMIT_WORKERS];
	unsigned wanted; /* the first so many places are to be filled */
	struct sieve_list sieves;
	unsigned nsieves;
};

void crew_init(struct crew *crew);

/* All that is left is forgotten, and, unless it is another process's, killed. */
void crew_done(struct crew *crew, bool kill_them);

unsigned crew_living(const struct crew *crew);
bool crew_is_ready(const struct crew *crew);

/* A place that is to be filled now, or NULL. */
struct member *crew_due(struct crew *crew);

/* How long to wait for the next that is to be filled, ms; -1: there is none. */
int crew_wait_ms(const struct crew *crew);

/* pid lives there now; takes channel. */
void crew_born(struct member *member, pid_t pid, int channel);

/* A child has ended: the member that it was, or NULL.  That may be started again
 * at once, or, when that becomes a habit, after ever longer pauses. */
struct member *crew_died(struct crew *crew, pid_t pid);

/* Members say and do no more; SIGCHLD will tell. */
void crew_kill(struct member *member);

/* Start, and end, a sieve for a member. */
bool crew_add_sieve(struct crew *crew, const struct member *owner,
    uint32_t number, int data, int control);
void crew_end_sieve(
    struct crew *crew, const struct member *owner, uint32_t number);

#endif
