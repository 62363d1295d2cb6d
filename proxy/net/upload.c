/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload -- the body of a stream on its way to the engine: as it came, but in
 * framing of ours; or through a sieve, which sends on what it has judged.  The
 * engine is dialled when all of it is judged, or as much as we hold; if the rest
 * is refused then, its connection ends in the middle of the body, so that it
 * knows that it has not got all.
 */
#include <stdio.h>
#include <string.h>

#include "limit.h"
#include "net/exchange_state.h"
#include "net/io.h"
#include "net/sieve.h"

/* --- planning ------------------------------------------------------------- */

static enum framing
stream_framing(const struct http_request_head *head)
{
	if (head->chunked)
		return FRAMING_CHUNKED;
	return head->content_length >= 0 ? FRAMING_LENGTH : FRAMING_NONE;
}

bool
upload_plan(struct exchange *exchange, struct emit_plan *plan)
{
	const struct http_request_head *head = &exchange->hearing->head;
	bool judged = exchange->hearing->report.stream_rules != NULL;
	enum framing in = stream_framing(head);

	/* How long what is judged will be, nobody knows yet. */
	plan->framing = judged ? FRAMING_CHUNKED : in;
	plan->content_length = head->content_length;
	transfer_init(&exchange->upload, in, head->content_length,
	    judged ? FRAMING_CLOSE : in);
	return true;
}

static void
on_sieve(void *arg)
{
	struct exchange *exchange = arg;

	/* While it is recorded and the engine dialled, all waits. */
	if (exchange->state != EXCHANGE_RECORD &&
	    exchange->state != EXCHANGE_DIAL)
		(void)upload_step(exchange);
}

/* How many uploads of the exchange's team are being judged? */
static size_t
count_sieves(const struct exchange *exchange)
{
	const struct client *client;
	size_t n = 0;

	TAILQ_FOREACH(client, &exchange->client->server->clients, entry)
	{
		const struct exchange *other = client->exchange;

		if (other != NULL && other->sieve != NULL &&
		    strcmp(other->hearing->team, exchange->hearing->team) == 0)
			n++;
	}
	return n;
}

bool
upload_prepare(struct exchange *exchange, struct errmsg *err)
{
	struct hearing *hearing = exchange->hearing;
	const json_t *rules = hearing->report.stream_rules;

	if (hearing->request.call->body != CALL_BODY_STREAM || rules == NULL)
		return true;
	if (json_object_get(rules, "kind") == NULL)
		return errmsg_set(
		    err, "no filter of this tier reads what is sent");
	if (count_sieves(exchange) >= LIMIT_SIEVES_OF_TEAM)
		return errmsg_set(err,
		    "too many uploads of this team are being judged; try "
		    "again");
	transfer_init(&hearing->sifted, FRAMING_CLOSE, 0, FRAMING_CHUNKED);
	exchange->sieve = sieve_start(
	    exchange->client->server->base, rules, on_sieve, exchange, err);
	return exchange->sieve != NULL;
}

void
upload_hang_up(struct exchange *exchange)
{
	json_t *verdict;

	if (exchange->sieve == NULL)
		return;
	verdict = sieve_verdict(exchange->sieve);
	exchange->sieve_said = verdict != NULL
	    ? json_incref(verdict)
	    : json_pack("{s:s}", "verdict", "none");
	sieve_close(exchange->sieve);
	exchange->sieve = NULL;
}

/* --- ending --------------------------------------------------------------- */

static void
abort_upload(
    struct exchange *exchange, int status, const char *field, const char *text)
{
	exchange->keep = false;
	if (exchange->state != EXCHANGE_RELAY)
		exchange_answer(exchange, status, field, text);
	else
		exchange_finish(exchange, "the upload broke off");
}

void
upload_on_timer(struct exchange *exchange)
{
	abort_upload(exchange, 408, "", "the upload paused for too long");
}

/* The client has ended.  What an HTTP server takes for a cancelled call, the
 * engine shall see too; a hijack hears of it through its tunnel. */
static void
pass_eof(struct exchange *exchange)
{
	if (io_is_gone(exchange->client->io)) {
		client_close(exchange->client, "the client left");
		return;
	}
	exchange->keep = false;
	if (exchange->upgrades || io_is_shut(exchange->upstream))
		return;
	io_shutdown(exchange->upstream);
	exchange_arm(exchange, LIMIT_HALF_CLOSED_MS);
}

/* --- from the client ------------------------------------------------------ */

/* Where the client's bytes go to. */
static struct io *
first_stop(struct exchange *exchange)
{
	return exchange->sieve != NULL ? sieve_io(exchange->sieve)
				       : exchange->upstream;
}

/* Carry what there is of the client's body; false if the exchange has ended. */
static bool
pump_client(struct exchange *exchange)
{
	struct io *client = exchange->client->io, *to = first_stop(exchange);
	unsigned long long before = exchange->upload.bytes;
	struct errmsg err;

	switch (transfer_send(
	    &exchange->upload, io_in(client), to, LIMIT_OUTPUT, &err)) {
	case TRANSFER_BROKEN:
		abort_upload(exchange, 400, "", err.text);
		return false;
	case TRANSFER_DONE:
		if (exchange->sieve != NULL)
			io_shutdown(to);
		else
			exchange_disarm(exchange);
		break;
	case TRANSFER_MORE:
		if (io_is_eof(client) && io_in(client)->len == 0) {
			abort_upload(
			    exchange, 400, "", "the client left in its upload");
			return false;
		}
		if (exchange->upload.bytes != before)
			exchange_arm(exchange, LIMIT_UPLOAD_PAUSE_MS);
		break;
	}
	io_flush(to);
	return true;
}

