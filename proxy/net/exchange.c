/* SPDX-License-Identifier: Apache-2.0 */
#include "net/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "log.h"
#include "net/clock.h"
#include "net/dial.h"
#include "net/engine.h"
#include "net/exchange_state.h"
#include "net/io.h"
#include "net/tunnel.h"
#include "refusal.h"

static const char *const state_names[] = {"head", "body", "facts", "sift",
    "record", "dial", "reply", "relay", "tunnel", "flush", "over"};

#define STEP(state) (1U << EXCHANGE_##state)

/* Where each state may lead. */
static const unsigned steps[] = {
    [EXCHANGE_HEAD] = STEP(BODY) | STEP(FACTS) | STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_BODY] = STEP(FACTS) | STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_FACTS] = STEP(SIFT) | STEP(RECORD) | STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_SIFT] = STEP(RECORD) | STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_RECORD] = STEP(DIAL) | STEP(FLUSH) | STEP(OVER),
    /* Back to DIAL from REPLY: see relay.c, retry(). */
    [EXCHANGE_DIAL] = STEP(REPLY) | STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_REPLY] = STEP(DIAL) | STEP(RELAY) | STEP(TUNNEL) | STEP(FLUSH) |
	STEP(OVER),
    [EXCHANGE_RELAY] = STEP(FLUSH) | STEP(OVER),
    [EXCHANGE_TUNNEL] = STEP(OVER),
    [EXCHANGE_FLUSH] = STEP(OVER),
    [EXCHANGE_OVER] = 0,
};

void
exchange_enter(struct exchange *exchange, enum exchange_state state)
{
	assert((steps[exchange->state] & (1U << state)) != 0);
	log_debug("call %s: %s -> %s", exchange->id,
	    state_names[exchange->state], state_names[state]);
	exchange->state = state;
}

void
exchange_arm(struct exchange *exchange, long long ms)
{
	timer_set(&exchange->client->timer, ms);
}

void
exchange_disarm(struct exchange *exchange)
{
	timer_stop(&exchange->client->timer);
}

/* --- making and ending ---------------------------------------------------- */

static struct hearing *
hearing_new(struct server *server)
{
	struct hearing *hearing = stock_take(
	    &server->hearings, sizeof(*hearing));

	if (hearing == NULL)
		return NULL;
	memset(hearing, 0, offsetof(struct hearing, report));
	report_init(&hearing->report);
	report_init(&hearing->would);
	memset(&hearing->head, 0, offsetof(struct http_request_head, fields));
	hearing->head.content_length = -1;
	hearing->head.fields.n = 0;
	memset(&hearing->reply, 0, offsetof(struct http_reply_head, fields));
	hearing->reply.fields.n = 0;
	return hearing;
}

/* Nothing that it waited for is told to the exchange any more. */
static void
hearing_hang_up(struct hearing *hearing)
{
	engine_cancel(hearing->question);
	hearing->question = NULL;
	dial_cancel(hearing->dial);
	hearing->dial = NULL;
}

static void
hearing_free(struct server *server, struct hearing *hearing)
{
	if (hearing == NULL)
		return;
	hearing_hang_up(hearing);
	audit_forget(server->audit, &hearing->record);
	queue_done(&hearing->body);
	queue_done(&hearing->reply_body);
	request_done(&hearing->request);
	report_done(&hearing->report);
	report_done(&hearing->would);
	json_decref(hearing->requested);
	json_decref(hearing->wanted);
	json_decref(hearing->sought);
	json_decref(hearing->warnings);
	free(hearing->head_bytes);
	free(hearing->reply_bytes);
	stock_put(&server->hearings, hearing);
}

void
exchange_forget(struct exchange *exchange)
{
	hearing_free(exchange->client->server, exchange->hearing);
	exchange->hearing = NULL;
}

/* Let go of the engine. */
static void
hang_up(struct exchange *exchange)
{
	if (exchange->hearing != NULL)
		hearing_hang_up(exchange->hearing);
	io_close(exchange->upstream);
	exchange->upstream = NULL;
	upload_hang_up(exchange);
}

static void
dispose(struct exchange *exchange)
{
	hang_up(exchange);
	exchange_forget(exchange);
	timer_stop(&exchange->client->timer);
	json_decref(exchange->sieve_said);
	config_unref(exchange->config);
	stock_put(&exchange->client->server->exchanges, exchange);
}

