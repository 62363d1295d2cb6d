/* SPDX-License-Identifier: Apache-2.0 */
#include "asked.h"

#include <stdlib.h>
#include <string.h>

#include "http/emit.h"
#include "http/registry.h"

json_t *
asked_write(const struct request *req, bool whole)
{
	struct buffer out = {NULL, 0, 0, false};
	json_auto_t *asked = NULL;
	size_t len;
	char *target;

	emit_target(&out, req, true);
	target = buffer_take(&out, &len);
	asked = json_pack("{s:s*, s:o, s:o, s:O?}", "target", target, "headers",
	    request_shown(req->headers), "body", request_shown(req->body),
	    "facts", req->facts);
	free(target);
	if (json_object_get(asked, "target") == NULL ||
	    (!whole && json_object_set_new(asked, "unread", json_true()) != 0))
		return NULL;
	return json_incref(asked);
}

/* A header as it was sent, into the script's. */
static bool
put_header(json_t *headers, const char *name, const json_t *value)
{
	char *text = registry_write(value);
	bool put = text != NULL &&
	    json_object_set_new(headers, name, json_string(text)) == 0;

	free(text);
	return put;
}

bool
asked_read(const json_t *record, struct rehearsal_script *script,
    struct asked_text *text)
{
	const json_t *asked = json_object_get(record, "asked");
	json_auto_t *headers = json_deep_copy(
	    json_object_get(asked, "headers"));
	json_t *body = json_object_get(asked, "body"), *value;
	const char *name;

	memset(script, 0, sizeof(*script));
	memset(text, 0, sizeof(*text));
	script->method = json_string_value(json_object_get(record, "method"));
	script->target = json_string_value(json_object_get(asked, "target"));
	if (script->method == NULL || script->target == NULL ||
	    json_is_true(json_object_get(asked, "unread")))
		return false;
	text->headers = json_object();
	json_object_foreach(headers, name, value)
	{
		if (!put_header(text->headers, name, value))
			return false;
	}
	if (body != NULL && !json_is_null(body)) {
		text->body = schema_write(body, &script->len);
		if (text->body == NULL)
			return false;
	}
	script->body = text->body == NULL ? "" : text->body;
	script->headers = text->headers;
	script->identity = json_object_get(record, "identity");
	script->team = json_string_value(json_object_get(record, "team"));
	script->facts = json_object_get(asked, "facts");
	return true;
}

void
asked_done(struct asked_text *text)
{
	free(text->body);
	json_decref(text->headers);
	memset(text, 0, sizeof(*text));
}
