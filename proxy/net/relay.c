/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay -- a call that was allowed: its record, the way to the engine, and the
 * answer back.  What goes to the engine is made from the judged request; the
 * only bytes of the client's that pass are those of a stream's body (upload.c)
 * and of a tunnel after the engine has agreed to it.
 */
#include <stdlib.h>
#include <string.h>

#include "json_read.h"
#include "limit.h"
#include "net/dial.h"
#include "net/engine.h"
#include "net/exchange_state.h"
#include "net/io.h"
#include "net/pool.h"
#include "net/tunnel.h"
#include "reply.h"
#include "report.h"

static void read_reply(struct exchange *exchange);
static void dial(struct exchange *exchange);

/* Before any byte of the engine's answer has gone to the client. */
static void
fail(struct exchange *exchange, int status, const char *text)
{
	exchange_answer(exchange, status, "", text);
}

/* --- the engine's connection ---------------------------------------------- */

/* Can the connection of such a call ever carry another one?  What turns into
 * something else cannot, and a stream may have been cut short.  A call that
 * began before a reload may be for another engine. */
static bool
may_reuse(const struct exchange *exchange)
{
	const struct call *call = exchange->hearing->request.call;
	const struct config *now = exchange->client->server->config;

	if (exchange->config != now &&
	    strcmp(config_upstream(exchange->config)->text,
		config_upstream(now)->text) != 0)
		return false;
	return call->body != CALL_BODY_STREAM &&
	    (call->reply == CALL_REPLY_PLAIN || call->reply == CALL_REPLY_JSON);
}

/* The answer is complete: keep its connection if nothing of the call can still
 * come or go on it. */
static void
keep_upstream(struct exchange *exchange)
{
	struct io *io = exchange->upstream;

	if (!exchange->clean || !upload_is_done(exchange) ||
	    io_in(io)->len > 0 || io_out(io)->len > 0 || io_is_eof(io) ||
	    io_is_shut(io))
		return;
	exchange->upstream = NULL;
	pool_put(exchange->client->server->pool, io);
}

/* --- the request ---------------------------------------------------------- */

/* The canonical body, as text; *json is the caller's. */
static bool
plan_json(struct exchange *exchange, struct emit_plan *plan, char **json,
    struct errmsg *err)
{
	size_t len = 0;

	if (exchange->hearing->request.body == NULL)
		return true;
	*json = schema_write(exchange->hearing->request.body, &len);
	if (*json == NULL)
		return errmsg_nomem(err);
	plan->framing = FRAMING_LENGTH;
	plan->content_length = (long long)len;
	return true;
}

/* Head and JSON body for the engine, into exchange->hearing->body. */
static bool
write_request(struct exchange *exchange, struct errmsg *err)
{
	struct hearing *hearing = exchange->hearing;
	struct emit_plan plan = {.framing = FRAMING_NONE,
	    .client = &hearing->head,
	    .close = !may_reuse(exchange)};
	struct buffer out = {NULL, 0, 0, false};
	char *json = NULL;
	bool made;

	queue_done(&hearing->body);
	made = (hearing->request.call->body == CALL_BODY_STREAM
		       ? upload_plan(exchange, &plan)
		       : plan_json(exchange, &plan, &json, err)) &&
	    emit_head(&out, &hearing->request, &plan, err);
	if (made && json != NULL)
		buffer_add(&out, json, (size_t)plan.content_length);
	if (made &&
	    (out.failed || !queue_add(&hearing->body, out.bytes, out.len)))
		made = errmsg_nomem(err);
	buffer_done(&out);
	free(json);
	return made;
}

/* --- the answer, as it is ------------------------------------------------- */

static bool
put_reply_head(struct exchange *exchange, const struct http_reply_plan *plan)
{
	struct buffer head = {NULL, 0, 0, false};
	bool put;

	http_reply_head_write(&head, &exchange->hearing->reply, plan);
	put = !head.failed &&
	    queue_add(io_out(exchange->client->io), head.bytes, head.len);
	buffer_done(&head);
	exchange->status = plan->as_200 ? 200 : exchange->hearing->reply.status;
	return put;
}

