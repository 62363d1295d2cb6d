/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate -- a listener that is being served: what it lets in become clients.
 * Counted, because clients look at their gate's TLS context after a reload has
 * closed it.
 */
#ifndef NET_GATE_H
#define NET_GATE_H

#include <event2/event.h>
#include <sys/queue.h>

#include "errmsg.h"
#include "log.h"
#include "net/server.h"

struct config_listener;
struct listener;
struct setup_socket;
struct tls_context;

struct gate {
	TAILQ_ENTRY(gate) entry;
	struct server *server;
	int refs;
	char *name;
	char *key; /* to tell it by, see net/setup.h */
	char *host_path; /* of its socket, where the host sees it; or NULL */
	struct listener *listener; /* NULL once it is closed */
	struct tls_context *tls; /* in force; NULL: plain */
	struct event *accept, *pause;
	bool deferred; /* somebody was left to another worker */
	struct log_ration complaints; /* of handshakes that fail */
	/* During a reload: */
	bool wanted; /* it stays, and becomes what follows */
	char *next_name, *next_host_path;
	struct tls_context *next_tls;
};

/* Serve that socket, which is taken; it lets nobody in yet. */
struct gate *gate_open(struct server *server,
    const struct config_listener *settings, struct setup_socket *socket,
    struct errmsg *err);

/* Is the gate of that socket open? */
bool gate_is(const struct gate *gate, const struct setup_socket *socket);

/* Take what can be changed while it is open: its name, TLS and host_path.
 * gate_change() then cannot fail. */
MUST_CHECK bool gate_prepare(struct gate *gate,
    const struct config_listener *settings, struct setup_socket *socket,
    struct errmsg *err);
void gate_change(struct gate *gate);

/* Let callers in, or for now no more. */
void gate_serve(struct gate *gate, bool on);

/* No more callers.  Those inside stay; the memory goes with the last. */
void gate_close(struct gate *gate);

struct gate *gate_ref(struct gate *gate);
void gate_unref(struct gate *gate);

#endif
