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

struct exchange;
struct io;
struct tls;

struct client {
	TAILQ_ENTRY(client) entry;
	struct server *server;
	struct io *io;
	json_t *identity;
	struct gate *gate; /* where it came in; closed gates stay while needed */
	const char *socket_path; /* of its listener on the host, or NULL */
	struct tls_context *tls_context; /* in force now */
	struct exchange *exchange; /* the call in progress, or NULL */
	struct event *timer;
	long long head_deadline; /* 0: no byte of the next head yet */
	char caller[80];         /* whose connection limit it counts against */
};

/* Takes fd and identity.  tls may be NULL.  NULL: out of memory; all taken is
 * gone. */
struct client *client_new(struct server *server, int fd, struct tls *tls,
    json_t *identity, const char *socket_path);

/* The call is over.  keep: the connection may carry another one. */
void client_next(struct client *client, bool keep);

/* The io has been given away (to a tunnel), which will end the exchange. */
void client_give_io(struct client *client);

/* End it, with whatever call is in progress. */
void client_close(struct client *client, const char *reason);

#endif
