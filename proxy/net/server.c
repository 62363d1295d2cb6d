/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server.h"

#include <stdlib.h>

#include "audit.h"
#include "config/config.h"
#include "limit.h"
#include "log.h"
#include "net/client.h"
#include "net/clock.h"
#include "net/engine.h"
#include "net/errand.h"
#include "net/gate.h"
#include "net/pool.h"
#include "net/setup.h"
#include "net/shared.h"
#include "net/spare.h"
#include "privs.h"

#define MINUTE 60000 /* ms */

/* --- clients -------------------------------------------------------------- */

bool
server_is_open(const struct server *server)
{
	return !server->draining && server->nclients < server->max_clients;
}

bool
server_has_more(const struct server *server)
{
	unsigned workers = config_workers(server->config);
	size_t fewest;

	if (workers == 1)
		return false;
	fewest = shared_fewest_clients(server->shared, workers);
	/* Connections that only last for one call come and go unevenly. */
	return server->nclients > fewest + 4 + fewest / 2;
}

static void
serve_gates(struct server *server, bool on)
{
	struct gate *gate;

	TAILQ_FOREACH(gate, &server->gates, entry)
	{
		gate_serve(gate, on);
	}
}

/* Those who do not show who they are may not take the room of those who have:
 * of too many, the one who has had the most time goes. */
static void
limit_newcomers(struct server *server)
{
	struct client *client;

	if (server->nnewcomers <= 1 + server->max_clients / 4)
		return;
	TAILQ_FOREACH(client, &server->clients, entry)
	{
		if (!client->known)
			break;
	}
	if (client != NULL)
		client_close(client, "too many handshakes at once");
}

void
server_know(struct server *server, struct client *client)
{
	server->nnewcomers -= client->known ? 0 : 1;
	client->known = true;
}

bool
server_is_crowded(const struct server *server)
{
	return server->nclients > server->max_clients / 2;
}

void
server_add(struct server *server, struct client *client)
{
	TAILQ_INSERT_TAIL(&server->clients, client, entry);
	server->nclients++;
	shared_set_clients(server->shared, server->index, server->nclients);
	server->nnewcomers += client->known ? 0 : 1;
	limit_newcomers(server);
	if (server->nclients < server->max_clients)
		return;
	serve_gates(server, false);
	/* At the limit every one that leaves lets another in. */
	if (server->told_full != 0 && clock_ms() < server->told_full + MINUTE)
		return;
	server->told_full = clock_ms();
	log_warn("%zu connections: no more are let in", server->nclients);
}

void
server_remove(struct server *server, struct client *client)
{
	bool was_open = server_is_open(server);

	TAILQ_REMOVE(&server->clients, client, entry);
	server->nclients--;
	shared_set_clients(server->shared, server->index, server->nclients);
	server->nnewcomers -= client->known ? 0 : 1;
	spare_look(server->spare);
	if (!was_open && server_is_open(server))
		serve_gates(server, true);
	if (server->draining && server->nclients == 0)
		(void)event_base_loopexit(server->base, NULL);
}

bool
server_admits(const struct server *server, const struct caller *caller)
{
	return callers_count(&server->callers, caller) <=
	    (size_t)config_limits(server->config)->connections_per_caller;
}

static void
close_clients(struct server *server, bool idle_only, const char *reason)
{
	struct client *client = TAILQ_FIRST(&server->clients), *next;

	for (; client != NULL; client = next) {
		next = TAILQ_NEXT(client, entry);
		if (!idle_only || client->exchange == NULL)
			client_close(client, reason);
	}
}

/* --- draining ------------------------------------------------------------- */

static void
close_gates(struct server *server)
{
	struct gate *gate;

	while ((gate = TAILQ_FIRST(&server->gates)) != NULL) {
		TAILQ_REMOVE(&server->gates, gate, entry);
		gate_close(gate);
	}
}

static void
on_drain_timer(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	log_info("%zu connections did not end in time", server->nclients);
	(void)event_base_loopexit(server->base, NULL);
}

void
server_drain(struct server *server)
{
	struct timeval tv = clock_timeval(
	    config_timeouts(server->config)->drain);

	if (server->draining) {
		(void)event_base_loopexit(server->base, NULL);
		return;
	}
	server->draining = true;
	close_gates(server);
	close_clients(server, true, "shutting down");
	log_info("draining: %zu calls are running", server->nclients);
	if (server->nclients == 0)
		(void)event_base_loopexit(server->base, NULL);
	else
		(void)event_add(server->drain_timer, &tv);
}

