/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judging -- an exchange from its head to its verdict.  Nothing in this file
 * can send a byte to the engine.
 */
#include <stdlib.h>
#include <string.h>

#include "host_path.h"
#include "limit.h"
#include "net/engine.h"
#include "net/exchange_state.h"
#include "net/clock.h"
#include "net/gate.h"
#include "net/io.h"
#include "net/thing.h"
#include "net/tls.h"
#include "prepare.h"

static void gather_facts(struct exchange *exchange);

/* Record the verdict and answer with it. */
static void
turn_away(struct exchange *exchange)
{
	const struct report *report = &exchange->hearing->report;
	int status = report->hidden ? 404 : 403;

	exchange_answer(exchange,
	    report->verdict == VERDICT_DENY ? status : 500, report->field,
	    report->reason.text);
}

/* Not a request that could be judged. */
static void
reject(struct exchange *exchange, int status, const struct errmsg *err)
{
	exchange->hearing->report.reason = *err;
	/* A call that does not exist ends where it says, nonetheless. */
	exchange->keep = exchange->keep && status == 403;
	exchange_answer(exchange, status, "", err->text);
}

/* --- who, and may they ---------------------------------------------------- */

/* The certificate must be good now, not only when the connection began; and
 * whoever came before a reload gave a listener TLS has shown none. */
static bool
still_valid(struct exchange *exchange, struct errmsg *err)
{
	struct tls *tls = io_tls(exchange->client->io);
	struct tls_context *context = exchange->client->gate->tls;

	if ((tls == NULL) != (context == NULL))
		return errmsg_set(err, "the listener has changed since");
	return tls == NULL || tls_still_valid(tls, context, err);
}

/* There may be thousands of rules, and calls of a connection have one answer. */
static void
look_up_identity(struct client *client, const struct config *config)
{
	unsigned long long serial = config_serial(config);

	if (client->known_by == serial)
		return;
	client->tier = config_identify(config, client->identity, &client->team);
	client->known_by = serial;
}

static bool
identify(struct exchange *exchange, struct errmsg *err)
{
	if (!still_valid(exchange, err))
		return false;
	look_up_identity(exchange->client, exchange->config);
	exchange->hearing->tier = exchange->client->tier;
	exchange->hearing->team = exchange->client->team;
	return exchange->hearing->tier != NULL ||
	    errmsg_set(err, "you are not known here: no identity rule matches");
}

/* --- the body ------------------------------------------------------------- */

static enum framing
body_framing(const struct http_request_head *head)
{
	if (head->chunked)
		return FRAMING_CHUNKED;
	return head->content_length > 0 ? FRAMING_LENGTH : FRAMING_NONE;
}

/* A client that waits for leave to send its body gets it, now that the call
 * itself is allowed. */
static void
say_continue(struct exchange *exchange)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct hearing *hearing = exchange->hearing;
	struct io *io = exchange->client->io;

	if (!hearing->head.expect_continue || hearing->told_continue)
		return;
	hearing->told_continue = true;
	/* A client that is not told sends its body after a while. */
	if (queue_add(io_out(io), text, sizeof(text) - 1))
		io_flush(io);
}

static void
read_body(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	size_t len = hearing->body.len;
	const char *bytes = len == 0 ? "" : queue_bytes(&hearing->body);
	int status = 500;
	struct errmsg err;

	exchange_disarm(exchange);
	(void)errmsg_nomem(&err);
	if (!prepare_body(&hearing->request, bytes, len,
		(size_t)config_limits(exchange->config)->body,
		tier_unknown_members(hearing->tier), &status, &err)) {
		reject(exchange, status, &err);
		return;
	}
	gather_facts(exchange);
}

/* More of a body that is collected. */
static void
collect(struct exchange *exchange)
{
	size_t room = (size_t)config_limits(exchange->config)->body + 1;
	struct io *io = exchange->client->io;
	struct errmsg err;

	switch (transfer_move(&exchange->upload, io_in(io),
	    &exchange->hearing->body, room, &err)) {
	case TRANSFER_BROKEN:
		reject(exchange, 400, &err);
		return;
	case TRANSFER_DONE:
		io_read(io, false);
		read_body(exchange);
		return;
	case TRANSFER_MORE:
		break;
	}
	if (exchange->hearing->body.len >= room) {
		(void)errmsg_set(&err, "the body is too large");
		reject(exchange, 413, &err);
		return;
	}
	if (io_is_eof(io)) {
		exchange->keep = false;
		exchange_end(exchange,
		    "the client left before the call was "
		    "complete");
		return;
	}
	io_read(io, true);
}

