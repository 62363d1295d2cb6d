/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz/fuzz.h"
#include "fuzz/strict_http.h"
#include "fuzz/strict_json.h"
#include "http/emit.h"

/* --- the text form -------------------------------------------------------- */

static char *
take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (end == NULL) {
		*at = line + strlen(line);
		return line;
	}
	*end = '\0';
	*at = end + 1;
	return line;
}

static bool
take_header(struct rehearsal_script *script, char *line)
{
	char *colon = strstr(line, ": ");

	if (colon == NULL || colon == line)
		return false;
	*colon = '\0';
	if (strcmp(line, "Facts") == 0) {
		json_decref(script->facts);
		script->facts = json_loads(colon + 2, 0, NULL);
		return json_is_object(script->facts);
	}
	return json_object_set_new(
		   script->headers, line, json_string(colon + 2)) == 0;
}

bool
request_script(char *text, size_t len, struct rehearsal_script *script)
{
	char *at = text, *line = take_line(&at), *target = strchr(line, ' ');

	memset(script, 0, sizeof(*script));
	if (target == NULL)
		return false;
	*target++ = '\0';
	script->method = line;
	script->target = target;
	script->headers = json_object();
	for (line = take_line(&at); *line != '\0'; line = take_line(&at)) {
		if (!take_header(script, line)) {
			request_script_done(script);
			return false;
		}
	}
	script->body = at;
	script->len = (size_t)(text + len - at);
	return true;
}

void
request_script_done(struct rehearsal_script *script)
{
	json_decref(script->headers);
	json_decref(script->facts);
	memset(script, 0, sizeof(*script));
}

/* --- sending -------------------------------------------------------------- */

/* As net/relay does: JSON with its length, a stream in chunks. */
bool
request_send(const struct request *req, const struct http_request_head *client,
    struct sent *sent)
{
	struct emit_plan plan = {.framing = FRAMING_NONE, .client = client};
	struct buffer out = {NULL, 0, 0, false};
	struct errmsg err;
	bool sound;

	memset(sent, 0, sizeof(*sent));
	if (req->call->body == CALL_BODY_STREAM)
		plan.framing = FRAMING_CHUNKED;
	if (req->body != NULL) {
		sent->body = schema_write(req->body, &sent->body_len);
		HOLDS(sent->body != NULL);
		plan.framing = FRAMING_LENGTH;
		plan.content_length = (long long)sent->body_len;
	}
	sound = emit_head(&out, req, &plan, &err);
	sent->head = buffer_take(&out, &sent->head_len);
	if (!sound)
		sent_done(sent);
	return sound;
}

void
sent_done(struct sent *sent)
{
	free(sent->head);
	free(sent->body);
	memset(sent, 0, sizeof(*sent));
}

/* --- reading it again ----------------------------------------------------- */

/* The path that the call and its names make, not escaped. */
static bool
path_is(const struct request *req, const char *path)
{
	char version[32] = "";
	const char *template = req->call->path;

	if (req->minor != 0)
		(void)snprintf(version, sizeof(version), "/v1.%d", req->minor);
	if (strncmp(path, version, strlen(version)) != 0)
		return false;
	path += strlen(version);
	while (*template != '\0') {
		const char *name;
		size_t len;

		if (*template != '{') {
			if (*template ++ != *path++)
				return false;
			continue;
		}
		len = strcspn(template, "}");
		name = json_string_value(
		    json_object_getn(req->vars, template + 1, len - 1));
		if (name == NULL || strncmp(path, name, strlen(name)) != 0)
			return false;
		path += strlen(name);
		template += len + 1;
	}
	return *path == '\0';
}

/* Take the pair off what is still to be found in the query. */
static bool
pair_is(const struct request *req, json_t *left, const char *name,
    const char *value)
{
	const struct call_param *param = req->call->params;
	json_t *want = json_object_get(left, name);

	while (param != NULL && param->name != NULL &&
	    strcmp(param->name, name) != 0)
		param++;
	if (param == NULL || param->name == NULL || want == NULL)
		return false;
	if (param->kind == PARAM_LIST) {
		const char *item = json_string_value(json_array_get(want, 0));

		return item != NULL && strcmp(item, value) == 0 &&
		    json_array_remove(want, 0) == 0;
	}
	if (param->kind == PARAM_JSON
		? !strict_json_is(value, strlen(value), want)
		: strcmp(json_string_value(want), value) != 0)
		return false;
	return json_object_del(left, name) == 0;
}

