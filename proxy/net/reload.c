/* SPDX-License-Identifier: Apache-2.0 */
#include "net/reload.h"

#include <string.h>

#include "audit.h"
#include "config/config.h"
#include "log.h"
#include "net/client.h"
#include "net/engine.h"
#include "net/gate.h"
#include "net/io.h"
#include "net/server.h"
#include "net/tls.h"

/* Everything that is made before anything is changed. */
struct change {
	struct config *config;
	struct audit *audit; /* NULL: as it is */
	struct gate_list opened; /* gates that are new */
};

/* --- the new configuration ------------------------------------------------ */

static void
log_problem(void *arg, bool warning, const char *line)
{
	(void)arg;
	if (warning)
		log_warn("%s", line);
	else
		log_error("%s", line);
}

static struct config *
load(struct server *server)
{
	struct problems problems;
	struct config *config;
	bool unreadable;

	problems_init(&problems, server->config_path);
	config = config_load(server->config_path, &problems, &unreadable);
	problems_tell(&problems, log_problem, NULL);
	problems_done(&problems);
	return config;
}

/* --- preparing ------------------------------------------------------------ */

static struct gate *
find_gate(struct server *server, const struct config_listener *settings)
{
	struct gate *gate;

	TAILQ_FOREACH(gate, &server->gates, entry)
	{
		if (!gate->wanted && gate_is(gate, settings))
			return gate;
	}
	return NULL;
}

static bool
prepare_gate(struct server *server, struct change *change,
    const struct config_listener *settings, struct errmsg *err)
{
	struct gate *gate = find_gate(server, settings);

	if (gate != NULL) {
		gate->wanted = true;
		return gate_prepare(gate, settings, err);
	}
	gate = gate_open(server, settings, err);
	if (gate == NULL)
		return false;
	TAILQ_INSERT_TAIL(&change->opened, gate, entry);
	return true;
}

static bool
prepare(struct server *server, struct change *change, struct errmsg *err)
{
	const char *audit = config_audit(change->config)->path;
	struct gate *gate;

	TAILQ_FOREACH(gate, &server->gates, entry)
	{
		gate->wanted = false;
	}
	for (size_t i = 0; i < config_nlisteners(change->config); i++) {
		if (!prepare_gate(server, change,
			config_listener(change->config, i), err))
			return false;
	}
	if (strcmp(audit, config_audit(server->config)->path) == 0)
		return true;
	change->audit = audit_open(audit, err);
	return change->audit != NULL;
}

static void
forget(struct change *change)
{
	struct gate *gate;

	while ((gate = TAILQ_FIRST(&change->opened)) != NULL) {
		TAILQ_REMOVE(&change->opened, gate, entry);
		gate_close(gate);
	}
	audit_close(change->audit);
	config_unref(change->config);
}

/* --- changing: nothing here can fail -------------------------------------- */

static void
change_gates(struct server *server, struct change *change)
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
	while ((gate = TAILQ_FIRST(&change->opened)) != NULL) {
		TAILQ_REMOVE(&change->opened, gate, entry);
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

/* Root is given up once. */
static void
warn_of_user(const struct config *old, const struct config *new)
{
	const char *was = config_user(old), *is = config_user(new);

	if (strcmp(was == NULL ? "" : was, is == NULL ? "" : is) != 0)
		log_warn("another user takes a restart");
}

static void
apply(struct server *server, struct change *change)
{
	struct config *old = server->config;

	warn_of_user(old, change->config);
	change_gates(server, change);
	if (change->audit != NULL) {
		audit_close(server->audit);
		server->audit = change->audit;
	}
	server->config = change->config;
	log_set_level((enum log_level)config_log_level(server->config));
	engine_move(server->engine, config_upstream(server->config),
	    config_timeouts(server->config)->connect);
	server_set_room(server);
	config_unref(old);
	cut_off(server);
}

void
reload(struct server *server)
{
	struct change change = {0};
	struct errmsg err;

	if (server->config_path == NULL || server->draining) {
		log_warn("nothing to reload: %s",
		    server->draining ? "draining" : "there is no file");
		return;
	}
	TAILQ_INIT(&change.opened);
	change.config = load(server);
	if (change.config == NULL) {
		log_error("not reloaded; the old configuration stays");
		return;
	}
	if (!prepare(server, &change, &err)) {
		log_error(
		    "not reloaded; the old configuration stays: %s", err.text);
		forget(&change);
		return;
	}
	apply(server, &change);
	log_info("reloaded");
}
