/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server -- the running program: the loop, its listeners and clients, the
 * policy in force, the audit log, and what the signals do to them.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "errmsg.h"

struct audit;
struct client;
struct config;
struct engine;
struct gate;

TAILQ_HEAD(client_list, client);
TAILQ_HEAD(gate_list, gate);

#define SERVER_SIGNALS 4

struct server {
	struct event_base *base;
	struct config
	    *config; /* in force; a call keeps the one it began with */
	const char *config_path; /* NULL: made from flags, cannot be reloaded */
	struct audit *audit;
	struct engine *engine; /* what we know of the daemon */
	struct gate_list gates; /* listeners, accepting */
	struct client_list clients;
	size_t nclients, max_clients;
	long long
	    told_full; /* when the log last said that it is full; 0: never */
	bool draining;
	struct event *signals[SERVER_SIGNALS];
	struct event *drain_timer;
};

/*
 * Listen, serve until told to end, clean up.  Takes config; config_path is
 * where SIGHUP reads it again.  SIGHUP reloads (all or nothing), SIGUSR1
 * reopens the audit log, SIGTERM and SIGINT drain, a second one ends at once.
 * False with the reason if it could not begin.
 */
MUST_CHECK bool server_run(
    const char *config_path, struct config *config, struct errmsg *err);

/* Is there room for one more client of this caller? */
bool server_has_room(const struct server *server, const char *caller);

/* Are callers let in?  Not when draining or full. */
bool server_is_open(const struct server *server);

/* Take the limit on connections from the configuration, as far as there are
 * descriptors for them, and let callers in, or no more. */
void server_set_room(struct server *server);

/* A client has come or gone. */
void server_add(struct server *server, struct client *client);
void server_remove(struct server *server, struct client *client);

#endif
