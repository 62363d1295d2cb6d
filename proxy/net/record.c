/* SPDX-License-Identifier: Apache-2.0 */
/* record -- what the audit log says of an exchange. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "config/settings.h"
#include "log.h"
#include "net/clock.h"
#include "net/exchange_state.h"
#include "net/io.h"

#define TARGET_SHOWN 512

/* Text for people, of bytes that may be anything: what is not printable ASCII is
 * written \xNN. */
static json_t *
json_shown(const char *bytes, size_t len)
{
	char text[4 * TARGET_SHOWN + 1] = "";
	size_t at = 0;

	for (size_t i = 0; i < len && i < TARGET_SHOWN; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    byte > 0x20 && byte < 0x7F ? "%c" : "\\x%02x", byte);
	}
	return json_string(text);
}

/* The target: as it goes to the engine if we know it, else the beginning of
 * what the client sent, without the query, which may hold secrets. */
static json_t *
target_json(const struct exchange *exchange)
{
	struct span raw = exchange->head.target;
	size_t len = raw.at == NULL ? 0 : raw.len;
	const char *mark;
	char *target = NULL;
	json_t *json;

	if (exchange->request.call != NULL && exchange->request.query != NULL)
		target = emit_target(&exchange->request, true);
	if (target != NULL) {
		json = json_string(target);
		free(target);
		return json;
	}
	mark = len == 0 ? NULL : memchr(raw.at, '?', len);
	if (mark != NULL)
		len = (size_t)(mark - raw.at);
	return json_shown(raw.at, len);
}

static json_t *
string_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? json_null() : json_string(text);
}

static json_t *
touches_json(const struct exchange *exchange)
{
	return exchange->request.call == NULL
	    ? json_null()
	    : request_touches(&exchange->request);
}

static json_t *
kept(json_t *value)
{
	return value == NULL ? json_null() : json_incref(value);
}

static json_t *
kept_list(json_t *list)
{
	return json_array_size(list) == 0 ? json_null() : json_incref(list);
}

bool
record_asked(struct exchange *exchange, bool whole, struct errmsg *err)
{
	if (tier_mode(exchange->tier) == TIER_ENFORCE &&
	    !config_audit(exchange->config)->requests)
		return true;
	exchange->requested = asked_write(&exchange->request, whole);
	return exchange->requested != NULL || errmsg_nomem(err);
}

/* What a tier would have said that does not enforce it. */
static json_t *
would_json(const struct report *would)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "verdict",
	    verdict_name(would->verdict), "filter",
	    string_or_null(would->filter), "field",
	    string_or_null(would->field), "reason",
	    string_or_null(would->reason.text), "changes",
	    kept(would->changes));
}

/* What only some records have.  Takes record; NULL if out of memory. */
static json_t *
with_extras(json_t *record, const struct exchange *exchange)
{
	enum tier_mode mode = exchange->tier == NULL
	    ? TIER_ENFORCE
	    : tier_mode(exchange->tier);
	bool added = record != NULL;

	if (exchange->would.foreseen)
		added = added &&
		    json_object_set_new(record, "mode",
			json_string(tier_mode_name(mode))) == 0 &&
		    json_object_set_new(
			record, "would", would_json(&exchange->would)) == 0;
	if (exchange->requested != NULL)
		added = added &&
		    json_object_set(record, "asked", exchange->requested) == 0;
	if (added)
		return record;
	json_decref(record);
	return NULL;
}

static json_t *
request_json(const struct exchange *exchange, const char *verdict)
{
	const struct call *call = exchange->request.call;
	const struct report *report = &exchange->report;
	char when[AUDIT_TIME_SIZE];

	audit_time(when);
	return with_extras(
	    json_pack("{s:s, s:s, s:s, s:O, s:o, s:o, s:s, s:o, s:o, s:s, "
		      "s:o, s:o, s:o, s:o, s:o, s:o}",
		"event", "request", "time", when, "id", exchange->id,
		"identity", exchange->client->identity, "team",
		string_or_null(exchange->team), "tier",
		string_or_null(
		    exchange->tier == NULL ? NULL : tier_name(exchange->tier)),
		"method", http_method_name(exchange->head.method), "target",
		target_json(exchange), "call",
		string_or_null(call == NULL ? NULL : call->name), "verdict",
		verdict, "filter", string_or_null(report->filter), "field",
		string_or_null(report->field), "reason",
		string_or_null(report->reason.text), "changes",
		kept(report->changes), "dropped",
		kept_list(exchange->request.dropped), "touches",
		touches_json(exchange)),
	    exchange);
}

bool
record_request(
    struct exchange *exchange, const char *verdict, struct errmsg *err)
{
	json_auto_t *record = request_json(exchange, verdict);

	if (record == NULL)
		(void)errmsg_nomem(err);
	else if (audit_write(exchange->client->server->audit, record, err)) {
		exchange->recorded = true;
		return true;
	}
	log_error("%s", err->text);
	return config_audit(exchange->config)->on_failure == AUDIT_CONTINUE;
}

void
record_response(struct exchange *exchange, const char *how)
{
	char when[AUDIT_TIME_SIZE];
	struct errmsg err;
	json_auto_t *record = NULL;

	if (!exchange->recorded)
		return;
	audit_time(when);
	record = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:s}", "event",
	    "response", "time", when, "id", exchange->id, "status",
	    exchange->status, "bytes_in", (json_int_t)exchange->upload.bytes,
	    "bytes_out", (json_int_t)exchange->download.bytes, "ms",
	    (json_int_t)(clock_ms() - exchange->began), "end",
	    *how == '\0' ? "complete" : how);
	if (record != NULL && exchange->sieve_said != NULL &&
	    json_object_set(record, "upload", exchange->sieve_said) != 0) {
		json_decref(record);
		record = NULL;
	}
	if (record == NULL)
		log_error("audit: out of memory");
	else if (!audit_write(exchange->client->server->audit, record, &err))
		log_error("%s", err.text);
}
