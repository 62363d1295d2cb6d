/* SPDX-License-Identifier: Apache-2.0 */
#include "net/client.h"

#include <stdlib.h>
#include <unistd.h>

#include "config/config.h"
#include "http/head.h"
#include "limit.h"
#include "log.h"
#include "net/callers.h"
#include "net/clock.h"
#include "net/exchange.h"
#include "net/gate.h"
#include "net/io.h"
#include "net/tls.h"

static void step(struct client *client);

void
client_close(struct client *client, const char *reason)
{
	log_debug("%s: connection closed%s%s", caller_name(client->caller),
	    *reason == '\0' ? "" : ": ", reason);
	server_remove(client->server, client);
	exchange_close(client->exchange, reason);
	if (!client->io_given)
		io_close(client->io);
	timer_done(&client->timer);
	json_decref(client->identity);
	free(client->identity_text);
	callers_leave(&client->server->callers, client->caller);
	gate_unref(client->gate);
	free(client);
}

const char *
client_identity_text(struct client *client)
{
	if (client->identity_text == NULL)
		client->identity_text = json_dumps(
		    client->identity, JSON_COMPACT | JSON_ENSURE_ASCII);
	return client->identity_text;
}

void
client_rest(struct client *client)
{
	free(client->identity_text);
	client->identity_text = NULL;
}

static void
on_timer(void *arg)
{
	struct client *client = arg;

	if (client->exchange != NULL) {
		exchange_on_timer(client->exchange);
		return;
	}
	if (client->in_head) {
		exchange_refuse(
		    client, 408, "the request head did not arrive in time");
		return;
	}
	client_close(client, "idle");
}

/* The handshake is done, if there was one: now we know who it is. */
static bool
learn_identity(struct client *client)
{
	struct tls *tls = io_tls(client->io);

	if (tls != NULL &&
	    json_object_set_new(
		client->identity, "certificate", tls_identity(tls)) != 0)
		return false;
	client->caller = callers_join(
	    &client->server->callers, client->identity);
	if (client->caller == NULL)
		return false;
	free(client->identity_text);
	client->identity_text = NULL;
	client->known_by = 0;
	server_know(client->server, client);
	return true;
}

/* A handshake that fails is no call and has no record, but whoever set up the
 * certificates wants to know. */
static void
tell_handshake(const struct client *client)
{
	const json_t *id = client->identity;
	struct gate *gate = client->gate;
	unsigned kept_back;

	if (io_tls(client->io) == NULL ||
	    json_object_get(id, "certificate") != NULL ||
	    !log_ration_take(&gate->complaints, clock_ms() / 1000, &kept_back))
		return;
	if (kept_back > 0)
		log_info("listener %s: no TLS with %u others", gate->name,
		    kept_back);
	log_info("listener %s: %s: no TLS: %s", gate->name,
	    json_string_value(json_object_get(id, "address")),
	    io_reason(client->io));
}

static void
on_io(void *arg, enum io_event event)
{
	struct client *client = arg;

	if (event == IO_ERROR) {
		tell_handshake(client);
		client_close(client, io_reason(client->io));
		return;
	}
	if (event == IO_READY) {
		if (!learn_identity(client)) {
			client_close(client, "out of memory");
			return;
		}
		if (!server_admits(client->server, client->caller)) {
			exchange_refuse(
			    client, 503, "too many connections of this caller");
			return;
		}
		timer_set(&client->timer,
		    config_timeouts(client->server->config)->idle);
	}
	if (client->exchange != NULL) {
		exchange_on_client(client->exchange, event);
		return;
	}
	if (event == IO_DEAF) {
		client_close(client, "");
		return;
	}
	step(client);
}

/* Wait for the rest of a head; the time for all of it runs from its first
 * byte. */
static void
await_head(struct client *client)
{
	const struct timeouts *times = config_timeouts(client->server->config);
	bool begun = io_in(client->io)->len > 0;

	if (io_is_eof(client->io)) {
		client_close(client, begun ? "cut short in a head" : "");
		return;
	}
	if (client->server->draining && !begun) {
		client_close(client, "shutting down");
		return;
	}
	if (begun && !client->in_head) {
		client->in_head = true;
		timer_set(&client->timer, times->head);
	}
	io_read(client->io, true);
}

/* Is there a whole head to begin a call with? */
static void
step(struct client *client)
{
	const struct queue *in = io_in(client->io);
	const char *bytes = queue_bytes(in);
	size_t len = in->len, end;
	int status;
	struct errmsg err;

	if (len == 0) {
		await_head(client);
		return;
	}
	if (len > LIMIT_HEAD)
		len = LIMIT_HEAD;
	end = http_head_end(bytes, len);
	if (end > 0) {
		timer_stop(&client->timer);
		client->in_head = false;
		exchange_begin(client, bytes, end);
		return;
	}
	if (http_head_hopeless(bytes, len, &status, &err)) {
		exchange_refuse(client, status, err.text);
		return;
	}
	if (len == LIMIT_HEAD) {
		exchange_refuse(client, 431, "the request head is too long");
		return;
	}
	await_head(client);
}

void
client_next(struct client *client, bool keep)
{
	client->exchange = NULL;
	if (!keep) {
		client_close(client, "");
		return;
	}
	io_set_callback(client->io, on_io, client);
	timer_set(
	    &client->timer, config_timeouts(client->server->config)->idle);
	/* What came ahead of its turn is served from the loop, so that a
	 * client that pipelines cannot make us recurse. */
	if (io_in(client->io)->len > 0)
		io_wake(client->io);
	else
		await_head(client);
}

void
client_give_io(struct client *client)
{
	client->io_given = true;
}

struct client *
client_new(struct gate *gate, int fd, struct tls *tls, json_t *identity)
{
	struct server *server = gate->server;
	struct client *client = calloc(1, sizeof(*client));

	if (client == NULL) {
		tls_free(tls);
		(void)close(fd);
		json_decref(identity);
		return NULL;
	}
	client->server = server;
	client->identity = identity;
	client->gate = gate_ref(gate);
	client->known = tls == NULL;
	timer_init(&client->timer, server->base, on_timer, client);
	client->io = io_new(server->base, fd, tls, false, on_io, client);
	if (client->io == NULL) {
		json_decref(identity);
		gate_unref(gate);
		free(client);
		return NULL;
	}
	server_add(server, client);
	io_read(client->io, true);
	timer_set(&client->timer, config_timeouts(server->config)->handshake);
	return client;
}