/* Move what there is of the answer's body; when it is over, so is the call. */
static void
pump_download(struct exchange *exchange)
{
	struct io *upstream = exchange->upstream;
	struct io *client = exchange->client->io;
	enum transfer_result result;
	struct errmsg err;

	result = transfer_send(
	    &exchange->download, io_in(upstream), client, LIMIT_OUTPUT, &err);
	if (result == TRANSFER_MORE && io_is_eof(upstream) &&
	    io_in(upstream)->len == 0)
		result = transfer_end(
		    &exchange->download, io_out(client), &err);
	switch (result) {
	case TRANSFER_DONE:
		keep_upstream(exchange);
		exchange_finish(exchange, "");
		return;
	case TRANSFER_BROKEN:
		/* The client sees that it was cut short: the end is missing. */
		exchange->keep = false;
		exchange_finish(exchange, "the engine's answer was cut short");
		return;
	case TRANSFER_MORE:
		break;
	}
	/* A client that has ended may still hear: for as long as it does. */
	if (io_is_shut(upstream))
		exchange_arm(exchange, LIMIT_HALF_CLOSED_MS);
	client_rest(exchange->client);
	io_flush(client);
	io_read(upstream, io_out(client)->len < LIMIT_OUTPUT);
}

static void
begin_download(struct exchange *exchange)
{
	const struct http_reply_head *reply = &exchange->hearing->reply;
	struct http_reply_plan plan = {
	    .framing = reply->framing, .content_length = reply->content_length};

	/* An answer before the upload is complete: the rest of it would be
	 * read as the next call. */
	if (reply->framing == FRAMING_CLOSE || !exchange->upload.done ||
	    exchange->client->server->draining)
		exchange->keep = false;
	plan.close = !exchange->keep;
	if (!put_reply_head(exchange, &plan)) {
		client_close(exchange->client, "out of memory");
		return;
	}
	transfer_init(&exchange->download, reply->framing,
	    reply->content_length, reply->framing);
	exchange_enter(exchange, EXCHANGE_RELAY);
	/* What is uploaded still is judged by its rules. */
	if (upload_is_done(exchange))
		exchange_forget(exchange);
	pump_download(exchange);
}

/* --- the answer, changed -------------------------------------------------- */

/* The engine's JSON with our changes in it, as text. */
static char *
rewritten(struct exchange *exchange, size_t *len, struct errmsg *err)
{
	struct hearing *hearing = exchange->hearing;
	const struct queue *bytes = &hearing->reply_body;
	json_auto_t *body = bytes->len == 0
	    ? NULL
	    : json_read(
		  queue_bytes(bytes), bytes->len, &json_limits_trusted, err);
	char *text;

	if (body == NULL) {
		(void)errmsg_set(err, "the engine's answer is not JSON");
		return NULL;
	}
	if (!reply_rewrite(&hearing->request, hearing->warnings,
		hearing->reply.status, body, err))
		return NULL;
	text = schema_write(body, len);
	if (text == NULL)
		(void)errmsg_nomem(err);
	return text;
}

static void
answer_rewritten(struct exchange *exchange)
{
	struct http_reply_plan plan = {.framing = FRAMING_LENGTH};
	struct errmsg err;
	size_t len = 0;
	char *text = rewritten(exchange, &len, &err);
	bool put;

	if (text == NULL) {
		fail(exchange, 502, err.text);
		return;
	}
	exchange->keep = exchange->keep && !exchange->client->server->draining;
	plan.content_length = (long long)len;
	plan.close = !exchange->keep;
	put = put_reply_head(exchange, &plan) &&
	    queue_add(io_out(exchange->client->io), text, len);
	free(text);
	if (!put) {
		client_close(exchange->client, "out of memory");
		return;
	}
	exchange_enter(exchange, EXCHANGE_RELAY);
	keep_upstream(exchange);
	exchange_finish(exchange, "");
}

static void
collect_reply(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	struct io *upstream = exchange->upstream;
	enum transfer_result result;
	struct errmsg err;

	result = transfer_move(&exchange->download, io_in(upstream),
	    &hearing->reply_body, LIMIT_REPLY_JSON, &err);
	if (result == TRANSFER_MORE && io_is_eof(upstream) &&
	    io_in(upstream)->len == 0)
		result = transfer_end(
		    &exchange->download, &hearing->reply_body, &err);
	if (result == TRANSFER_DONE)
		answer_rewritten(exchange);
	else if (result == TRANSFER_BROKEN)
		fail(exchange, 502, err.text);
	else if (hearing->reply_body.len >= LIMIT_REPLY_JSON)
		fail(exchange, 502, "the engine's answer is too long");
	else
		io_read(upstream, true);
}

