/* SPDX-License-Identifier: Apache-2.0 */
#include "net/reload.h"

#include <string.h>

#include "audit.h"
#include "config/config.h"
#include "log.h"
#include "net/client.h"
#include "net/engine.h"
#include "net/gate.h"
#include "net/pool.h"
#include "net/io.h"
#include "net/server.h"
#include "net/setup.h"
#include "net/tls.h"

/* --- preparing ------------------------------------------------------------ */

static struct gate *
find_gate(struct server *server, const struct setup_socket *socket)
{
	struct gate *gate;

	TAILQ_FOREACH(gate, &server->gates, entry)
	{
		if (!gate->wanted && gate_is(gate, socket))
			return gate;
	}
	return NULL;
}

static bool
prepare_gate(struct server *server, struct gate_list *opened,
    const struct config_listener *settings, struct setup_socket *socket,
    struct errmsg *err)
{
	struct gate *gate = find_gate(server, socket);

	if (gate != NULL) {
		gate->wanted = true;
		return gate_prepare(gate, settings, socket, err);
	}
	gate = gate_open(server, settings, socket, err);
	if (gate == NULL)
		return false;
	TAILQ_INSERT_TAIL(opened, gate, entry);
	return true;
}

/* Everything that can fail. */
static bool
prepare(struct server *server, struct gate_list *opened, struct setup *setup,
    struct errmsg *err)
{
	struct gate *gate;

	TAILQ_FOREACH(gate, &server->gates, entry)
	{
		gate->wanted = false;
	}
	for (size_t i = 0; i < setup->nsockets; i++) {
		if (!prepare_gate(server, opened,
			config_listener(setup->config, i), &setup->sockets[i],
			err))
			return false;
	}
	return true;
}

static void
forget(struct gate_list *opened)
{
	struct gate *gate;

	while ((gate = TAILQ_FIRST(opened)) != NULL) {
		TAILQ_REMOVE(opened, gate, entry);
		gate_close(gate);
	}
}

/* --- changing: nothing here can fail -------------------------------------- */

static void
change_gates(struct server *server, struct gate_list *opened)
{
	struct gate *gate = TAILQ_FIRST(&server->gates), *next;

	for (; gate != NULL; gate = next) {
		next = TAILQ_NEXT(gate, entry);
		if (gate->wanted) {
			gate_change(gate);
			continue;
		}
		TAILQ_REMOVE(&server->gates, gate, entry);
		gate_close(gate);
	}
	while ((gate = TAILQ_FIRST(opened)) != NULL) {
		TAILQ_REMOVE(opened, gate, entry);
		TAILQ_INSERT_TAIL(&server->gates, gate, entry);
	}
}

/* Whoever came with a certificate that is revoked or of another CA by now. */
static void
cut_off(struct server *server)
{
	struct client *client = TAILQ_FIRST(&server->clients), *next;
	struct errmsg err;

	for (; client != NULL; client = next) {
		struct tls *tls = io_tls(client->io);

		next = TAILQ_NEXT(client, entry);
		if (tls != NULL &&
		    json_object_get(client->identity, "certificate") != NULL &&
		    (client->gate->tls == NULL ||
			!tls_still_valid(tls, client->gate->tls, &err)))
			client_close(client, "the certificate does not hold");
	}
}

static void
apply(struct server *server, struct gate_list *opened, struct setup *setup)
{
	struct config *old = server->config;

	change_gates(server, opened);
	if (!config_audit_is_same(old, setup->config)) {
		struct audit *audit = server->audit;

		server_use_audit(server, setup->audit);
		setup->audit = audit;
	}
	server->config = config_ref(setup->config);
	log_set_level((enum log_level)config_log_level(server->config));
	engine_move(server->engine, config_upstream(server->config),
	    config_timeouts(server->config)->connect);
	pool_clear(server->pool);
	server_set_room(server);
	config_unref(old);
	cut_off(server);
}

bool
reload(struct server *server, struct setup *setup, struct errmsg *err)
{
	struct gate_list opened = TAILQ_HEAD_INITIALIZER(opened);
	bool prepared = prepare(server, &opened, setup, err);

	if (prepared)
		apply(server, &opened, setup);
	else
		forget(&opened);
	setup_free(setup);
	return prepared;
}
