/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener -- a socket that callers connect to.
 *
 * A unix socket has its owner and mode before anyone can connect to it; a stale
 * file is removed, a live one is not.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include <jansson.h>
#include <sys/types.h>

#include "net/address.h"

struct listener_settings {
	const char *name;
	const char *address; /* unix://, tcp:// or systemd:NAME */
	const char *owner, *group; /* NULL: whoever runs us */
	mode_t mode;
};

struct listener;

/* Opens it; systemd:NAME takes the descriptor of that name from LISTEN_FDS.
 * NULL with the reason. */
struct listener *listener_open(
    const struct listener_settings *settings, struct errmsg *err);

/* One that another process opened; takes fd. */
struct listener *listener_from_fd(int fd, struct errmsg *err);

/* One more who will close it. */
struct listener *listener_ref(struct listener *listener);

/* The last one closes it, and removes the socket file if it is still ours. */
void listener_close(struct listener *listener);

/* The socket file is another process's to remove. */
void listener_disown(struct listener *listener);

int listener_fd(const struct listener *listener);
bool listener_is_unix(const struct listener *listener);
/* Can nobody connect but from this host? */
bool listener_is_local(const struct listener *listener);

/* The next caller's socket, non-blocking, or -1 with errno.  *identity is what
 * is known before any TLS (include/identity.h), new; of callers on unix sockets not
 * to be changed. */
int listener_accept(
    struct listener *listener, const char *name, json_t **identity);

#endif
