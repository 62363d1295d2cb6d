/* SPDX-License-Identifier: Apache-2.0 */
#include "http/reply.h"

#include <string.h>
#include <strings.h>

/* What a client gets to see of the daemon's fields (wire.md 1).  Framing and
 * Connection are ours, Api-Version is clamped, Location never passes: it would
 * lead a client around the guard. */
static const struct word passed_fields[] = {WORD("Content-Type"),
    WORD("Docker-Experimental"), WORD("Ostype"), WORD("Server"), WORD("Date"),
    WORD("X-Docker-Container-Path-Stat"), WORD("Content-Disposition"),
    WORD("Warning"), WORD("Deprecation"), WORD("Builder-Version"),
    WORD("Swarm"), WORD("Cache-Control"), WORD("Pragma"),
    WORD("Sec-Websocket-Accept"), WORD("Sec-Websocket-Protocol"),
    WORD("X-Content-Type-Options"), WORD("Libpod-Api-Version"),
    WORD("Libpod-Buildah-Version")};
#define PASSED_FIELDS (sizeof(passed_fields) / sizeof(passed_fields[0]))

const char *
http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
	    {101, "UPGRADED"},
	    {200, "OK"},
	    {400, "Bad Request"},
	    {403, "Forbidden"},
	    {405, "Method Not Allowed"},
	    {408, "Request Timeout"},
	    {411, "Length Required"},
	    {413, "Content Too Large"},
	    {414, "URI Too Long"},
	    {415, "Unsupported Media Type"},
	    {417, "Expectation Failed"},
	    {426, "Upgrade Required"},
	    {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"},
	    {501, "Not Implemented"},
	    {502, "Bad Gateway"},
	    {503, "Service Unavailable"},
	    {504, "Gateway Timeout"},
	    {505, "HTTP Version Not Supported"},
	    {0, "Answer"},
	};
	size_t i = 0;

	while (texts[i].status != 0 && texts[i].status != status)
		i++;
	return texts[i].text;
}

/* --- reading -------------------------------------------------------------- */

static bool
read_status_line(const char *bytes, size_t line, struct http_reply_head *head,
    bool *old, struct errmsg *err)
{
	const char *at = bytes + 9;

	if (line < 12 || memcmp(bytes, "HTTP/1.", 7) != 0 ||
	    (bytes[7] != '0' && bytes[7] != '1') || bytes[8] != ' ')
		return errmsg_set(err, "the engine's answer is not HTTP/1");
	for (int i = 0; i < 3; i++) {
		if (at[i] < '0' || at[i] > '9')
			return errmsg_set(
			    err, "the engine's answer has no status");
		head->status = head->status * 10 + (at[i] - '0');
	}
	*old = bytes[7] == '0';
	return head->status >= 100 && (line == 12 || at[3] == ' ')
	    ? true
	    : errmsg_set(err, "the engine's answer has no status");
}