void
server_lost_engine(struct server *server)
{
	engine_forget(server->engine);
	pool_clear(server->pool);
}

/* --- the audit log -------------------------------------------------------- */

static void
flush(struct server *server)
{
	struct errmsg err;

	if (!audit_flush(server->audit, &err))
		log_error("%s", err.text);
}

static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

/* Behind all that this turn of the loop has to do anyway. */
static void
on_audit_pending(void *arg)
{
	struct server *server = arg;

	event_active(server->flush, EV_TIMEOUT, 0);
}

static void
on_audit_lost(void *arg)
{
	(void)arg;
	errand_reopen_audit();
}

void
server_use_audit(struct server *server, struct audit *audit)
{
	if (server->audit != NULL) {
		flush(server);
		audit_on_pending(server->audit, NULL, NULL);
	}
	server->audit = audit;
	audit_share_tears(audit, shared_tears(server->shared));
	audit_on_pending(audit, on_audit_pending, server);
	audit_on_lost(audit, on_audit_lost, server);
}

void
server_move_audit(struct server *server, int fd)
{
	flush(server);
	audit_take_fd(server->audit, fd);
}

/* --- memory --------------------------------------------------------------- */

static void
on_spare(void *arg)
{
	struct server *server = arg;

	stock_clear(&server->exchanges);
	stock_clear(&server->hearings);
}

/* --- beginning and ending ------------------------------------------------- */

static bool
open_gates(struct server *server, struct setup *setup, struct errmsg *err)
{
	struct gate *gate;

	for (size_t i = 0; i < setup->nsockets; i++) {
		gate = gate_open(server, config_listener(setup->config, i),
		    &setup->sockets[i], err);
		if (gate == NULL)
			return false;
		TAILQ_INSERT_TAIL(&server->gates, gate, entry);
	}
	return true;
}

/* Each caller's connection may need one to the engine.  Who comes when one
 * worker is full, another lets in. */
void
server_set_room(struct server *server)
{
	size_t workers = config_workers(server->config);
	size_t most = ((size_t)config_limits(server->config)->connections +
			  workers - 1) /
	    workers;
	size_t files = privs_raise_files();
	size_t room = files < LIMIT_FD_RESERVE + 2
	    ? 1
	    : (files - LIMIT_FD_RESERVE) / 2;

	server->max_clients = room < most ? room : most;
	if (room < most)
		log_warn("only %zu descriptors: %zu connections instead of %zu",
		    files, room, most);
	serve_gates(server, server_is_open(server));
}

static bool
begin(struct server *server, struct setup *setup, struct errmsg *err)
{
	const struct config *config = setup->config;

	(void)errmsg_nomem(err);
	server->base = event_base_new();
	if (server->base == NULL)
		return false;
	server->pool = pool_new(server->base);
	if (server->pool == NULL)
		return false;
	server->drain_timer = event_new(
	    server->base, -1, 0, on_drain_timer, server);
	server->engine = engine_new(server->base, server->pool,
	    config_upstream(config), config_timeouts(config)->connect);
	server->flush = event_new(server->base, -1, 0, on_flush, server);
	server->spare = spare_new(server->base, on_spare, server);
	if (server->drain_timer == NULL || server->engine == NULL ||
	    server->flush == NULL || server->spare == NULL)
		return false;
	return open_gates(server, setup, err);
}

bool
server_begin(struct server *server, struct setup *setup, struct errmsg *err)
{
	bool begun;

	TAILQ_INIT(&server->gates);
	TAILQ_INIT(&server->clients);
	callers_init(&server->callers, server->shared, server->index);
	server->config = config_ref(setup->config);
	server_use_audit(server, setup->audit);
	setup->audit = NULL;
	begun = begin(server, setup, err);
	setup_free(setup);
	return begun;
}

void
server_serve(struct server *server)
{
	server_set_room(server);
	(void)event_base_dispatch(server->base);
}

void
server_end(struct server *server)
{
	close_gates(server);
	close_clients(server, false, "shutting down");
	if (server->drain_timer != NULL)
		event_free(server->drain_timer);
	if (server->audit != NULL)
		audit_on_pending(server->audit, NULL, NULL);
	if (server->flush != NULL)
		event_free(server->flush);
	spare_free(server->spare);
	pool_free(server->pool);
	/* What was closed is freed from the loop: one last turn of it. */
	if (server->base != NULL) {
		(void)event_base_loop(server->base, EVLOOP_NONBLOCK);
		event_base_free(server->base);
	}
	on_spare(server);
	engine_free(server->engine);
	audit_close(server->audit);
	config_unref(server->config);
}
