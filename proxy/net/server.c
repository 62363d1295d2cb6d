/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "config/config.h"
#include "limits.h"
#include "log.h"
#include "net/client.h"
#include "net/clock.h"
#include "net/engine.h"
#include "net/gate.h"
#include "net/reload.h"
#include "privs.h"

#define MINUTE 60000 /* ms */

/* --- clients -------------------------------------------------------------- */

bool
server_is_open(const struct server *server)
{
	return !server->draining && server->nclients < server->max_clients;
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

void
server_add(struct server *server, struct client *client)
{
	TAILQ_INSERT_TAIL(&server->clients, client, entry);
	server->nclients++;
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
	if (!was_open && server_is_open(server))
		serve_gates(server, true);
	if (server->draining && server->nclients == 0)
		(void)event_base_loopexit(server->base, NULL);
}

bool
server_has_room(const struct server *server, const char *caller)
{
	long long n = 0;
	const struct client *client;

	TAILQ_FOREACH(client, &server->clients, entry)
	{
		n += strcmp(client->caller, caller) == 0 ? 1 : 0;
	}
	return n <= config_limits(server->config)->connections_per_caller;
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

/* --- signals -------------------------------------------------------------- */

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

/* Let nobody in, let what runs end, for a while. */
static void
drain(struct server *server)
{
	struct timeval tv = clock_timeval(
	    config_timeouts(server->config)->drain);

	if (server->draining) {
		log_info("told to end at once");
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

static void
reopen_audit(struct server *server)
{
	struct errmsg err;

	if (audit_reopen(server->audit, &err))
		log_info("the audit log was reopened");
	else
		log_error("the audit log was not reopened: %s", err.text);
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct server *server = arg;

	(void)what;
	if (number == SIGHUP)
		reload(server);
	else if (number == SIGUSR1)
		reopen_audit(server);
	else
		drain(server);
}

static bool
watch_signals(struct server *server)
{
	static const int numbers[SERVER_SIGNALS] = {
	    SIGHUP, SIGUSR1, SIGTERM, SIGINT};

	/* Writing to a peer that has left, or past a file size limit, is an
	 * error like any other. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < SERVER_SIGNALS; i++) {
		server->signals[i] = evsignal_new(
		    server->base, numbers[i], on_signal, server);
		if (server->signals[i] == NULL ||
		    event_add(server->signals[i], NULL) != 0)
			return false;
	}
	return true;
}

/* --- beginning and ending ------------------------------------------------- */

static bool
open_gates(struct server *server, struct errmsg *err)
{
	struct gate *gate;

	for (size_t i = 0; i < config_nlisteners(server->config); i++) {
		gate = gate_open(
		    server, config_listener(server->config, i), err);
		if (gate == NULL)
			return false;
		TAILQ_INSERT_TAIL(&server->gates, gate, entry);
	}
	return true;
}

/* Each caller's connection may need one to the engine. */
void
server_set_room(struct server *server)
{
	size_t most = (size_t)config_limits(server->config)->connections;
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
begin(struct server *server, struct errmsg *err)
{
	const struct config *config = server->config;

	(void)errmsg_nomem(err);
	server->base = event_base_new();
	if (server->base == NULL)
		return false;
	server->drain_timer = event_new(
	    server->base, -1, 0, on_drain_timer, server);
	server->engine = engine_new(server->base, config_upstream(config),
	    config_timeouts(config)->connect);
	if (server->drain_timer == NULL || server->engine == NULL ||
	    !watch_signals(server))
		return false;
	server_set_room(server);
	server->audit = audit_open(config_audit(config)->path, err);
	if (server->audit == NULL)
		return errmsg_prefix(err, "audit");
	return open_gates(server, err) && privs_drop(config_user(config), err);
}

static void
end(struct server *server)
{
	sigset_t all;

	/* We end already: another signal must not make a crash of it. */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	close_gates(server);
	close_clients(server, false, "shutting down");
	for (size_t i = 0; i < SERVER_SIGNALS; i++) {
		if (server->signals[i] != NULL)
			event_free(server->signals[i]);
	}
	if (server->drain_timer != NULL)
		event_free(server->drain_timer);
	/* What was closed is freed from the loop: one last turn of it. */
	if (server->base != NULL) {
		(void)event_base_loop(server->base, EVLOOP_NONBLOCK);
		event_base_free(server->base);
	}
	engine_free(server->engine);
	audit_close(server->audit);
	config_unref(server->config);
}

static void
announce(struct server *server)
{
	for (size_t i = 0; i < config_nlisteners(server->config); i++)
		log_info("listening on %s",
		    config_listener(server->config, i)->socket.address);
	log_info("ready: guarding %s", config_upstream(server->config)->text);
}

bool
server_run(const char *config_path, struct config *config, struct errmsg *err)
{
	struct server server = {.config_path = config_path, .config = config};
	bool begun;

	TAILQ_INIT(&server.gates);
	TAILQ_INIT(&server.clients);
	log_set_level((enum log_level)config_log_level(config));
	begun = begin(&server, err);
	if (begun) {
		serve_gates(&server, true);
		announce(&server);
		(void)event_base_dispatch(server.base);
		log_info("ended");
	}
	end(&server);
	return begun;
}