static bool
has_word(struct span list, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; list.at != NULL && i + len <= list.len; i++) {
		if (strncasecmp(list.at + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool
begins_with(struct span value, const char *prefix)
{
	size_t len = strlen(prefix);

	return value.at != NULL && value.len >= len &&
	    strncasecmp(value.at, prefix, len) == 0;
}

/* A reply without body, whatever its fields say (RFC 9112, 6.3). */
static bool
is_bodiless(const struct http_reply_head *head, enum http_method method)
{
	return method == METHOD_HEAD || head->status < 200 ||
	    head->status == 204 || head->status == 304;
}

static size_t
count(const struct http_fields *fields, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fields->n; i++)
		n += span_is(fields->field[i].name, name) ? 1 : 0;
	return n;
}

static bool
read_framing(
    struct http_reply_head *head, enum http_method method, struct errmsg *err)
{
	struct span length = http_field(&head->fields, "content-length");
	struct span coding = http_field(&head->fields, "transfer-encoding");

	if (count(&head->fields, "content-length") +
		count(&head->fields, "transfer-encoding") >
	    1)
		return errmsg_set(err, "the engine's framing is ambiguous");
	if (length.at != NULL &&
	    !http_length_read(length, &head->content_length))
		return errmsg_set(
		    err, "the engine's Content-Length is malformed");
	if (coding.at != NULL && !span_is(coding, "chunked"))
		return errmsg_set(err, "the engine's framing is ambiguous");
	if (is_bodiless(head, method))
		head->framing = FRAMING_NONE;
	else if (coding.at != NULL)
		head->framing = FRAMING_CHUNKED;
	else
		head->framing = length.at == NULL ? FRAMING_CLOSE
						  : FRAMING_LENGTH;
	return true;
}

static int
read_minor(struct span version)
{
	int minor = 0;

	if (!begins_with(version, "1."))
		return 0;
	for (size_t i = 2; i < version.len && i < 6; i++) {
		if (version.at[i] < '0' || version.at[i] > '9')
			return 0;
		minor = minor * 10 + (version.at[i] - '0');
	}
	return minor;
}

static void
read_upgrade(struct http_reply_head *head)
{
	struct span upgrade = http_field(&head->fields, "upgrade");

	if (span_is(upgrade, "tcp"))
		head->upgrade = HTTP_UPGRADE_TCP;
	else if (span_is(upgrade, "websocket"))
		head->upgrade = HTTP_UPGRADE_WEBSOCKET;
	else if (span_is(upgrade, "h2c"))
		head->upgrade = HTTP_UPGRADE_H2C;
}

bool
http_reply_head_read(const char *bytes, size_t len, enum http_method method,
    struct http_reply_head *head, struct errmsg *err)
{
	const char *cr = memchr(bytes, '\r', len);
	struct span type;
	size_t line;
	int status;
	bool old = true;

	memset(head, 0, offsetof(struct http_reply_head, fields));
	if (cr == NULL || (size_t)(cr - bytes) + 1 >= len || cr[1] != '\n')
		return errmsg_set(err, "the engine's answer is not HTTP/1");
	line = (size_t)(cr - bytes);
	if (!read_status_line(bytes, line, head, &old, err) ||
	    !http_fields_read(bytes + line + 2, len - line - 2, false,
		&head->fields, &status, err) ||
	    !read_framing(head, method, err))
		return false;
	type = http_field(&head->fields, "content-type");
	head->json = begins_with(type, "application/json");
	head->close = old ||
	    has_word(http_field(&head->fields, "connection"), "close");
	head->raw_stream = head->status == 200 &&
	    head->framing == FRAMING_CLOSE &&
	    begins_with(type, "application/vnd.docker.") &&
	    has_word(type, "-stream");
	head->api_minor = read_minor(http_field(&head->fields, "api-version"));
	read_upgrade(head);
	return true;
}

/* --- writing -------------------------------------------------------------- */

/* The first of each; in the daemon's order, but in our spelling. */
static void
put_passed(struct buffer *out, const struct http_reply_head *head)
{
	unsigned seen = 0;

	for (size_t i = 0; i < head->fields.n; i++) {
		struct span value = head->fields.field[i].value;
		size_t which = word_find(
		    passed_fields, PASSED_FIELDS, head->fields.field[i].name);

		if (which == PASSED_FIELDS || (seen & (1U << which)) != 0)
			continue;
		seen |= 1U << which;
		buffer_add(
		    out, passed_fields[which].text, passed_fields[which].len);
		buffer_text(out, ": ");
		buffer_add(out, value.at, value.len);
		buffer_text(out, "\r\n");
	}
	if (head->api_minor <= 0)
		return;
	buffer_text(out, "Api-Version: 1.");
	buffer_number(out,
	    head->api_minor < API_MINOR_LAST ? head->api_minor
					     : API_MINOR_LAST);
	buffer_text(out, "\r\n");
}

static void
put_framing(struct buffer *out, const struct http_reply_plan *plan)
{
	static const char *const upgrades[] = {
	    [HTTP_UPGRADE_NONE] = NULL,
	    [HTTP_UPGRADE_TCP] = "tcp",
	    [HTTP_UPGRADE_WEBSOCKET] = "websocket",
	    [HTTP_UPGRADE_H2C] = "h2c",
	};

	if (upgrades[plan->upgrade] != NULL) {
		buffer_text(out, "Connection: Upgrade\r\nUpgrade: ");
		buffer_text(out, upgrades[plan->upgrade]);
		buffer_text(out, "\r\n");
	} else if (plan->close) {
		buffer_text(out, "Connection: close\r\n");
	}
	if (plan->framing == FRAMING_CHUNKED)
		buffer_text(out, "Transfer-Encoding: chunked\r\n");
	if (plan->framing == FRAMING_LENGTH) {
		buffer_text(out, "Content-Length: ");
		buffer_number(out, plan->content_length);
		buffer_text(out, "\r\n");
	}
}

static void
put_status(struct buffer *out, int status)
{
	buffer_text(out, "HTTP/1.1 ");
	buffer_number(out, status);
	buffer_text(out, " ");
	buffer_text(out, http_status_text(status));
	buffer_text(out, "\r\n");
}

void
http_reply_head_write(struct buffer *out, const struct http_reply_head *head,
    const struct http_reply_plan *plan)
{
	put_status(out, plan->as_200 ? 200 : head->status);
	put_passed(out, head);
	put_framing(out, plan);
	buffer_text(out, "\r\n");
}

void
http_reply_own(struct buffer *out, int status, const char *message, bool close)
{
	struct buffer body = {NULL, 0, 0, false};

	buffer_text(&body, "{\"message\": ");
	buffer_json_string(&body, message);
	buffer_text(&body, "}\n");
	put_status(out, status);
	buffer_text(out, "Content-Type: application/json\r\nContent-Length: ");
	buffer_number(out, (long long)body.len);
	buffer_text(out, close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
	buffer_add(out, body.bytes, body.len);
	out->failed = out->failed || body.failed;
	buffer_done(&body);
}
