/* SPDX-License-Identifier: Apache-2.0 */
#include "net/worker.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "config/config.h"
#include "confine.h"
#include "log.h"
#include "net/channel.h"
#include "net/errand.h"
#include "net/pages.h"
#include "net/reload.h"
#include "net/server.h"
#include "net/setup.h"

struct worker {
	struct server server;
	int channel;
	struct event *orders;
};

/* The supervisor's log says it; ours would say it twice. */
static void
complain(const struct worker *worker, const char *text)
{
	struct message message = {.kind = MESSAGE_FAILED};

	(void)snprintf(message.text, sizeof(message.text), "%s", text);
	(void)channel_send(worker->channel, &message, NULL, 0);
}

static void
report(const struct worker *worker)
{
	(void)channel_say(worker->channel, MESSAGE_READY, 0, -1);
}

/* --- orders --------------------------------------------------------------- */

static void
follow(struct worker *worker, int *fds, size_t n)
{
	struct errmsg err;
	struct setup *setup = setup_receive(fds, n, &err);

	if (setup != NULL && reload(&worker->server, setup, &err)) {
		report(worker);
		return;
	}
	(void)errmsg_prefix(&err, "not reloaded");
	complain(worker, err.text);
}

static void
obey(struct worker *worker, const struct message *message, int *fds, size_t n)
{
	struct server *server = &worker->server;

	if (message->kind == MESSAGE_CONNECTED ||
	    message->kind == MESSAGE_CONNECTING) {
		errand_told(message, n == 1 ? fds[0] : -1);
	} else if (message->kind == MESSAGE_RELOAD) {
		follow(worker, fds, n);
	} else if (message->kind == MESSAGE_REOPEN && n == 1) {
		server_move_audit(server, fds[0]);
	} else if (message->kind == MESSAGE_REOPEN) {
		log_error("the audit log was not reopened: no descriptors");
	} else if (message->kind == MESSAGE_DRAIN) {
		server_drain(server);
	}
}

static void
on_orders(evutil_socket_t fd, short what, void *arg)
{
	struct worker *worker = arg;
	struct message message;
	int fds[MESSAGE_FDS];
	enum channel_result result;
	size_t n;

	(void)what;
	while ((result = channel_receive(fd, &message, fds, MESSAGE_FDS, &n)) ==
	    CHANNEL_MESSAGE)
		obey(worker, &message, fds, n);
	if (result == CHANNEL_EMPTY)
		return;
	log_error("the supervisor is gone");
	(void)event_del(worker->orders);
	server_drain(&worker->server);
}

/* --- beginning and ending ------------------------------------------------- */

/* Signals are the supervisor's: a terminal or a service manager may send them
 * to all of us. */
static void
leave_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGUSR1, SIGTERM, SIGINT};
	sigset_t none;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)signal(numbers[i], SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
take_name(unsigned index)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "sockwarden-%u", index + 1);
	(void)prctl(PR_SET_NAME, name);
}

static bool
begin(struct worker *worker, struct setup *setup, struct errmsg *err)
{
	struct server *server = &worker->server;
	enum confine_mode mode = (enum confine_mode)config_confine(
	    setup->config);

	errand_open(worker->channel);
	if (!server_begin(server, setup, err))
		return false;
	worker->orders = event_new(server->base, worker->channel,
	    EV_READ | EV_PERSIST, on_orders, worker);
	if (worker->orders == NULL || event_add(worker->orders, NULL) != 0)
		return errmsg_nomem(err);
	if (!confine_worker(mode, err))
		return false;
	/* What that and the configuration took is not needed any more. */
	pages_give_back();
	return true;
}

bool
worker_run(
    int channel, struct setup *setup, struct shared *shared, unsigned index)
{
	struct worker worker = {.channel = channel};
	struct errmsg err;
	bool begun;

	take_name(index);
	leave_signals();
	worker.server.shared = shared;
	worker.server.index = index;
	begun = begin(&worker, setup, &err);
	if (begun) {
		report(&worker);
		server_serve(&worker.server);
	} else {
		complain(&worker, err.text);
	}
	if (worker.orders != NULL)
		event_free(worker.orders);
	server_end(&worker.server);
	(void)close(channel);
	return begun;
}
