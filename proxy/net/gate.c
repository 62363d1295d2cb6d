/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "limits.h"
#include "log.h"
#include "net/client.h"
#include "net/clock.h"

/* Callers taken in at one turn of the loop, so that the others have theirs. */
#define ACCEPT_TURN 32

/* What a gate is told by. */
static char *
key_of(const struct config_listener *settings)
{
	const struct listener_settings *socket = &settings->socket;
	char *key = NULL;

	if (asprintf(&key, "%s owner=%s group=%s mode=%o", socket->address,
		socket->owner == NULL ? "" : socket->owner,
		socket->group == NULL ? "" : socket->group,
		(unsigned)socket->mode) < 0)
		return NULL;
	return key;
}

bool
gate_is(const struct gate *gate, const struct config_listener *settings)
{
	char *key = key_of(settings);
	bool same = key != NULL && strcmp(key, gate->key) == 0;

	free(key);
	return same;
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

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct gate *gate = arg;
	int n = 0;

	(void)fd;
	(void)what;
	while (n < ACCEPT_TURN && server_is_open(gate->server) && let_in(gate))
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

/* For sockets whose address the configuration does not say, because a service
 * manager opened them; for the others it has been checked before. */
static bool
fits(const struct listener *listener, const struct config_listener *settings,
    struct errmsg *err)
{
	if (listener_is_unix(listener) && settings->has_tls)
		return errmsg_set(err, "a unix socket has no TLS");
	return settings->has_tls || settings->plain_tcp != NULL ||
	    listener_is_local(listener) ||
	    errmsg_set(err, "TCP beyond loopback needs TLS");
}

bool
gate_prepare(struct gate *gate, const struct config_listener *settings,
    struct errmsg *err)
{
	free(gate->next_name);
	free(gate->next_host_path);
	tls_context_unref(gate->next_tls);
	gate->next_host_path = NULL;
	gate->next_tls = NULL;
	gate->next_name = strdup(settings->socket.name);
	if (gate->next_name == NULL)
		return errmsg_nomem(err);
	if (gate->listener != NULL && !fits(gate->listener, settings, err))
		return errmsg_prefix(err, "listener \"%s\"", gate->next_name);
	if (settings->host_path != NULL) {
		gate->next_host_path = strdup(settings->host_path);
		if (gate->next_host_path == NULL)
			return errmsg_nomem(err);
	}
	if (settings->has_tls) {
		gate->next_tls = tls_context_new(&settings->tls, err);
		if (gate->next_tls == NULL)
			return errmsg_prefix(
			    err, "listener \"%s\"", settings->socket.name);
	}
	return true;
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
    struct errmsg *err)
{
	struct gate *gate = calloc(1, sizeof(*gate));

	(void)errmsg_nomem(err);
	if (gate == NULL)
		return NULL;
	gate->refs = 1;
	gate->server = server;
	gate->key = key_of(settings);
	if (gate->key == NULL || !gate_prepare(gate, settings, err))
		goto fail;
	gate_change(gate);
	gate->listener = listener_open(&settings->socket, err);
	if (gate->listener == NULL || !fits(gate->listener, settings, err)) {
		(void)errmsg_prefix(err, "listener \"%s\"", gate->name);
		goto fail;
	}
	(void)errmsg_nomem(err);
	if (!make_events(gate))
		goto fail;
	return gate;

fail:
	gate_unref(gate);
	return NULL;
}