static void
begin_collecting(struct exchange *exchange)
{
	exchange->hearing->collects = true;
	transfer_init(&exchange->download, exchange->hearing->reply.framing,
	    exchange->hearing->reply.content_length, FRAMING_CLOSE);
	collect_reply(exchange);
}

/* --- tunnels -------------------------------------------------------------- */

static void
on_tunnel_end(void *arg, const char *reason)
{
	struct exchange *exchange = arg;
	struct client *client = exchange->client;

	exchange->upload.bytes = io_bytes_out(exchange->upstream) -
	    exchange->sent_up;
	exchange->download.bytes = io_bytes_out(client->io) -
	    exchange->sent_down;
	exchange->upstream = NULL;
	exchange->tunnel = NULL;
	exchange->keep = false;
	exchange_end(exchange, *reason == '\0' ? "" : reason);
}

/* The engine has agreed.  A client that asked for no upgrade, as the older ones
 * do not, gets the 200 that it expects. */
static void
begin_tunnel(struct exchange *exchange)
{
	struct client *client = exchange->client;
	bool asked = exchange->hearing->head.upgrade != HTTP_UPGRADE_NONE;
	struct http_reply_plan plan = {.framing = FRAMING_NONE,
	    .as_200 = !asked,
	    .upgrade = asked ? exchange->hearing->reply.upgrade
			     : HTTP_UPGRADE_NONE};
	struct io *upstream = exchange->upstream;

	if (exchange->hearing->reply.status == 200)
		plan.upgrade = HTTP_UPGRADE_NONE;
	if (!put_reply_head(exchange, &plan)) {
		client_close(client, "out of memory");
		return;
	}
	exchange_disarm(exchange);
	exchange_enter(exchange, EXCHANGE_TUNNEL);
	exchange->sent_up = io_bytes_out(upstream) + io_out(upstream)->len;
	exchange->sent_down = io_bytes_out(client->io) +
	    io_out(client->io)->len;
	client_give_io(client);
	client_rest(client);
	exchange_forget(exchange);
	exchange->tunnel = tunnel_start(client->server->base, client->io,
	    upstream, on_tunnel_end, exchange);
	if (exchange->tunnel == NULL) {
		exchange->upstream = NULL;
		client_close(client, "out of memory");
	}
}

/* Does the engine's answer prove that the connection is now what the call
 * makes of it? */
static bool
proves_upgrade(const struct exchange *exchange)
{
	const struct http_reply_head *reply = &exchange->hearing->reply;

	if (!exchange->upgrades)
		return false;
	switch (exchange->hearing->request.call->reply) {
	case CALL_REPLY_HIJACK:
		return reply->raw_stream ||
		    (reply->status == 101 &&
			reply->upgrade == HTTP_UPGRADE_TCP);
	case CALL_REPLY_WEBSOCKET:
		return reply->status == 101 &&
		    reply->upgrade == HTTP_UPGRADE_WEBSOCKET;
	case CALL_REPLY_H2C:
		return reply->status == 101 &&
		    reply->upgrade == HTTP_UPGRADE_H2C;
	case CALL_REPLY_PLAIN:
	case CALL_REPLY_JSON:
		break;
	}
	return false;
}

/* --- once more ------------------------------------------------------------ */

/* Has the engine closed a connection just when we used it again?  What only
 * reads can then be asked for once more; whether the rest was done, nobody
 * knows. */
static bool
may_retry(const struct exchange *exchange)
{
	const struct hearing *hearing = exchange->hearing;
	enum http_method method;

	if (exchange->state != EXCHANGE_REPLY || !hearing->reused ||
	    io_bytes_in(exchange->upstream) != hearing->heard_before)
		return false;
	method = hearing->request.call->method;
	return method == METHOD_GET || method == METHOD_HEAD;
}