/* Write down how it ended.  A call that never came to be judged has no record
 * yet; it gets one, because somebody tried. */
static void
conclude(struct exchange *exchange, const char *how)
{
	upload_hang_up(exchange);
	if (!exchange->recorded && exchange->hearing != NULL) {
		if (exchange->hearing->report.reason.text[0] == '\0')
			(void)errmsg_set(
			    &exchange->hearing->report.reason, "%s", how);
		(void)!record_request(exchange, "refuse", NULL);
	}
	record_response(exchange, how);
}

void
exchange_end(struct exchange *exchange, const char *how)
{
	struct client *client = exchange->client;
	bool keep = exchange->keep && !client->server->draining;

	exchange_enter(exchange, EXCHANGE_OVER);
	conclude(exchange, how);
	dispose(exchange);
	client_next(client, keep);
}

void
exchange_close(struct exchange *exchange, const char *reason)
{
	struct tunnel *tunnel;

	if (exchange == NULL)
		return;
	tunnel = exchange->tunnel;
	exchange_enter(exchange, EXCHANGE_OVER);
	conclude(exchange, *reason == '\0' ? "the client left" : reason);
	dispose(exchange);
	if (tunnel != NULL)
		tunnel_close(tunnel);
}

/* --- the last bytes ------------------------------------------------------- */

/* Throw away what the client still sends, for a while: a socket that is closed
 * on unread bytes resets the connection, and the answer with it (RFC 9112,
 * 9.6). */
static void
linger(struct exchange *exchange)
{
	struct io *io = exchange->client->io;
	size_t len = io_in(io)->len;

	exchange->lingered += len;
	queue_drain(io_in(io), len);
	if (io_is_eof(io) || exchange->lingered > LIMIT_LINGER_BYTES ||
	    server_is_crowded(exchange->client->server))
		exchange_end(exchange, exchange->how);
	else
		io_read(io, true);
}

static void
flush(struct exchange *exchange)
{
	struct io *io = exchange->client->io;

	if (io_out(io)->len > 0) {
		exchange_arm(exchange, config_timeouts(exchange->config)->idle);
		return;
	}
	if (exchange->keep) {
		exchange_end(exchange, exchange->how);
		return;
	}
	if (!io_is_shut(io)) {
		io_shutdown(io);
		exchange_arm(exchange, LIMIT_LINGER_MS);
	}
	linger(exchange);
}

void
exchange_finish(struct exchange *exchange, const char *how)
{
	struct io *io = exchange->client->io;

	hang_up(exchange);
	exchange->how = how;
	exchange_enter(exchange, EXCHANGE_FLUSH);
	/* What comes early waits in the kernel until this call is over. */
	io_read(io, false);
	io_flush(io);
	flush(exchange);
}

/* --- answers of our own --------------------------------------------------- */

/* The body of a call that was refused by its head, if it is here already: it is
 * nobody's, and the connection can go on behind it. */
static void
swallow_body(struct exchange *exchange)
{
	const struct http_request_head *head = &exchange->hearing->head;
	struct queue *in = io_in(exchange->client->io);

	if (exchange->state != EXCHANGE_HEAD || head->chunked ||
	    head->content_length <= 0 ||
	    (unsigned long long)head->content_length > in->len)
		return;
	queue_drain(in, (size_t)head->content_length);
	exchange->upload.done = true;
}

/* Does the client still owe us (part of) a body? */
static bool
owes_body(const struct exchange *exchange)
{
	const struct http_request_head *head = &exchange->hearing->head;

	return (head->chunked || head->content_length > 0) &&
	    !exchange->upload.done;
}

/* A HEAD gets no body, whatever happens. */
static bool
put_answer(struct exchange *exchange, int status, const char *text)
{
	struct buffer reply = {NULL, 0, 0, false};
	bool put;

	http_reply_own(&reply, status, text, !exchange->keep);
	if (exchange->hearing->head.method == METHOD_HEAD && !reply.failed)
		reply.len = http_head_end(reply.bytes, reply.len);
	put = !reply.failed &&
	    queue_add(io_out(exchange->client->io), reply.bytes, reply.len);
	buffer_done(&reply);
	return put;
}

static const char *
verdict_word(const struct exchange *exchange, int status)
{
	if (status == 403 || exchange->hearing->report.hidden)
		return "deny";
	return status >= 500 ? "fail" : "refuse";
}