/* May more of the client be read?  Its body as fast as it is taken; what comes
 * ahead of its turn up to a limit. */
static void
read_client(struct exchange *exchange)
{
	struct io *client = exchange->client->io;
	bool more = exchange->upload.done
	    ? io_in(client)->len < LIMIT_AHEAD
	    : io_out(first_stop(exchange))->len < LIMIT_OUTPUT;

	io_read(client, more);
}

/* --- from the sieve ------------------------------------------------------- */

static const char *
text_of(const json_t *object, const char *name, const char *fallback)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL || *text == '\0' ? fallback : text;
}

/* Say what the sieve has refused, and for which filter. */
static void
refuse(struct exchange *exchange)
{
	const json_t *verdict = sieve_verdict(exchange->sieve);
	bool denied = sieve_state(exchange->sieve) == SIEVE_DENIED;
	struct errmsg entry, reason;

	/* What is in the verdict goes with the sieve. */
	(void)errmsg_set(&entry, "%s", text_of(verdict, "entry", ""));
	(void)errmsg_set(&reason, "%s",
	    text_of(verdict, "reason", "the upload could not be judged"));
	(void)snprintf(exchange->hearing->report.field,
	    sizeof(exchange->hearing->report.field), "%s", entry.text);
	exchange->hearing->report.filter = text_of(
	    exchange->hearing->report.stream_rules, "filter", NULL);
	abort_upload(exchange, denied ? 403 : 500, entry.text, reason.text);
}

/* All of it has been judged and is on its way. */
static void
finish_sieve(struct exchange *exchange)
{
	upload_hang_up(exchange);
	exchange_disarm(exchange);
}

/* All that it lets through has come out of it. */
static bool
is_sifted(const struct exchange *exchange)
{
	struct io *from = sieve_io(exchange->sieve);

	return exchange->upload.done &&
	    sieve_state(exchange->sieve) == SIEVE_PASSED && io_is_eof(from);
}

/* Before the engine hears of the call: wait for as much as we can hold, which
 * for most uploads is the whole; false if the exchange has gone on. */
static bool
pump_sift(struct exchange *exchange)
{
	struct io *from = sieve_io(exchange->sieve);
	bool full = io_in(from)->len >= LIMIT_SIFTED;

	io_read(from, !full);
	if (!full && !is_sifted(exchange))
		return true;
	exchange_disarm(exchange);
	io_read(exchange->client->io, false);
	relay_record(exchange);
	return false;
}

/* Carry what the sieve lets go on; false if the exchange has ended. */
static bool
pump_on(struct exchange *exchange)
{
	struct hearing *hearing = exchange->hearing;
	struct io *from = sieve_io(exchange->sieve);
	struct io *to = exchange->upstream;
	unsigned long long before = hearing->sifted.bytes;
	enum transfer_result result;
	struct errmsg err;

	result = transfer_send(
	    &hearing->sifted, io_in(from), to, LIMIT_OUTPUT, &err);
	if (result == TRANSFER_MORE && is_sifted(exchange) &&
	    io_in(from)->len == 0)
		result = transfer_end(&hearing->sifted, io_out(to), &err);
	if (result == TRANSFER_BROKEN) {
		abort_upload(exchange, 500, "", err.text);
		return false;
	}
	if (hearing->sifted.bytes != before)
		exchange_arm(exchange, LIMIT_UPLOAD_PAUSE_MS);
	/* What the socket takes at once is not told of later. */
	io_flush(to);
	if (result == TRANSFER_DONE)
		finish_sieve(exchange);
	else
		io_read(from, io_out(to)->len < LIMIT_OUTPUT);
	return true;
}

static bool
pump_sieve(struct exchange *exchange)
{
	enum sieve_state state = sieve_state(exchange->sieve);

	if (state == SIEVE_DENIED || state == SIEVE_FAILED) {
		refuse(exchange);
		return false;
	}
	return exchange->state == EXCHANGE_SIFT ? pump_sift(exchange)
						: pump_on(exchange);
}

/* --- both ----------------------------------------------------------------- */

bool
upload_is_done(const struct exchange *exchange)
{
	return exchange->upload.done && exchange->sieve == NULL;
}

bool
upload_step(struct exchange *exchange)
{
	if (!exchange->upload.done && !pump_client(exchange))
		return false;
	if (exchange->sieve != NULL && !pump_sieve(exchange))
		return false;
	if (upload_is_done(exchange) && io_is_eof(exchange->client->io)) {
		pass_eof(exchange);
		return false;
	}
	read_client(exchange);
	return true;
}

void
upload_sift(struct exchange *exchange)
{
	exchange_enter(exchange, EXCHANGE_SIFT);
	exchange_arm(exchange, LIMIT_UPLOAD_PAUSE_MS);
	if (exchange->upload.done)
		io_shutdown(sieve_io(exchange->sieve));
	(void)upload_step(exchange);
}

void
upload_begin(struct exchange *exchange)
{
	if (!upload_is_done(exchange))
		exchange_arm(exchange, LIMIT_UPLOAD_PAUSE_MS);
	(void)upload_step(exchange);
}