static void
retry(struct exchange *exchange)
{
	struct errmsg err;

	io_close(exchange->upstream);
	exchange->upstream = NULL;
	if (write_request(exchange, &err))
		dial(exchange);
	else
		fail(exchange, 500, err.text);
}

/* --- the head of the answer ----------------------------------------------- */

/* Take the head out of the engine's bytes.  False if it is not whole yet, or
 * if the exchange has ended. */
static bool
take_reply_head(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	struct queue *in = io_in(exchange->upstream);
	const char *bytes = queue_bytes(in);
	size_t len = in->len, end;
	struct errmsg err;

	end = len == 0 ? 0 : http_head_end(bytes, len);
	if (end == 0 && io_is_eof(exchange->upstream) && may_retry(exchange)) {
		retry(exchange);
		return false;
	}
	if (end == 0 && io_is_eof(exchange->upstream)) {
		fail(exchange, 502, "the Docker Engine gave no answer");
		return false;
	}
	if (end == 0 && len > LIMIT_REPLY_HEAD) {
		fail(exchange, 502, "the head of the answer is too long");
		return false;
	}
	if (end == 0) {
		io_read(exchange->upstream, true);
		return false;
	}
	free(hearing->reply_bytes);
	hearing->reply_bytes = malloc(end);
	if (hearing->reply_bytes == NULL) {
		fail(exchange, 500, "out of memory");
		return false;
	}
	memcpy(hearing->reply_bytes, bytes, end);
	queue_drain(in, end);
	if (!http_reply_head_read(hearing->reply_bytes, end,
		hearing->head.method, &hearing->reply, &err)) {
		fail(exchange, 502, err.text);
		return false;
	}
	return true;
}

static bool
is_rewritten(const struct exchange *exchange)
{
	return exchange->hearing->request.call->reply == CALL_REPLY_JSON &&
	    exchange->hearing->reply.status >= 200 &&
	    exchange->hearing->reply.status < 300;
}

static void
begin_reply(struct exchange *exchange)
{
	const struct http_reply_head *reply = &exchange->hearing->reply;

	engine_learn_minor(exchange->client->server->engine, reply->api_minor);
	exchange->clean = may_reuse(exchange) && !reply->close &&
	    reply->framing != FRAMING_CLOSE;
	if (proves_upgrade(exchange))
		begin_tunnel(exchange);
	else if (exchange->hearing->reply.status == 101)
		fail(exchange, 502,
		    "the Docker Engine switched protocols unasked");
	else if (is_rewritten(exchange))
		begin_collecting(exchange);
	else
		begin_download(exchange);
}

static void
read_reply(struct exchange *exchange)
{
	do {
		if (!take_reply_head(exchange))
			return;
		/* 100 Continue and its kin answer nothing. */
	} while (exchange->hearing->reply.status < 200 &&
	    exchange->hearing->reply.status != 101);
	begin_reply(exchange);
}

/* --- news ----------------------------------------------------------------- */

static void
step_upstream(struct exchange *exchange)
{
	if (exchange->state == EXCHANGE_RELAY)
		pump_download(exchange);
	else if (exchange->hearing->collects)
		collect_reply(exchange);
	else
		read_reply(exchange);
}

static void
on_upstream(void *arg, enum io_event event)
{
	struct exchange *exchange = arg;

	switch (event) {
	case IO_ERROR:
		server_lost_engine(exchange->client->server);
		if (may_retry(exchange)) {
			retry(exchange);
			return;
		}
		exchange->keep = false;
		if (exchange->state == EXCHANGE_REPLY)
			fail(exchange, 502,
			    "the Docker Engine broke off the connection");
		else
			exchange_finish(
			    exchange, "the engine broke off the connection");
		return;
	case IO_READY:
		return;
	case IO_DEAF:
		if (may_retry(exchange)) {
			retry(exchange);
			return;
		}
		/* It answers before it has read everything, or will not. */
		exchange->keep = false;
		return;
	case IO_DRAINED:
		(void)upload_step(exchange);
		return;
	case IO_INPUT:
	case IO_EOF:
		step_upstream(exchange);
		return;
	}
}

void
relay_on_client(struct exchange *exchange, enum io_event event)
{
	if (event != IO_DRAINED)
		(void)upload_step(exchange);
	else if (exchange->state == EXCHANGE_RELAY)
		pump_download(exchange);
}

