/* SPDX-License-Identifier: Apache-2.0 */
/* record -- what the audit log says of an exchange. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "config/settings.h"
#include "http/emit.h"
#include "log.h"
#include "net/clock.h"
#include "net/exchange_state.h"
#include "net/io.h"

#define TARGET_SHOWN 512

/* Text for people, of bytes that may be anything: what is not printable ASCII is
 * written \\xNN. */
static void
put_shown(struct buffer *line, const char *bytes, size_t len)
{
	char text[4 * TARGET_SHOWN + 1];
	size_t at = 0;

	for (size_t i = 0; i < len && i < TARGET_SHOWN; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte > 0x20 && byte < 0x7F)
			text[at++] = (char)byte;
		else
			at += (size_t)snprintf(
			    text + at, sizeof(text) - at, "\\x%02x", byte);
	}
	text[at] = '\0';
	buffer_json_string(line, text);
}

/* The target: as it goes to the engine if we know it, else the beginning of
 * what the client sent, without the query, which may hold secrets. */
static void
put_target(struct buffer *line, const struct exchange *exchange)
{
	const struct hearing *hearing = exchange->hearing;
	struct span raw = hearing->head.target;
	size_t len = raw.at == NULL ? 0 : raw.len;
	struct buffer target = {NULL, 0, 0, false};
	const char *mark;
	char *text;

	if (hearing->request.call != NULL && hearing->request.query != NULL) {
		emit_target(&target, &hearing->request, true);
		text = buffer_take(&target, &len);
		if (text == NULL)
			line->failed = true;
		else
			buffer_json_string(line, text);
		free(text);
		return;
	}
	mark = len == 0 ? NULL : memchr(raw.at, '?', len);
	if (mark != NULL)
		len = (size_t)(mark - raw.at);
	put_shown(line, raw.at, len);
}

/* --- members -------------------------------------------------------------- */

/* All of them are there in every record; what a call does not have is null. */
static void
put_string(struct buffer *line, const char *name, const char *text)
{
	buffer_text(line, name);
	if (text == NULL || *text == '\0')
		buffer_text(line, "null");
	else
		buffer_json_string(line, text);
}

static void
put_json(struct buffer *line, const char *name, const json_t *value)
{
	buffer_text(line, name);
	if (value == NULL)
		buffer_text(line, "null");
	else
		buffer_json(line, value);
}

static void
put_number(struct buffer *line, const char *name, long long number)
{
	buffer_text(line, name);
	buffer_number(line, number);
}

static void
put_touches(struct buffer *line, const struct request *request)
{
	json_auto_t *touches = NULL;

	buffer_text(line, ",\"touches\":");
	if (request->call == NULL) {
		buffer_text(line, "null");
	} else if (request_touches_nothing(request)) {
		buffer_text(line, "{}");
	} else {
		touches = request_touches(request);
		buffer_json(line, touches);
	}
}

/* The beginning, which both records have in common. */
static void
put_event(struct buffer *line, const char *event, const char *id)
{
	char when[AUDIT_TIME_SIZE];

	audit_time(when);
	buffer_text(line, "{\"event\":\"");
	buffer_text(line, event);
	buffer_text(line, "\",\"time\":\"");
	buffer_text(line, when);
	buffer_text(line, "\",\"id\":\"");
	buffer_text(line, id);
	buffer_text(line, "\"");
}

/* What a tier would have said that does not enforce it. */
static void
put_would(struct buffer *line, const struct exchange *exchange)
{
	const struct report *would = &exchange->hearing->would;
	const struct tier *tier = exchange->hearing->tier;

	if (!would->foreseen)
		return;
	put_string(line, ",\"mode\":",
	    tier_mode_name(tier == NULL ? TIER_ENFORCE : tier_mode(tier)));
	put_string(
	    line, ",\"would\":{\"verdict\":", verdict_name(would->verdict));
	put_string(line, ",\"filter\":", would->filter);
	put_string(line, ",\"field\":", would->field);
	put_string(line, ",\"reason\":", would->reason.text);
	put_json(line, ",\"changes\":", would->changes);
	buffer_text(line, "}");
}

static void
put_request(
    struct buffer *line, const struct exchange *exchange, const char *verdict)
{
	const struct hearing *hearing = exchange->hearing;
	const struct request *request = &hearing->request;
	const struct report *report = &hearing->report;
	const char *identity = client_identity_text(exchange->client);

	put_event(line, "request", exchange->id);
	buffer_text(line, ",\"identity\":");
	if (identity == NULL)
		line->failed = true;
	else
		buffer_text(line, identity);
	put_string(line, ",\"team\":", hearing->team);
	put_string(line, ",\"tier\":",
	    hearing->tier == NULL ? NULL : tier_name(hearing->tier));
	put_string(
	    line, ",\"method\":", http_method_name(hearing->head.method));
	buffer_text(line, ",\"target\":");
	put_target(line, exchange);
	put_string(line,
	    ",\"call\":", request->call == NULL ? NULL : request->call->name);
	put_string(line, ",\"verdict\":", verdict);
	put_string(line, ",\"filter\":", report->filter);
	put_string(line, ",\"field\":", report->field);
	put_string(line, ",\"reason\":", report->reason.text);
	put_json(line, ",\"changes\":", report->changes);
	put_json(line, ",\"dropped\":",
	    json_array_size(request->dropped) == 0 ? NULL : request->dropped);
	put_touches(line, request);
	put_would(line, exchange);
	if (hearing->requested != NULL)
		put_json(line, ",\"asked\":", hearing->requested);
	buffer_text(line, "}");
}

static void
put_response(
    struct buffer *line, const struct exchange *exchange, const char *how)
{
	put_event(line, "response", exchange->id);
	put_number(line, ",\"status\":", exchange->status);
	put_number(line, ",\"bytes_in\":", (long long)exchange->upload.bytes);
	put_number(
	    line, ",\"bytes_out\":", (long long)exchange->download.bytes);
	put_number(line, ",\"ms\":", clock_ms() - exchange->began);
	put_string(line, ",\"end\":", *how == '\0' ? "complete" : how);
	if (exchange->sieve_said != NULL)
		put_json(line, ",\"upload\":", exchange->sieve_said);
	buffer_text(line, "}");
}

/* --- writing -------------------------------------------------------------- */

bool
record_asked(struct exchange *exchange, bool whole, struct errmsg *err)
{
	if (tier_mode(exchange->hearing->tier) == TIER_ENFORCE &&
	    !config_audit(exchange->config)->requests)
		return true;
	exchange->hearing->requested = asked_write(
	    &exchange->hearing->request, whole);
	return exchange->hearing->requested != NULL || errmsg_nomem(err);
}

bool
record_request(
    struct exchange *exchange, const char *verdict, audit_fn *on_written)
{
	struct audit *audit = exchange->client->server->audit;
	struct errmsg err;

	put_request(audit_begin(audit), exchange, verdict);
	exchange->recorded = audit_end(audit,
	    on_written == NULL ? NULL : &exchange->hearing->record, on_written,
	    exchange, &err);
	if (!exchange->recorded)
		log_error("%s", err.text);
	return exchange->recorded;
}

bool
record_may_fail(const struct exchange *exchange)
{
	return config_audit(exchange->config)->on_failure == AUDIT_CONTINUE;
}

void
record_response(struct exchange *exchange, const char *how)
{
	struct audit *audit = exchange->client->server->audit;
	struct errmsg err;

	if (!exchange->recorded)
		return;
	put_response(audit_begin(audit), exchange, how);
	if (!audit_end(audit, NULL, NULL, NULL, &err))
		log_error("%s", err.text);
}
