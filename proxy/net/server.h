/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server -- what a worker serves with: the loop, listeners and clients, the
 * policy in force, the audit log.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "errmsg.h"
#include "net/callers.h"
#include "net/stock.h"

struct audit;
struct client;
struct config;
struct engine;
struct gate;
struct pool;
struct setup;
struct shared;
struct spare;

TAILQ_HEAD(client_list, client);
TAILQ_HEAD(gate_list, gate);

struct server {
	struct event_base *base;
	struct config
	    *config; /* in force; a call keeps the one it began with */
	struct audit *audit;
	struct engine *engine; /* what we know of the daemon */
	struct pool *pool; /* of connections to it */
	struct shared *shared; /* with the other workers, of which */
	unsigned index; /* it is this one */
	struct gate_list gates; /* listeners, accepting */
	struct client_list clients;
	struct callers callers; /* how many each has */
	size_t nclients, max_clients;
	size_t nnewcomers; /* of them, who have not shown who they are */
	long long
	    told_full; /* when the log last said that it is full; 0: never */
	bool draining;
	struct event *drain_timer;
	struct event *flush; /* of the audit log */
	struct spare *spare;
	struct stock exchanges, hearings; /* their memory */
};

/* Get ready to serve; takes setup.  shared and index are set.  False with the
 * reason; server_end() is due all the same. */
MUST_CHECK bool server_begin(
    struct server *server, struct setup *setup, struct errmsg *err);

/* Serve until told to end. */
void server_serve(struct server *server);

/* Let nobody in, let what runs end, for a while; said again, end at once. */
void server_drain(struct server *server);

void server_end(struct server *server);

/* Records go there from now on, or into another file of the same name; those
 * that wait go where they were meant to.  audit is taken, and the one before is
 * the caller's again; fd is taken. */
void server_use_audit(struct server *server, struct audit *audit);
void server_move_audit(struct server *server, int fd);

/* The engine does not answer, or is another one: what is known of it, and
 * connections to it, are of no use. */
void server_lost_engine(struct server *server);

/* Has the caller no more connections than he may have? */
bool server_admits(const struct server *server, const struct caller *caller);

/* Is so much of the room taken that nobody may stay for politeness? */
bool server_is_crowded(const struct server *server);

/* Are callers let in?  Not when draining or full. */
bool server_is_open(const struct server *server);

/* Has this worker more callers than another one, by more than chance? */
bool server_has_more(const struct server *server);

/* Take the limit on connections from the configuration, as far as there are
 * descriptors for them, and let callers in, or no more. */
void server_set_room(struct server *server);

/* A client has come or gone. */
void server_add(struct server *server, struct client *client);
void server_remove(struct server *server, struct client *client);

/* A client has shown who it is. */
void server_know(struct server *server, struct client *client);

#endif