void
relay_on_timer(struct exchange *exchange)
{
	if (!upload_is_done(exchange))
		upload_on_timer(exchange);
	else
		client_close(exchange->client, "half-closed and silent");
}

/* --- beginning ------------------------------------------------------------ */

/* Send it on this connection. */
static void
use(struct exchange *exchange, struct io *io)
{
	struct hearing *hearing = exchange->hearing;

	exchange->upstream = io;
	hearing->heard_before = io_bytes_in(io);
	io_set_callback(io, on_upstream, exchange);
	exchange_enter(exchange, EXCHANGE_REPLY);
	if (!queue_move(io_out(io), &hearing->body, hearing->body.len)) {
		fail(exchange, 500, "out of memory");
		return;
	}
	io_flush(io);
	io_read(io, true);
	upload_begin(exchange);
}

static void
on_dial(void *arg, struct io *io, const struct errmsg *why)
{
	struct exchange *exchange = arg;
	struct errmsg err = *why;

	exchange->hearing->dial = NULL;
	if (io == NULL) {
		server_lost_engine(exchange->client->server);
		(void)errmsg_prefix(&err, "the Docker Engine does not answer");
		fail(exchange, 502, err.text);
		return;
	}
	use(exchange, io);
}

static void
dial(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	enum http_method method = hearing->request.call->method;
	struct io *io = NULL;

	exchange_enter(exchange, EXCHANGE_DIAL);
	if (may_reuse(exchange) && !hearing->reused)
		io = pool_take(exchange->client->server->pool,
		    method != METHOD_GET && method != METHOD_HEAD);
	hearing->reused = io != NULL;
	if (io != NULL) {
		use(exchange, io);
		return;
	}
	hearing->dial = dial_start(exchange->client->server->base,
	    config_upstream(exchange->config),
	    config_timeouts(exchange->config)->connect, on_dial, exchange);
	if (hearing->dial == NULL)
		fail(exchange, 500, "out of memory");
}

static void
on_written(void *arg, bool written)
{
	struct exchange *exchange = arg;

	exchange->recorded = written;
	if (written || record_may_fail(exchange))
		dial(exchange);
	else
		fail(exchange, 503,
		    "the call could not be recorded and was not made");
}

/* The call is a text now, and so is its record: the trees that both were made of
 * go back at once.  While many wait for the engine, theirs would push each other
 * out of the processor's caches.  If that record cannot be written, the call is
 * not made, and the next one says that, and no more of what it would have been. */
static void
drop_trees(struct hearing *hearing)
{
	struct request *request = &hearing->request;

	json_decref(request->body);
	request->body = NULL;
	json_decref(request->facts);
	request->facts = NULL;
	json_decref(hearing->report.changes);
	hearing->report.changes = NULL;
	json_decref(hearing->requested);
	hearing->requested = NULL;
}

/* Nothing but the record and the engine's connection is missing. */
void
relay_record(struct exchange *exchange)
{
	bool recorded;

	exchange_enter(exchange, EXCHANGE_RECORD);
	recorded = record_request(exchange,
	    verdict_name(exchange->hearing->report.verdict), on_written);
	drop_trees(exchange->hearing);
	if (!recorded)
		on_written(exchange, false);
}

/* What the caller will be told of the changes.  Better no memory for that now
 * than when there is a container. */
static bool
word_warnings(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;

	if (hearing->request.call->reply != CALL_REPLY_JSON)
		return true;
	hearing->warnings = report_warnings(
	    tier_mode(hearing->tier) == TIER_WARN ? &hearing->would
						  : &hearing->report);
	return hearing->warnings != NULL;
}

void
relay_begin(struct exchange *exchange)
{
	struct errmsg err;

	exchange->upgrades = emit_upgrades(&exchange->hearing->request);
	if (!write_request(exchange, &err))
		fail(exchange, 400, err.text);
	else if (!word_warnings(exchange))
		fail(exchange, 500, "out of memory");
	else if (!upload_prepare(exchange, &err))
		fail(exchange, 503, err.text);
	else if (exchange->sieve != NULL)
		upload_sift(exchange);
	else
		relay_record(exchange);
}
