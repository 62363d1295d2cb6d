/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errand -- what a worker has its supervisor do, because it may not connect or
 * run anything itself (net/channel.h).  A process has one supervisor.
 */
#ifndef NET_ERRAND_H
#define NET_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

struct message;

/* Errands go this way from now on. */
void errand_open(int channel);

/* Told once, from the loop: fd is the callee's, connected, or connecting; or it
 * is -1 and error an errno (EAGAIN: try again). */
typedef void errand_fn(void *arg, int fd, bool connecting, int error);

/* A connection to the engine of the configuration in force, or of the one before
 * it.  NULL with errno (EAGAIN: try again). */
struct errand;
struct errand *errand_connect(const char *address, errand_fn *fn, void *arg);
void errand_cancel(struct errand *errand);

/* What became of the oldest one; takes fd. */
void errand_told(const struct message *message, int fd);

/* A sieve with these ends of its sockets, which stay the caller's.  Whether it
 * could be started shows on them.  False with errno. */
bool errand_start_sieve(uint32_t number, int data, int control);
void errand_end_sieve(uint32_t number);

/* A new file for the audit log: the old one was removed.  It comes, if it can be
 * had, as MESSAGE_REOPEN. */
void errand_reopen_audit(void);

#endif
