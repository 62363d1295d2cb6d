/* SPDX-License-Identifier: Apache-2.0 */
#include "net/shared.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "audit.h"
#include "limit.h"

/* Pages that nobody touches cost nothing. */
#define COUNTERS 4096

struct shared {
	struct audit_tears tears;
	uint64_t seed; /* nobody can choose an address that meets another's */
	uint32_t clients[LIMIT_WORKERS];
	uint8_t used[COUNTERS]; /* has that one ever been other than zero? */
	uint32_t callers[COUNTERS][LIMIT_WORKERS]; /* of one, side by side */
};

struct shared *
shared_new(void)
{
	struct shared *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return NULL;
	if (getrandom(&shared->seed, sizeof(shared->seed), 0) !=
	    sizeof(shared->seed)) {
		shared_free(shared);
		return NULL;
	}
	return shared;
}

void
shared_free(struct shared *shared)
{
	if (shared != NULL)
		(void)munmap(shared, sizeof(*shared));
}

void
shared_clear(struct shared *shared, unsigned index)
{
	shared->clients[index] = 0;
	for (size_t i = 0; i < COUNTERS; i++) {
		if (shared->used[i] != 0)
			shared->callers[i][index] = 0;
	}
}

void
shared_set_clients(struct shared *shared, unsigned index, size_t n)
{
	__atomic_store_n(
	    &shared->clients[index], (uint32_t)n, __ATOMIC_RELAXED);
}

size_t
shared_fewest_clients(const struct shared *shared, unsigned n)
{
	uint32_t fewest = UINT32_MAX;

	for (unsigned i = 0; i < n; i++) {
		uint32_t has = __atomic_load_n(
		    &shared->clients[i], __ATOMIC_RELAXED);

		if (has < fewest)
			fewest = has;
	}
	return fewest;
}

struct audit_tears *
shared_tears(struct shared *shared)
{
	return &shared->tears;
}

/* FNV-1a, from a seed. */
static size_t
counter_of(const struct shared *shared, const char *caller)
{
	uint64_t hash = shared->seed;

	for (; *caller != '\0'; caller++) {
		hash ^= (unsigned char)*caller;
		hash *= 0x100000001b3ULL;
	}
	return (size_t)(hash >> 32) % COUNTERS;
}

void
shared_count_caller(
    struct shared *shared, unsigned index, const char *caller, int change)
{
	size_t at = counter_of(shared, caller);
	uint32_t *counter = &shared->callers[at][index];

	__atomic_store_n(&shared->used[at], 1, __ATOMIC_RELAXED);
	__atomic_store_n(
	    counter, *counter + (uint32_t)change, __ATOMIC_RELAXED);
}

size_t
shared_callers_elsewhere(
    const struct shared *shared, unsigned index, const char *caller)
{
	size_t at = counter_of(shared, caller), n = 0;

	for (unsigned i = 0; i < LIMIT_WORKERS; i++) {
		if (i != index)
			n += __atomic_load_n(
			    &shared->callers[at][i], __ATOMIC_RELAXED);
	}
	return n;
}
