/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "limit.h"
#include "log.h"
#include "net/client.h"
#include "net/clock.h"
#include "net/setup.h"

/* Callers taken in at one turn of the loop, so that the others have theirs. */
#define ACCEPT_TURN 32
/* A handshake takes as long as fifty calls: a few at a time, or those who are in
 * would wait for all of them. */
#define ACCEPT_TURN_TLS 2

bool
gate_is(const struct gate *gate, const struct setup_socket *socket)
{
	return strcmp(socket->key, gate->key) == 0;
}

/* --- letting in ----------------------------------------------------------- */

/* False: nobody is waiting, or nobody can be let in. */
static bool
let_in(struct gate *gate)
{
	json_t *identity = NULL;
	int fd = listener_accept(gate->listener, gate->name, &identity);
	struct timeval tv = clock_timeval(LIMIT_ACCEPT_PAUSE_MS);
	struct tls *tls = NULL;

	if (fd < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (fd < 0 && errno == ECONNABORTED)
		return true;
	if (fd < 0) {
		log_warn("listener %s: accept: %s; pausing", gate->name,
		    strerror(errno));
		(void)event_del(gate->accept);
		(void)event_add(gate->pause, &tv);
		return false;
	}
	if (gate->tls != NULL) {
		tls = tls_new(gate->tls, fd);
		if (tls == NULL ||
		    json_object_set_new(
			identity, "transport", json_string("tls")) != 0) {
			tls_free(tls);
			(void)close(fd);
			json_decref(identity);
			return true;
		}
	}
	if (client_new(gate, fd, tls, identity) == NULL)
		log_warn("listener %s: out of memory", gate->name);
	return true;
}

/* All workers hear of whoever comes, and one that has more than the others
 * leaves him to them, for a moment. */
static bool
defer(struct gate *gate)
{
	struct timeval tv = clock_timeval(LIMIT_DEFER_MS);

	gate->deferred = !gate->deferred && server_has_more(gate->server);
	if (!gate->deferred)
		return false;
	(void)event_del(gate->accept);
	(void)event_add(gate->pause, &tv);
	return true;
}

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct gate *gate = arg;
	int n = 0, most = gate->tls == NULL ? ACCEPT_TURN : ACCEPT_TURN_TLS;

	(void)fd;
	(void)what;
	if (defer(gate))
		return;
	while (n < most && server_is_open(gate->server) && let_in(gate) &&
	    !server_has_more(gate->server))
		n++;
}

static void
on_pause(evutil_socket_t fd, short what, void *arg)
{
	struct gate *gate = arg;

	(void)fd;
	(void)what;
	gate_serve(gate, server_is_open(gate->server));
}

void
gate_serve(struct gate *gate, bool on)
{
	if (gate->listener == NULL)
		return;
	if (on)
		(void)event_add(gate->accept, NULL);
	else
		(void)event_del(gate->accept);
}

/* --- opening and closing -------------------------------------------------- */

struct gate *
gate_ref(struct gate *gate)
{
	gate->refs++;
	return gate;
}

void
gate_unref(struct gate *gate)
{
	if (gate == NULL || --gate->refs > 0)
		return;
	if (gate->accept != NULL)
		event_free(gate->accept);
	if (gate->pause != NULL)
		event_free(gate->pause);
	listener_close(gate->listener);
	tls_context_unref(gate->tls);
	tls_context_unref(gate->next_tls);
	free(gate->name);
	free(gate->host_path);
	free(gate->next_name);
	free(gate->next_host_path);
	free(gate->key);
	free(gate);
}

void
gate_close(struct gate *gate)
{
	(void)event_del(gate->accept);
	(void)event_del(gate->pause);
	listener_close(gate->listener);
	gate->listener = NULL;
	gate_unref(gate);
}

bool
gate_prepare(struct gate *gate, const struct config_listener *settings,
    struct setup_socket *socket, struct errmsg *err)
{
	free(gate->next_name);
	free(gate->next_host_path);
	tls_context_unref(gate->next_tls);
	gate->next_host_path = NULL;
	gate->next_tls = socket->tls;
	socket->tls = NULL;
	gate->next_name = strdup(settings->socket.name);
	if (gate->next_name == NULL)
		return errmsg_nomem(err);
	if (settings->host_path == NULL)
		return true;
	gate->next_host_path = strdup(settings->host_path);
	return gate->next_host_path != NULL || errmsg_nomem(err);
}

void
gate_change(struct gate *gate)
{
	free(gate->name);
	free(gate->host_path);
	tls_context_unref(gate->tls);
	gate->name = gate->next_name;
	gate->host_path = gate->next_host_path;
	gate->tls = gate->next_tls;
	gate->next_name = gate->next_host_path = NULL;
	gate->next_tls = NULL;
}

static bool
make_events(struct gate *gate)
{
	struct event_base *base = gate->server->base;

	gate->accept = event_new(base, listener_fd(gate->listener),
	    EV_READ | EV_PERSIST, on_accept, gate);
	gate->pause = event_new(base, -1, 0, on_pause, gate);
	return gate->accept != NULL && gate->pause != NULL;
}

struct gate *
gate_open(struct server *server, const struct config_listener *settings,
    struct setup_socket *socket, struct errmsg *err)
{
	struct gate *gate = calloc(1, sizeof(*gate));

	(void)errmsg_nomem(err);
	if (gate == NULL)
		return NULL;
	gate->refs = 1;
	gate->server = server;
	gate->key = socket->key;
	gate->listener = socket->listener;
	socket->key = NULL;
	socket->listener = NULL;
	if (gate_prepare(gate, settings, socket, err) && make_events(gate)) {
		gate_change(gate);
		return gate;
	}
	gate_unref(gate);
	return NULL;
}