void
exchange_answer(
    struct exchange *exchange, int status, const char *field, const char *text)
{
	char *line;
	bool put;

	if (exchange->hearing->report.reason.text[0] == '\0')
		(void)errmsg_set(&exchange->hearing->report.reason, "%s", text);
	/* The answer is the same whether or not it could be recorded: the
	 * call is not made. */
	if (!exchange->recorded)
		(void)!record_request(
		    exchange, verdict_word(exchange, status), NULL);
	exchange->status = status;
	if (exchange->keep)
		swallow_body(exchange);
	exchange->keep = exchange->keep && !owes_body(exchange) &&
	    !exchange->client->server->draining;
	line = refusal_text(exchange->hearing->report.filter,
	    exchange->hearing->request.call, field, text, exchange->id);
	put = line != NULL && put_answer(exchange, status, line);
	free(line);
	if (!put)
		exchange->keep = false;
	exchange_finish(exchange, "answered here");
}

/* --- beginning ------------------------------------------------------------ */

void
exchange_on_timer(struct exchange *exchange)
{
	switch (exchange->state) {
	case EXCHANGE_BODY:
		exchange->keep = false;
		exchange_answer(
		    exchange, 408, "", "the body did not arrive in time");
		return;
	case EXCHANGE_SIFT:
	case EXCHANGE_REPLY:
	case EXCHANGE_RELAY:
		relay_on_timer(exchange);
		return;
	case EXCHANGE_FLUSH:
		exchange->keep = false;
		exchange_end(exchange,
		    io_out(exchange->client->io)->len > 0
			? "the client did not fetch the answer"
			: exchange->how);
		return;
	case EXCHANGE_HEAD:
	case EXCHANGE_FACTS:
	case EXCHANGE_RECORD:
	case EXCHANGE_DIAL:
	case EXCHANGE_TUNNEL:
	case EXCHANGE_OVER:
		return;
	}
}

/* NULL: out of memory, and the client is closed. */
static struct exchange *
make(struct client *client)
{
	struct server *server = client->server;
	struct exchange *exchange = stock_take(
	    &server->exchanges, sizeof(*exchange));
	struct hearing *hearing = hearing_new(server);

	if (exchange == NULL || hearing == NULL) {
		stock_put(&server->exchanges, exchange);
		hearing_free(server, hearing);
		client_close(client, "out of memory");
		return NULL;
	}
	memset(exchange, 0, sizeof(*exchange));
	exchange->hearing = hearing;
	exchange->client = client;
	exchange->config = config_ref(server->config);
	exchange->began = clock_ms();
	audit_id(exchange->id);
	client->exchange = exchange;
	return exchange;
}

void
exchange_begin(struct client *client, const char *head, size_t len)
{
	struct exchange *exchange = make(client);

	if (exchange == NULL)
		return;
	exchange->hearing->head_bytes = malloc(len + 1);
	if (exchange->hearing->head_bytes == NULL) {
		client_close(client, "out of memory");
		return;
	}
	memcpy(exchange->hearing->head_bytes, head, len);
	exchange->hearing->head_bytes[len] = '\0';
	exchange->hearing->head_len = len;
	queue_drain(io_in(client->io), len);
	io_read(client->io, false);
	judging_begin(exchange);
}

void
exchange_refuse(struct client *client, int status, const char *text)
{
	struct exchange *exchange = make(client);

	if (exchange != NULL)
		exchange_answer(exchange, status, "", text);
}

/* --- news ----------------------------------------------------------------- */

void
exchange_on_client(struct exchange *exchange, enum io_event event)
{
	struct client *client = exchange->client;

	if (event == IO_ERROR || event == IO_DEAF) {
		client_close(client,
		    event == IO_ERROR ? io_reason(client->io)
				      : "the client left");
		return;
	}
	switch (exchange->state) {
	case EXCHANGE_BODY:
		judging_input(exchange);
		return;
	case EXCHANGE_SIFT:
	case EXCHANGE_REPLY:
	case EXCHANGE_RELAY:
		relay_on_client(exchange, event);
		return;
	case EXCHANGE_FLUSH:
		flush(exchange);
		return;
	case EXCHANGE_HEAD:
	case EXCHANGE_FACTS:
	case EXCHANGE_RECORD:
	case EXCHANGE_DIAL:
	case EXCHANGE_TUNNEL:
	case EXCHANGE_OVER:
		return;
	}
}
