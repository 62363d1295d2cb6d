/* SPDX-License-Identifier: Apache-2.0 */
#include "net/crew.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/spawn.h"

/* Whoever lived that long died of something else than its birth. */
#define LIVED_MS (10 * 1000)
#define PAUSE_MS 100
#define PAUSE_MOST_MS (10 * 1000)

void
crew_init(struct crew *crew)
{
	memset(crew, 0, sizeof(*crew));
	TAILQ_INIT(&crew->sieves);
	for (size_t i = 0; i < LIMIT_WORKERS; i++)
		crew->members[i].channel = -1;
}

static void
forget_sieve(struct crew *crew, struct sieve_process *sieve)
{
	TAILQ_REMOVE(&crew->sieves, sieve, entry);
	crew->nsieves--;
	free(sieve);
}

void
crew_done(struct crew *crew, bool kill_them)
{
	struct sieve_process *sieve;

	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		struct member *member = &crew->members[i];

		if (member->pid > 0 && kill_them)
			(void)kill(member->pid, SIGKILL);
		if (member->channel >= 0)
			(void)close(member->channel);
		member->channel = -1;
	}
	while ((sieve = TAILQ_FIRST(&crew->sieves)) != NULL) {
		if (kill_them)
			(void)kill(sieve->pid, SIGKILL);
		forget_sieve(crew, sieve);
	}
}

unsigned
crew_living(const struct crew *crew)
{
	unsigned n = 0;

	for (size_t i = 0; i < LIMIT_WORKERS; i++)
		n += crew->members[i].pid > 0 ? 1 : 0;
	return n;
}

bool
crew_is_ready(const struct crew *crew)
{
	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		const struct member *member = &crew->members[i];

		if (member->pid > 0 && !member->ready && !member->leaving)
			return false;
	}
	return true;
}

/* --- being born and dying ------------------------------------------------- */

static bool
is_missing(const struct crew *crew, size_t i)
{
	return i < crew->wanted && crew->members[i].pid == 0;
}

struct member *
crew_due(struct crew *crew)
{
	long long now = clock_ms();

	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		if (is_missing(crew, i) && crew->members[i].due <= now)
			return &crew->members[i];
	}
	return NULL;
}

int
crew_wait_ms(const struct crew *crew)
{
	long long now = clock_ms(), least = -1;

	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		long long ms = crew->members[i].due - now;

		if (!is_missing(crew, i))
			continue;
		if (ms < 0)
			ms = 0;
		if (least < 0 || ms < least)
			least = ms;
	}
	return (int)least;
}

void
crew_born(struct member *member, pid_t pid, int channel)
{
	member->pid = pid;
	member->channel = channel;
	member->ready = member->leaving = false;
	member->born = clock_ms();
}

static void
plan_return(struct member *member)
{
	long long now = clock_ms(), pause = 0;

	if (now - member->born >= LIVED_MS)
		member->deaths = 0;
	if (member->deaths > 0)
		pause = PAUSE_MS
		    << (member->deaths < 8 ? member->deaths - 1 : 7);
	if (pause > PAUSE_MOST_MS)
		pause = PAUSE_MOST_MS;
	member->deaths++;
	member->due = now + pause;
}

struct member *
crew_died(struct crew *crew, pid_t pid)
{
	struct sieve_process *sieve, *next;

	for (sieve = TAILQ_FIRST(&crew->sieves); sieve != NULL; sieve = next) {
		next = TAILQ_NEXT(sieve, entry);
		if (sieve->pid == pid) {
			forget_sieve(crew, sieve);
			return NULL;
		}
	}
	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		struct member *member = &crew->members[i];

		if (member->pid != pid)
			continue;
		member->pid = 0;
		if (member->channel >= 0)
			(void)close(member->channel);
		member->channel = -1;
		plan_return(member);
		return member;
	}
	return NULL;
}

void
crew_kill(struct member *member)
{
	if (member->channel >= 0)
		(void)close(member->channel);
	member->channel = -1;
	if (member->pid > 0)
		(void)kill(member->pid, SIGKILL);
}

/* --- sieves --------------------------------------------------------------- */

bool
crew_add_sieve(struct crew *crew, const struct member *owner, uint32_t number,
    int data, int control)
{
	struct sieve_process *sieve;

	if (crew->nsieves >= LIMIT_SIEVES)
		return false;
	sieve = calloc(1, sizeof(*sieve));
	if (sieve == NULL || spawn_sieve(&sieve->pid, data, control) != 0) {
		free(sieve);
		return false;
	}
	sieve->owner = owner;
	sieve->number = number;
	crew->nsieves++;
	TAILQ_INSERT_TAIL(&crew->sieves, sieve, entry);
	return true;
}

/* It holds nothing that it would have to put away.  That it is gone, SIGCHLD
 * tells; until then it counts.  */
void
crew_end_sieve(struct crew *crew, const struct member *owner, uint32_t number)
{
	struct sieve_process *sieve;

	TAILQ_FOREACH(sieve, &crew->sieves, entry)
	{
		if (sieve->owner == owner && sieve->number == number)
			(void)kill(sieve->pid, SIGKILL);
	}
}
