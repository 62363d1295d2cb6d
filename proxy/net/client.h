/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client -- one connection of a caller: who it is, and its calls one after the
 * other.  Bytes that come ahead of their turn wait in its buffer, bounded.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <jansson.h>
#include <sys/queue.h>

#include "net/server.h"
#include "net/timer.h"

struct caller;
struct exchange;
struct io;
struct tier;
struct tls;

/* Thousands may be idle, so it is small. */
struct client {
	TAILQ_ENTRY(client) entry;
	struct server *server;
	struct io *io;
	json_t *identity;
	/* Who that is by the configuration of this serial; 0: not asked yet. */
	unsigned long long known_by;
	const struct tier *tier; /* NULL: nobody */
	const char *team;
	char *identity_text; /* as JSON, for records; NULL: not made yet */
	struct gate *gate; /* where it came in; kept */
	struct caller *caller; /* counted with; NULL: has not shown who it is */
	bool known; /* it has shown who it is */
	bool io_given; /* to a tunnel; still to be looked at */
	bool in_head; /* of the next call there is a byte, and a deadline */
	struct exchange *exchange; /* the call in progress, or NULL */
	struct timer timer; /* of its exchange, while it has one */
};

/* Takes fd, tls (may be NULL) and identity, keeps gate.  NULL: out of memory;
 * all taken is gone. */
struct client *client_new(
    struct gate *gate, int fd, struct tls *tls, json_t *identity);

/* Who it is, as JSON text; NULL when out of memory. */
const char *client_identity_text(struct client *client);

/* Its call may take days: let go of what can be made anew. */
void client_rest(struct client *client);

/* The call is over.  keep: the connection may carry another one. */
void client_next(struct client *client, bool keep);

/* The io now belongs to a tunnel, which will close it. */
void client_give_io(struct client *client);

/* End it, with whatever call is in progress. */
void client_close(struct client *client, const char *reason);

#endif
