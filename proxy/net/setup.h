/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setup -- everything that a configuration opens: sockets, certificates, the
 * audit log.  The supervisor makes it, all of it or nothing; a worker is born
 * with it, or is sent it, and opens nothing itself.
 */
#ifndef NET_SETUP_H
#define NET_SETUP_H

#include <stddef.h>

#include "errmsg.h"

struct audit;
struct config;
struct listener;
struct tls_context;

struct setup_socket {
	char *key; /* what it is told by when the configuration changes */
	struct listener *listener;
	struct tls_context *tls; /* NULL: plain */
};

struct setup {
	struct config *config;
	struct audit *audit;
	size_t nsockets;
	struct setup_socket *sockets; /* as config_listener() has them */
};

/* Takes config; shares what stays with old, which may be NULL.  NULL with the
 * reason, and old is as it was. */
struct setup *setup_open(
    struct config *config, struct setup *old, struct errmsg *err);

/* Closes what no other setup shares.  NULL is nothing. */
void setup_free(struct setup *setup);

/* Listen no more. */
void setup_close_sockets(struct setup *setup);

/* The socket files are another process's to remove. */
void setup_disown(struct setup *setup);

/* All of it as one descriptor, with the files that were read since
 * files_remember(); -1 with the reason. */
int setup_pack(const struct setup *setup, struct errmsg *err);

/* Send it; packed as above, which stays the caller's.  False with errno. */
bool setup_send(const struct setup *setup, int channel, int packed);

/* What was sent: takes the descriptors.  NULL with the reason. */
struct setup *setup_receive(int *fds, size_t n, struct errmsg *err);

#endif