static bool
query_is(const struct request *req, char *query)
{
	json_auto_t *left = json_deep_copy(req->query);
	const char *key;
	json_t *value;

	while (query != NULL && *query != '\0') {
		char *pair = strsep(&query, "&"), *text = strchr(pair, '=');

		if (text == NULL)
			return false;
		*text++ = '\0';
		if (strict_unescape(pair, true) < 0 ||
		    strict_unescape(text, true) < 0 ||
		    !pair_is(req, left, pair, text))
			return false;
	}
	json_object_foreach(left, key, value)
	{
		if (!json_is_array(value) || json_array_size(value) != 0)
			return false;
	}
	return true;
}

static bool
target_is(const struct request *req, char *target)
{
	char *query = strchr(target, '?');

	if (query != NULL)
		*query++ = '\0';
	return strict_unescape(target, false) >= 0 && path_is(req, target) &&
	    query_is(req, query);
}

static void
registry_is(const struct strict_request *head, const struct request *req)
{
	const char *name;
	json_t *value;
	bool once = true;
	size_t n = 0;

	for (size_t i = 0; i < head->n; i++)
		n += strncasecmp(head->field[i].name, "X-Registry-", 11) == 0;
	HOLDS(n == json_object_size(req->headers));
	json_object_foreach(req->headers, name, value)
	{
		const char *text = strict_request_field(head, name, &once);
		size_t len;
		char *json;

		HOLDS(text != NULL);
		json = strict_base64url(text, &len);
		HOLDS(json != NULL && strict_json_is(json, len, value));
		free(json);
	}
	HOLDS(once);
}

/* Only what we ever send, and each once. */
static void
fields_are(const struct strict_request *head)
{
	static const char *const known[] = {"Host", "User-Agent",
	    "Content-Type", "Content-Length", "Transfer-Encoding", "Connection",
	    "Upgrade", "X-Registry-Auth", "X-Registry-Config",
	    "Sec-WebSocket-Key", "Sec-WebSocket-Version",
	    "Sec-WebSocket-Protocol", "X-Docker-Expose-Session-Uuid",
	    "X-Docker-Expose-Session-Name", "X-Docker-Expose-Session-Sharedkey",
	    "X-Docker-Expose-Session-Grpc-Method", NULL};

	for (size_t i = 0; i < head->n; i++) {
		bool once = true;
		size_t k = 0;

		while (known[k] != NULL &&
		    strcmp(known[k], head->field[i].name) != 0)
			k++;
		HOLDS(known[k] != NULL);
		(void)strict_request_field(head, known[k], &once);
		HOLDS(once || strstr(known[k], "Grpc-Method") != NULL);
	}
}

static void
framing_is(const struct strict_request *head, const struct request *req,
    const struct sent *sent)
{
	bool once = true;
	const char *length = strict_request_field(
	    head, "Content-Length", &once);
	const char *coding = strict_request_field(
	    head, "Transfer-Encoding", &once);

	HOLDS((coding != NULL) == (req->call->body == CALL_BODY_STREAM));
	HOLDS((length != NULL) == (sent->body != NULL));
	if (coding != NULL)
		HOLDS(strcmp(coding, "chunked") == 0);
	if (length != NULL)
		HOLDS(strtoull(length, NULL, 10) == sent->body_len);
	HOLDS((sent->body != NULL) == (req->body != NULL));
	if (sent->body != NULL)
		HOLDS(strict_json_is(sent->body, sent->body_len, req->body));
}

void
request_sent_is(const struct request *req, const struct sent *sent)
{
	struct strict_request head;
	bool once = true;
	const char *host;

	HOLDS(strict_request_read(sent->head, sent->head_len, &head));
	HOLDS(head.len == sent->head_len);
	HOLDS(strcmp(head.method, http_method_name(req->call->method)) == 0);
	host = strict_request_field(&head, "Host", &once);
	HOLDS(host != NULL && strcmp(host, "docker") == 0);
	fields_are(&head);
	registry_is(&head, req);
	framing_is(&head, req, sent);
	HOLDS(target_is(req, head.target));
	strict_request_done(&head);
}
