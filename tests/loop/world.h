/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world -- a guard that really runs, in a process of its own, between a caller
 * and an engine that the test plays.  Sockets wait for at most WORLD_PATIENCE,
 * and what does not come fails the test.
 */
#ifndef LOOP_WORLD_H
#define LOOP_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#define WORLD_PATIENCE_SECONDS 30

struct world {
	char dir[64];
	char *guard_path, *engine_path, *audit_path, *config_path;
	int engine; /* listening */
	pid_t guard; /* the supervisor, which signals are for */
	bool rotated; /* some records are in another file */
	bool killed; /* some were never written */
	long *ahead; /* seconds, of the guard's clock */
};

/* A configuration for world: everyone is of tier "t", which may make every
 * call and has the given filters.  more: members of the file, as JSON, or NULL;
 * its listeners stand before the world's own, which opens last. */
json_t *world_config(
    const struct world *world, const char *filters, const char *more);

/* Start it, with the engine listening.  Each test has a world of its own. */
void world_start(struct world *world, const char *filters, const char *more);

/* valgrind lets nobody change the limit on descriptors. */
bool world_is_in_valgrind(void);

/* The same, for a guard that may have no more than so many descriptors. */
void world_start_with_files(
    struct world *world, const char *filters, const char *more, unsigned files);

/* Write another configuration into the file. */
void world_write(struct world *world, json_t *config);

/* Wait for the guard to end by itself, or by a signal that was sent; well. */
void world_await_exit(struct world *world);

/* The guard ends well, and every call that has a record has its end. */
void world_end(struct world *world);

int world_connect(const struct world *world); /* as a caller */
int world_accept(const struct world *world); /* as the engine */
void world_be_patient(int fd); /* no wait on it is for ever */
void world_engine_gone(struct world *world); /* nobody answers there */

void say(int fd, const char *text);
void say_bytes(int fd, const void *bytes, size_t len);

/* All that comes up to and with the first blank line; the caller's. */
char *hear_head(int fd);

/* Exactly len bytes; the caller's, with a NUL behind. */
char *hear(int fd, size_t len);

/* Fail unless the next bytes are these. */
void hear_text(int fd, const char *text);

/* Fail unless the peer sends nothing more and ends; what came; the caller's. */
char *hear_rest(int fd);

/* Hear a head, which must hold this. */
void hear_head_with(int fd, const char *part);

/* Hear the end, and nothing before it. */
void hear_end(int fd);

/* Has nothing come yet?  For after something else has proved that it would. */
bool is_silent(int fd);

/* Wait until the guard sleeps, having nothing to do: what it was going to do
 * about what it was sent is done.  Fail if it never does. */
void world_rest(const struct world *world);

/* Let so many seconds pass for the guard, at once; what is due then happens. */
void world_pass_time(const struct world *world, long seconds);

/* The guard's children: the one that serves, and the one that judges an
 * archive. */
pid_t world_worker(const struct world *world);
pid_t world_sieve(const struct world *world);

/* Those that serve, at most size; how many there are. */
size_t world_workers(const struct world *world, pid_t *pids, size_t size);

/* The most memory that the guard has had, in KiB; and fail if that has become
 * much more, by what connections may hold (but not under a tool that keeps
 * memory of its own). */
long world_memory(const struct world *world);
void world_check_memory(const struct world *world, long before);

/* Wait for the guard to write a record with this text in it; the record. */
json_t *world_record(const struct world *world, const char *text);

#endif
