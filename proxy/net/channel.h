/* SPDX-License-Identifier: Apache-2.0 */
/*
 * channel -- what the supervisor and a worker say to each other, on a pair of
 * sockets that keeps messages whole (SOCK_SEQPACKET), with descriptors.
 *
 * A worker asks for what it may not do itself: a connection to the engine, a
 * sieve, a new file for the audit log.  Which address and which program that is, the configuration says, so
 * whoever breaks into a worker can have nothing but those.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_kind {
	MESSAGE_NONE = 0,
	/* From a worker: */
	MESSAGE_READY, /* it serves; or, after MESSAGE_RELOAD, does as told */
	MESSAGE_FAILED, /* it cannot; the text says why */
	MESSAGE_CONNECT, /* to the engine; the text says which, of two at most */
	MESSAGE_SIEVE, /* start sieve `number`, with both descriptors */
	MESSAGE_SIEVE_END, /* end sieve `number` */
	MESSAGE_LOST, /* the audit log's file was removed: MESSAGE_REOPEN? */
	/* To a worker: */
	MESSAGE_CONNECTED, /* the descriptor, or `number` is an errno */
	MESSAGE_CONNECTING, /* the descriptor, soon connected */
	MESSAGE_RELOAD, /* net/setup.h */
	MESSAGE_REOPEN, /* the audit log's new descriptor */
	MESSAGE_DRAIN, /* and, said again, end at once */
};

#define MESSAGE_FDS 250 /* the kernel's most, SCM_MAX_FD, is 253 */

struct message {
	uint32_t kind, number;
	char text[248];
};

/* Two ends, non-blocking and closed on exec.  False with errno. */
bool channel_pair(int ends[2]);

/* Send a message, and copies of n descriptors.  False with errno (EAGAIN: the
 * other side does not listen). */
bool channel_send(
    int fd, const struct message *message, const int *fds, size_t n);

/* Say one thing, with one descriptor or, if it is -1, none. */
bool channel_say(int fd, enum message_kind kind, uint32_t number, int with);

enum channel_result {
	CHANNEL_ENDED =
	    0, /* the other side is gone, or not what it should be */
	CHANNEL_EMPTY,
	CHANNEL_MESSAGE,
};

/* The next message; its descriptors, at most size, become the caller's: all of
 * them or, where we may have no more, none.  A message with too many, or of
 * another length, ends the channel. */
enum channel_result channel_receive(
    int fd, struct message *message, int *fds, size_t size, size_t *n);

#endif