void
judging_input(struct exchange *exchange)
{
	if (exchange->state == EXCHANGE_BODY)
		collect(exchange);
}

static void
begin_body(struct exchange *exchange)
{
	const struct http_request_head *head = &exchange->hearing->head;
	enum framing framing = body_framing(head);
	struct errmsg err;

	if (!prepare_collects(&exchange->hearing->request)) {
		gather_facts(exchange);
		return;
	}
	if (head->content_length > config_limits(exchange->config)->body) {
		(void)errmsg_set(&err, "the body is too large");
		reject(exchange, 413, &err);
		return;
	}
	transfer_init(
	    &exchange->upload, framing, head->content_length, FRAMING_CLOSE);
	exchange_enter(exchange, EXCHANGE_BODY);
	exchange_arm(exchange, config_timeouts(exchange->config)->body);
	if (framing != FRAMING_NONE)
		say_continue(exchange);
	collect(exchange);
}

/* --- facts ---------------------------------------------------------------- */

/* Put the fact into the request if it is known.  *engine becomes the name of
 * one that the engine has to be asked for. */
static bool
look_up(struct exchange *exchange, const char *fact, const char **engine)
{
	struct client *client = exchange->client;
	json_t *facts = exchange->hearing->request.facts;

	if (strncmp(fact, "path:", 5) == 0)
		return json_object_set_new(facts, fact,
			   json_string(host_path_look(fact + 5))) == 0;
	if (strcmp(fact, "listener.socket") == 0)
		return client->gate->host_path == NULL ||
		    json_object_set_new(
			facts, fact, json_string(client->gate->host_path)) == 0;
	if (thing_is(fact)) {
		if (json_object_get(facts, fact) == NULL)
			*engine = fact;
		return true;
	}
	if (!engine_knows(client->server->engine, fact))
		*engine = fact;
	return engine_tell(client->server->engine, fact, facts);
}

/* A call without a version gets the newest that both of us know. */
static bool
pin_version(struct exchange *exchange, struct errmsg *err)
{
	struct hearing *hearing = exchange->hearing;
	int minor = engine_minor(exchange->client->server->engine);

	if (hearing->request.minor != 0 ||
	    strcmp(hearing->request.call->name, "system.ping") == 0)
		return true;
	if (minor == 0)
		return errmsg_set(err, "the Docker Engine does not answer");
	if (minor < API_MINOR_FIRST)
		return errmsg_set(err,
		    "the Docker Engine is too old: its "
		    "API is 1.%d",
		    minor);
	hearing->request.minor = minor < API_MINOR_LAST ? minor
							: API_MINOR_LAST;
	return true;
}

/* By what the tier enforces; by what it does not, too, for the record. */
static enum verdict
give_verdict(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;

	if (tier_mode(hearing->tier) == TIER_ENFORCE)
		return tier_judge(
		    hearing->tier, &hearing->request, &hearing->report);
	return tier_observe(hearing->tier, &hearing->request, &hearing->would,
	    &hearing->report);
}

static void
judge(struct exchange *exchange)
{
	struct errmsg err;

	if (!pin_version(exchange, &err)) {
		exchange_answer(exchange, 502, "", err.text);
		return;
	}
	if (!record_asked(exchange, true, &err)) {
		exchange_answer(exchange, 500, "", err.text);
		return;
	}
	if (give_verdict(exchange) <= VERDICT_DENY) {
		turn_away(exchange);
		return;
	}
	say_continue(exchange);
	relay_begin(exchange);
}

static void
on_answer(void *arg)
{
	struct exchange *exchange = arg;

	exchange->hearing->question = NULL;
	gather_facts(exchange);
}

static bool
ask(struct exchange *exchange, const char *fact)
{
	exchange->hearing->question = engine_ask(
	    exchange->client->server->engine, fact,
	    exchange->hearing->request.facts, on_answer, exchange);
	return exchange->hearing->question != NULL;
}

/* The version, if the client gave none. */
static bool
want_version(struct exchange *exchange)
{
	if (exchange->hearing->request.minor != 0 ||
	    strcmp(exchange->hearing->request.call->name, "system.ping") == 0)
		return true;
	return json_array_append_new(
		   exchange->hearing->wanted, json_string("engine.minor")) == 0;
}

