/* SPDX-License-Identifier: Apache-2.0 */
#include "http/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/query.h"
#include "http/registry.h"

/* Query parameters whose values may be secrets: their keys may be recorded. */
static const char *const secret_params[] = {
    "buildargs", "changes", "remote", "outputs", NULL};

/* An object keeps its keys, anything else becomes "...". */
static json_t *
redacted_value(json_t *value)
{
	json_auto_t *copy = json_object();
	const char *key;
	json_t *item;

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
	json_t *copy = json_copy(query);

	for (size_t i = 0; copy != NULL && secret_params[i] != NULL; i++) {
		json_t *value = json_object_get(copy, secret_params[i]);

		if (value != NULL &&
		    json_object_set_new(
			copy, secret_params[i], redacted_value(value)) != 0) {
			json_decref(copy);
			return NULL;
		}
	}
	return copy;
}

char *
emit_target(const struct request *req, bool redacted)
{
	json_auto_t *shown = redacted && req->query != NULL
	    ? redacted_query(req->query)
	    : json_incref(req->query);
	char *path = call_path(req->call, req->minor, req->vars);
	char *query = query_write(req->call, shown);
	char *target = NULL;

	if (path != NULL && query != NULL &&
	    (!redacted || req->query == NULL || shown != NULL) &&
	    asprintf(&target, "%s%s", path, query) < 0)
		target = NULL;
	free(path);
	free(query);
	return target;
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
put_client_field(FILE *out, const char *name, struct span value)
{
	if (value.at == NULL)
		return true;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < 0x20 || value.at[i] > 0x7e)
			return false;
	}
	return fprintf(out, "%s: %.*s\r\n", name, (int)value.len, value.at) > 0;
}

static bool
put_websocket(FILE *out, const struct http_request_head *client)
{
	return client->ws_key.len == 24 && span_is(client->ws_version, "13") &&
	    fputs("Connection: Upgrade\r\nUpgrade: websocket\r\n", out) >= 0 &&
	    put_client_field(out, "Sec-WebSocket-Key", client->ws_key) &&
	    put_client_field(
		out, "Sec-WebSocket-Version", client->ws_version) &&
	    put_client_field(
		out, "Sec-WebSocket-Protocol", client->ws_protocol);
}

/* BuildKit's session is named in fields of its own, one of which repeats. */
static bool
put_h2c(FILE *out, const struct http_request_head *client)
{
	static const char *const names[] = {"X-Docker-Expose-Session-Uuid",
	    "X-Docker-Expose-Session-Name", "X-Docker-Expose-Session-Sharedkey",
	    "X-Docker-Expose-Session-Grpc-Method", NULL};

	if (fputs("Connection: Upgrade\r\nUpgrade: h2c\r\n", out) < 0)
		return false;
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
put_connection(FILE *out, const struct request *req,
    const struct http_request_head *client, struct errmsg *err)
{
	if (!emit_upgrades(req))
		return fputs("Connection: close\r\n", out) >= 0;
	switch (req->call->reply) {
	case CALL_REPLY_HIJACK:
		return fputs("Connection: Upgrade\r\nUpgrade: tcp\r\n", out) >=
		    0;
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

static bool
put_registry(FILE *out, const struct request *req)
{
	const char *name;
	json_t *value;

	json_object_foreach(req->headers, name, value)
	{
		char *text = registry_write(value);
		bool put = text != NULL &&
		    fprintf(out, "%s: %s\r\n", name, text) > 0;

		free(text);
		if (!put)
			return false;
	}
	return true;
}

static bool
put_framing(FILE *out, const struct emit_plan *plan)
{
	switch (plan->framing) {
	case FRAMING_LENGTH:
		return fprintf(out, "Content-Length: %lld\r\n",
			   plan->content_length) > 0;
	case FRAMING_CHUNKED:
		return fputs("Transfer-Encoding: chunked\r\n", out) >= 0;
	case FRAMING_NONE:
	case FRAMING_CLOSE:
		break;
	}
	return true;
}

static bool
put_head(FILE *out, const struct request *req, const struct emit_plan *plan,
    const char *target, struct errmsg *err)
{
	(void)errmsg_nomem(err);
	return fprintf(out,
		   "%s %s HTTP/1.1\r\nHost: docker\r\n"
		   "User-Agent: sockwarden/%s\r\n",
		   http_method_name(req->call->method), target,
		   SOCKWARDEN_VERSION) > 0 &&
	    (plan->framing == FRAMING_NONE ||
		fputs(content_type(req), out) >= 0) &&
	    put_framing(out, plan) && put_registry(out, req) &&
	    put_connection(out, req, plan->client, err) &&
	    fputs("\r\n", out) >= 0;
}

char *
emit_head(const struct request *req, const struct emit_plan *plan, size_t *len,
    struct errmsg *err)
{
	char *target = emit_target(req, false), *text = NULL;
	FILE *out = target == NULL ? NULL : open_memstream(&text, len);
	bool sound = false;

	(void)errmsg_nomem(err);
	if (out != NULL) {
		sound = put_head(out, req, plan, target, err);
		if (fclose(out) != 0)
			sound = errmsg_nomem(err);
	}
	free(target);
	if (!sound) {
		free(text);
		return NULL;
	}
	return text;
}
