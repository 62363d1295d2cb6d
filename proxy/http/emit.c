/* SPDX-License-Identifier: Apache-2.0 */
#include "http/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/query.h"
#include "http/registry.h"

/* Query parameters whose values may be secrets: their keys may be recorded. */
static const char *const secret_params[] = {
    "buildargs", "changes", "fromSrc", "remote", "outputs", NULL};

/* "-" for the body itself. */
static bool
is_dash(const json_t *value)
{
	const char *text = json_string_value(value);

	return text != NULL && strcmp(text, "-") == 0;
}

/* An object keeps its keys, anything else becomes "...". */
static json_t *
redacted_value(json_t *value)
{
	json_auto_t *copy = json_object();
	const char *key;
	json_t *item;

	if (is_dash(value))
		return json_incref(value);
	if (!json_is_object(value))
		return json_is_array(value) ? json_pack("[s]", "...")
					    : json_string("...");
	json_object_foreach(value, key, item)
	{
		if (json_object_set_new(copy, key, json_string("...")) != 0)
			return NULL;
	}
	return json_incref(copy);
}

static json_t *
redacted_query(json_t *query)
{
	json_auto_t *copy = json_object();

	if (json_object_update(copy, query) != 0)
		return NULL;
	for (size_t i = 0; secret_params[i] != NULL; i++) {
		json_t *value = json_object_get(copy, secret_params[i]);

		if (value != NULL &&
		    json_object_set_new(
			copy, secret_params[i], redacted_value(value)) != 0)
			return NULL;
	}
	return json_incref(copy);
}

/* Is there nothing in the query that a record may not show? */
static bool
is_open(const json_t *query)
{
	for (size_t i = 0; secret_params[i] != NULL; i++) {
		if (json_object_get(query, secret_params[i]) != NULL)
			return false;
	}
	return true;
}

void
emit_target(struct buffer *out, const struct request *req, bool redacted)
{
	bool as_is = !redacted || is_open(req->query);
	json_auto_t *shown = as_is ? json_incref(req->query)
				   : redacted_query(req->query);
	char *path = call_path(req->call, req->minor, req->vars);

	if (path == NULL || (req->query != NULL && shown == NULL)) {
		out->failed = true;
	} else {
		buffer_text(out, path);
		query_write(out, req->call, shown);
	}
	free(path);
}

/* The daemon must never see a form type: it would read the body as query
 * (wire.md 2).  So the type is that of the call, not the client's. */
static const char *
content_type(const struct request *req)
{
	switch (req->call->body) {
	case CALL_BODY_JSON:
		return "Content-Type: application/json\r\n";
	case CALL_BODY_STREAM:
		return "Content-Type: application/x-tar\r\n";
	case CALL_BODY_NONE:
		break;
	}
	return "";
}

/* A field of the client's for an upgrade: only visible ASCII gets through. */
static bool
put_client_field(struct buffer *out, const char *name, struct span value)
{
	if (value.at == NULL)
		return true;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < 0x20 || value.at[i] > 0x7e)
			return false;
	}
	buffer_text(out, name);
	buffer_text(out, ": ");
	buffer_add(out, value.at, value.len);
	buffer_text(out, "\r\n");
	return true;
}

static bool
put_websocket(struct buffer *out, const struct http_request_head *client)
{
	buffer_text(out, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
	return client->ws_key.len == 24 && span_is(client->ws_version, "13") &&
	    put_client_field(out, "Sec-WebSocket-Key", client->ws_key) &&
	    put_client_field(
		out, "Sec-WebSocket-Version", client->ws_version) &&
	    put_client_field(
		out, "Sec-WebSocket-Protocol", client->ws_protocol);
}

/* BuildKit's session is named in fields of its own, one of which repeats. */
static bool
put_h2c(struct buffer *out, const struct http_request_head *client)
{
	static const char *const names[] = {"X-Docker-Expose-Session-Uuid",
	    "X-Docker-Expose-Session-Name", "X-Docker-Expose-Session-Sharedkey",
	    "X-Docker-Expose-Session-Grpc-Method", NULL};

	buffer_text(out, "Connection: Upgrade\r\nUpgrade: h2c\r\n");
	for (size_t i = 0; i < client->fields.n; i++) {
		const struct http_field *field = &client->fields.field[i];

		for (size_t n = 0; names[n] != NULL; n++) {
			if (span_is(field->name, names[n]) &&
			    !put_client_field(out, names[n], field->value))
				return false;
		}
	}
	return true;
}

bool
emit_upgrades(const struct request *req)
{
	switch (req->call->reply) {
	case CALL_REPLY_HIJACK:
		return !json_is_true(request_body_get(req, "Detach"));
	case CALL_REPLY_WEBSOCKET:
	case CALL_REPLY_H2C:
		return true;
	case CALL_REPLY_PLAIN:
	case CALL_REPLY_JSON:
		break;
	}
	return false;
}

static bool
put_upgrade(struct buffer *out, const struct request *req,
    const struct http_request_head *client, struct errmsg *err)
{
	switch (req->call->reply) {
	case CALL_REPLY_HIJACK:
		buffer_text(out, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
		return true;
	case CALL_REPLY_WEBSOCKET:
		return put_websocket(out, client) ||
		    errmsg_set(err, "malformed websocket handshake");
	case CALL_REPLY_H2C:
		return put_h2c(out, client) ||
		    errmsg_set(err, "malformed session header");
	case CALL_REPLY_PLAIN:
	case CALL_REPLY_JSON:
		break;
	}
	return errmsg_set(err, "this call cannot be upgraded");
}

static void
put_registry(struct buffer *out, const struct request *req)
{
	const char *name;
	json_t *value;

	json_object_foreach(req->headers, name, value)
	{
		char *text = registry_write(value);

		if (text == NULL) {
			out->failed = true;
			return;
		}
		buffer_text(out, name);
		buffer_text(out, ": ");
		buffer_text(out, text);
		buffer_text(out, "\r\n");
		free(text);
	}
}

static void
put_framing(struct buffer *out, const struct emit_plan *plan)
{
	switch (plan->framing) {
	case FRAMING_LENGTH:
		buffer_text(out, "Content-Length: ");
		buffer_number(out, plan->content_length);
		buffer_text(out, "\r\n");
		break;
	case FRAMING_CHUNKED:
		buffer_text(out, "Transfer-Encoding: chunked\r\n");
		break;
	case FRAMING_NONE:
	case FRAMING_CLOSE:
		break;
	}
}

bool
emit_head(struct buffer *out, const struct request *req,
    const struct emit_plan *plan, struct errmsg *err)
{
	buffer_text(out, http_method_name(req->call->method));
	buffer_text(out, " ");
	emit_target(out, req, false);
	buffer_text(out,
	    " HTTP/1.1\r\nHost: docker\r\n"
	    "User-Agent: sockwarden/" SOCKWARDEN_VERSION "\r\n");
	if (plan->framing != FRAMING_NONE)
		buffer_text(out, content_type(req));
	put_framing(out, plan);
	put_registry(out, req);
	if (!emit_upgrades(req)) {
		if (plan->close)
			buffer_text(out, "Connection: close\r\n");
	} else if (!put_upgrade(out, req, plan->client, err)) {
		return false;
	}
	buffer_text(out, "\r\n");
	return !out->failed || errmsg_nomem(err);
}