static bool
begin_facts(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;

	exchange_enter(exchange, EXCHANGE_FACTS);
	hearing->facts_deadline = clock_ms() + LIMIT_FACTS_MS;
	hearing->request.facts = json_object();
	hearing->wanted = json_array();
	hearing->sought = json_object();
	return hearing->request.facts != NULL && hearing->sought != NULL &&
	    hearing->wanted != NULL && want_version(exchange);
}

/* Ask the filters what they want, now that they know what they wanted before:
 * the container of an exec is known only then.  What was sought is not sought
 * again.  False if out of memory. */
static bool
list_wanted(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	json_auto_t *wanted = NULL;
	size_t i;
	json_t *fact;

	if (hearing->rounds++ >= LIMIT_FACT_ROUNDS)
		return true;
	wanted = tier_wants(hearing->tier, &hearing->request);
	json_array_foreach(wanted, i, fact)
	{
		const char *name = json_string_value(fact);

		if (json_object_get(hearing->sought, name) != NULL ||
		    json_object_size(hearing->sought) >= LIMIT_FACTS)
			continue;
		if (json_object_set_new(hearing->sought, name, json_true()) !=
			0 ||
		    json_array_append(hearing->wanted, fact) != 0)
			return false;
	}
	return wanted != NULL;
}

/* May the engine be asked for the first fact of the list?  A name that is none
 * is not sent to it. */
static bool
may_ask(const struct exchange *exchange, const char *fact)
{
	const struct hearing *hearing = exchange->hearing;
	char *path;

	if (hearing->asked || clock_ms() >= hearing->facts_deadline)
		return false;
	if (!thing_is(fact))
		return true;
	path = thing_path(fact);
	free(path);
	return path != NULL;
}

/* Look up the first fact of the list and take it off.  One that the engine has
 * to be asked for stays until the answer is there (*asked); what it does not
 * know even then is absent.  False if out of memory. */
static bool
next_fact(struct exchange *exchange, bool *asked)
{
	struct hearing *hearing = exchange->hearing;
	json_auto_t *fact = json_incref(json_array_get(hearing->wanted, 0));
	const char *engine = NULL;

	*asked = false;
	if (!look_up(exchange, json_string_value(fact), &engine))
		return false;
	if (engine != NULL && may_ask(exchange, engine)) {
		hearing->asked = *asked = true;
		return ask(exchange, engine);
	}
	hearing->asked = false;
	return json_array_remove(hearing->wanted, 0) == 0;
}

static void
gather_facts(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	bool asked = false;
	struct errmsg err;

	(void)errmsg_nomem(&err);
	if (exchange->state != EXCHANGE_FACTS && !begin_facts(exchange)) {
		reject(exchange, 500, &err);
		return;
	}
	do {
		while (json_array_size(hearing->wanted) > 0) {
			if (!next_fact(exchange, &asked)) {
				reject(exchange, 500, &err);
				return;
			}
			if (asked)
				return;
		}
		if (!list_wanted(exchange)) {
			reject(exchange, 500, &err);
			return;
		}
	} while (json_array_size(hearing->wanted) > 0);
	judge(exchange);
}

/* --- the beginning -------------------------------------------------------- */

void
judging_begin(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	int status = 400;
	struct errmsg err;

	if (!http_request_head_read(hearing->head_bytes, hearing->head_len,
		&hearing->head, &status, &err)) {
		reject(exchange, status, &err);
		return;
	}
	exchange->keep = !hearing->head.close;
	if (!identify(exchange, &err)) {
		exchange->keep = false;
		hearing->report.reason = err;
		exchange_answer(exchange, 403, "", err.text);
		return;
	}
	if (!prepare_head(&hearing->head, &hearing->request, &status, &err)) {
		reject(exchange, status, &err);
		return;
	}
	hearing->request.identity = json_incref(exchange->client->identity);
	hearing->request.team = hearing->team;
	if (tier_mode(hearing->tier) == TIER_ENFORCE &&
	    tier_admit(hearing->tier, &hearing->request, &hearing->report) !=
		VERDICT_PASS) {
		/* A refusal is recorded as it is, even if what was asked for
		 * cannot be. */
		(void)!record_asked(exchange, false, &err);
		turn_away(exchange);
		return;
	}
	begin_body(exchange);
}
