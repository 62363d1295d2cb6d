/* SPDX-License-Identifier: Apache-2.0 */
#include "http/head.h"

#include <string.h>
#include <strings.h>

#include "http/second_opinion.h"

#define TARGET_MAX (8 * 1024)
#define NAME_MAX_LEN 128
#define VALUE_MAX (8 * 1024)
/* X-Registry-Config carries the credentials of every registry a user knows. */
#define VALUE_MAX_REGISTRY (32 * 1024)

/* What a byte may be part of. */
enum {
	IN_TOKEN = 1, /* RFC 9110, 5.6.2: what field names are made of */
	IN_PATH = 2, /* visible ASCII without what parsers, proxies and shells
	                treat differently */
	IN_QUERY = 4, /* the same; braces and quotes are what older clients
	                 send in filters */
};

#define ALL (IN_TOKEN | IN_PATH | IN_QUERY)
#define URL (IN_PATH | IN_QUERY)

/* A range says more than 62 rows. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
static const unsigned char classes[256] = {
    ['0' ... '9'] = ALL,
    ['A' ... 'Z'] = ALL,
    ['a' ... 'z'] = ALL,
    ['!'] = ALL,
    ['$'] = ALL,
    ['%'] = ALL,
    ['&'] = ALL,
    ['\''] = ALL,
    ['*'] = ALL,
    ['+'] = ALL,
    ['-'] = ALL,
    ['.'] = ALL,
    ['_'] = ALL,
    ['~'] = ALL,
    ['#'] = IN_TOKEN,
    ['^'] = IN_TOKEN,
    ['`'] = IN_TOKEN,
    ['|'] = IN_TOKEN,
    ['('] = URL,
    [')'] = URL,
    [','] = URL,
    ['/'] = URL,
    [':'] = URL,
    [';'] = URL,
    ['='] = URL,
    ['?'] = URL,
    ['@'] = URL,
    ['['] = URL,
    [']'] = URL,
    ['{'] = IN_QUERY,
    ['}'] = IN_QUERY,
    ['"'] = IN_QUERY,
};
#pragma GCC diagnostic pop

static bool
is_token(unsigned char c)
{
	return (classes[c] & IN_TOKEN) != 0;
}

size_t
word_find(const struct word *words, size_t n, struct span span)
{
	size_t i = 0;

	while (i < n &&
	    (words[i].len != span.len ||
		strncasecmp(words[i].text, span.at, span.len) != 0))
		i++;
	return i;
}

size_t
http_head_end(const char *bytes, size_t len)
{
	const char *end = bytes + len, *lf = bytes;

	/* By lines: memmem() looks at each byte by itself. */
	while ((lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL) {
		lf++;
		if (lf - bytes >= 4 && memcmp(lf - 4, "\r\n\r\n", 4) == 0)
			return (size_t)(lf - bytes);
	}
	return 0;
}

static bool
refuse(int *status, int code, struct errmsg *err, const char *text)
{
	*status = code;
	return errmsg_set(err, "%s", text);
}

bool
http_head_hopeless(
    const char *bytes, size_t len, int *status, struct errmsg *err)
{
	static const char preface[] = "PRI * HTTP/2.0";
	unsigned char first = len > 0 ? (unsigned char)bytes[0] : 'G';
	const char *lf;

	if (len >= sizeof(preface) - 1 &&
	    memcmp(bytes, preface, sizeof(preface) - 1) == 0)
		return !refuse(status, 505, err, "HTTP/2 is not spoken here");
	if (first < 'A' || first > 'Z')
		return !refuse(status, 400, err, "this is not an HTTP request");
	lf = memchr(bytes, '\n', len);
	if (lf != NULL && (lf == bytes || lf[-1] != '\r'))
		return !refuse(status, 400, err, "a line must end in CR LF");
	return false;
}

/* --- fields --------------------------------------------------------------- */

static struct span
trim(const char *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return (struct span){at, len};
}

/* All of it is looked at in any case, so that many bytes are at once. */
static bool
value_ok(struct span value, bool strict)
{
	const unsigned char *at = (const unsigned char *)value.at;
	unsigned char bad = 0, high = 0;

	for (size_t i = 0; i < value.len; i++) {
		bad |= (at[i] < 0x20) & (at[i] != '\t');
		bad |= at[i] == 0x7f;
		high |= at[i] & 0x80;
	}
	return bad == 0 && !(strict && high != 0);
}

static size_t
value_max(struct span name)
{
	return span_is(name, "x-registry-config") ||
		span_is(name, "x-registry-auth")
	    ? VALUE_MAX_REGISTRY
	    : VALUE_MAX;
}

/* One line, without its CR LF. */
static bool
read_field(const char *line, size_t len, bool strict, struct http_field *field,
    int *status, struct errmsg *err)
{
	size_t name = 0;

	while (name < len && is_token((unsigned char)line[name]))
		name++;
	if (name == 0 || name == len || line[name] != ':')
		return refuse(status, 400, err, "malformed header field");
	if (name > NAME_MAX_LEN)
		return refuse(status, 431, err, "header name is too long");
	field->name = (struct span){line, name};
	field->value = trim(line + name + 1, len - name - 1);
	if (!value_ok(field->value, strict))
		return refuse(
		    status, 400, err, "control or 8-bit byte in a header");
	if (strict && field->value.len > value_max(field->name))
		return refuse(status, 431, err, "header value is too long");
	return true;
}

bool
http_fields_read(const char *bytes, size_t len, bool strict,
    struct http_fields *fields, int *status, struct errmsg *err)
{
	const char *end = bytes + len, *cr;

	fields->n = 0;
	while (bytes < end) {
		cr = memchr(bytes, '\r', (size_t)(end - bytes));
		if (cr == NULL || cr + 1 >= end || cr[1] != '\n')
			return refuse(
			    status, 400, err, "a line must end in CR LF");
		if (cr == bytes)
			return cr + 2 == end ||
			    refuse(status, 400, err, "bytes behind the head");
		if (fields->n == HTTP_FIELDS_MAX)
			return refuse(
			    status, 431, err, "too many header fields");
		if (!read_field(bytes, (size_t)(cr - bytes), strict,
			&fields->field[fields->n], status, err))
			return false;
		fields->n++;
		bytes = cr + 2;
	}
	return refuse(status, 400, err, "the head does not end");
}

struct span
http_field(const struct http_fields *fields, const char *name)
{
	struct word word = {name, strlen(name)};

	for (size_t i = 0; i < fields->n; i++) {
		if (word_find(&word, 1, fields->field[i].name) == 0)
			return fields->field[i].value;
	}
	return (struct span){NULL, 0};
}

bool
http_length_read(struct span value, long long *length)
{
	long long n = 0;

	if (value.len == 0 || (value.len > 1 && value.at[0] == '0'))
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9' ||
		    __builtin_mul_overflow(n, 10LL, &n) ||
		    __builtin_add_overflow(n, value.at[i] - '0', &n))
			return false;
	}
	*length = n;
	return true;
}

/* --- the request ---------------------------------------------------------- */

/* Does the comma list hold only these words?  Sets bit i for words[i]. */
static bool
read_words(struct span value, const char *const *words, unsigned *found)
{
	const char *at = value.at, *end = value.at + value.len, *comma;

	*found = 0;
	while (at <= end) {
		struct span word;
		unsigned i = 0;

		comma = memchr(at, ',', (size_t)(end - at));
		if (comma == NULL)
			comma = end;
		word = trim(at, (size_t)(comma - at));
		while (words[i] != NULL && !span_is(word, words[i]))
			i++;
		if (words[i] == NULL)
			return false;
		*found |= 1U << i;
		at = comma + 1;
	}
	return true;
}

static bool
take_connection(struct http_request_head *head, struct span value, int *status,
    struct errmsg *err)
{
	static const char *const words[] = {
	    "close", "keep-alive", "upgrade", "te", NULL};
	unsigned found;

	if (!read_words(value, words, &found))
		return refuse(
		    status, 400, err, "Connection names a field of its own");
	head->close = (found & 1U) != 0;
	return true;
}

static bool
take_upgrade(struct http_request_head *head, struct span value, int *status,
    struct errmsg *err)
{
	if (span_is(value, "tcp"))
		head->upgrade = HTTP_UPGRADE_TCP;
	else if (span_is(value, "websocket"))
		head->upgrade = HTTP_UPGRADE_WEBSOCKET;
	else if (span_is(value, "h2c"))
		head->upgrade = HTTP_UPGRADE_H2C;
	else
		return refuse(
		    status, 400, err, "upgrade to an unknown protocol");
	return true;
}

static bool
take_host(struct span value, int *status, struct errmsg *err)
{
	/* Some clients put the escaped path of their socket here. */
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if (!(is_token(c) || c == ':' || c == '[' || c == ']') ||
		    strchr("!#$&'*+^`|", c) != NULL)
			return refuse(status, 400, err, "malformed Host");
	}
	return true;
}

static bool take_known(struct http_request_head *head, size_t which,
    struct span value, int *status, struct errmsg *err);

/* Fields that mean something to us or to the daemon.  Each may come once:
 * parsers differ in which of several they believe. */
static const struct word known_fields[] = {WORD("host"), WORD("content-length"),
    WORD("transfer-encoding"), WORD("connection"), WORD("upgrade"),
    WORD("expect"), WORD("content-type"), WORD("x-registry-auth"),
    WORD("x-registry-config"), WORD("sec-websocket-key"),
    WORD("sec-websocket-version"), WORD("sec-websocket-protocol"),
    WORD("user-agent"), WORD("authorization"), WORD("origin"),
    WORD("content-encoding"), WORD("http2-settings"), WORD("keep-alive"),
    WORD("proxy-connection"), WORD("trailer")};

enum known_field {
	KNOWN_HOST,
	KNOWN_CONTENT_LENGTH,
	KNOWN_TRANSFER_ENCODING,
	KNOWN_CONNECTION,
	KNOWN_UPGRADE,
	KNOWN_EXPECT,
	KNOWN_CONTENT_TYPE,
	KNOWN_REGISTRY_AUTH,
	KNOWN_REGISTRY_CONFIG,
	KNOWN_WS_KEY,
	KNOWN_WS_VERSION,
	KNOWN_WS_PROTOCOL,
	KNOWN_USER_AGENT,
	KNOWN_AUTHORIZATION,
	KNOWN_ORIGIN,
	KNOWN_CONTENT_ENCODING,
	KNOWN_HTTP2_SETTINGS,
	KNOWN_KEEP_ALIVE,
	KNOWN_PROXY_CONNECTION,
	KNOWN_TRAILER,
	KNOWN_N,
};

static bool
take_known(struct http_request_head *head, size_t which, struct span value,
    int *status, struct errmsg *err)
{
	switch ((enum known_field)which) {
	case KNOWN_HOST:
		return take_host(value, status, err);
	case KNOWN_CONTENT_LENGTH:
		return http_length_read(value, &head->content_length) ||
		    refuse(status, 400, err, "malformed Content-Length");
	case KNOWN_TRANSFER_ENCODING:
		head->chunked = span_is(value, "chunked");
		return head->chunked ||
		    refuse(status, 501, err,
			"the only Transfer-Encoding is \"chunked\"");
	case KNOWN_CONNECTION:
		return take_connection(head, value, status, err);
	case KNOWN_UPGRADE:
		return take_upgrade(head, value, status, err);
	case KNOWN_EXPECT:
		head->expect_continue = span_is(value, "100-continue");
		return head->expect_continue ||
		    refuse(status, 417, err, "unknown expectation");
	case KNOWN_CONTENT_TYPE:
		head->content_type = value;
		return true;
	case KNOWN_REGISTRY_AUTH:
		head->registry_auth = value;
		return true;
	case KNOWN_REGISTRY_CONFIG:
		head->registry_config = value;
		return true;
	case KNOWN_WS_KEY:
		head->ws_key = value;
		return true;
	case KNOWN_WS_VERSION:
		head->ws_version = value;
		return true;
	case KNOWN_WS_PROTOCOL:
		head->ws_protocol = value;
		return true;
	case KNOWN_CONTENT_ENCODING:
		return refuse(status, 415, err,
		    "Content-Encoding is not understood by the daemon");
	case KNOWN_HTTP2_SETTINGS:
	case KNOWN_TRAILER:
		return refuse(status, 400, err,
		    "trailers and HTTP/2 are not spoken here");
	case KNOWN_USER_AGENT:
	case KNOWN_AUTHORIZATION:
	case KNOWN_ORIGIN:
	case KNOWN_KEEP_ALIVE:
	case KNOWN_PROXY_CONNECTION:
	case KNOWN_N:
		break;
	}
	return true;
}

static bool
take_fields(struct http_request_head *head, int *status, struct errmsg *err)
{
	unsigned seen = 0;

	for (size_t i = 0; i < head->fields.n; i++) {
		const struct http_field *field = &head->fields.field[i];
		size_t which = word_find(known_fields, KNOWN_N, field->name);

		if (which == KNOWN_N)
			continue;
		if ((seen & (1U << which)) != 0)
			return refuse(
			    status, 400, err, "a header field comes twice");
		seen |= 1U << which;
		if (!take_known(head, which, field->value, status, err))
			return false;
	}
	if ((seen & (1U << KNOWN_HOST)) == 0)
		return refuse(status, 400, err, "Host is missing");
	if (head->chunked && head->content_length >= 0)
		return refuse(status, 400, err,
		    "both Content-Length and Transfer-Encoding");
	return true;
}

static const struct {
	const char *name;
	enum http_method method;
} methods[] = {
    {"GET ", METHOD_GET},
    {"POST ", METHOD_POST},
    {"HEAD ", METHOD_HEAD},
    {"DELETE ", METHOD_DELETE},
    {"PUT ", METHOD_PUT},
    {NULL, METHOD_NONE},
};

/* METHOD SP target SP HTTP/1.1, without the CR LF. */
static bool
read_request_line(const char *line, size_t len, struct http_request_head *head,
    int *status, struct errmsg *err)
{
	static const char version[] = " HTTP/1.1";
	size_t i = 0, at, end;
	bool in_query = false;

	while (methods[i].name != NULL &&
	    (len < strlen(methods[i].name) ||
		memcmp(line, methods[i].name, strlen(methods[i].name)) != 0))
		i++;
	if (methods[i].name == NULL)
		return refuse(status, 405, err, "unknown method");
	at = strlen(methods[i].name);
	if (len < at + sizeof(version) ||
	    memcmp(line + len - (sizeof(version) - 1), version,
		sizeof(version) - 1) != 0)
		return refuse(status, 505, err,
		    "want METHOD, one space, target, one space, HTTP/1.1");
	end = len - (sizeof(version) - 1);
	if (line[at] != '/')
		return refuse(
		    status, 400, err, "the target must begin with \"/\"");
	if (end - at > TARGET_MAX)
		return refuse(status, 414, err, "the target is too long");
	head->method = methods[i].method;
	head->target = (struct span){line + at, end - at};
	for (; at < end; at++) {
		if (line[at] == '?')
			in_query = true;
		if ((classes[(unsigned char)line[at]] &
			(in_query ? IN_QUERY : IN_PATH)) == 0)
			return refuse(
			    status, 400, err, "forbidden byte in the target");
	}
	return true;
}

static bool
body_allowed(
    const struct http_request_head *head, int *status, struct errmsg *err)
{
	if (head->method == METHOD_POST || head->method == METHOD_PUT)
		return true;
	if (head->chunked || head->content_length > 0)
		return refuse(status, 400, err,
		    "this method does not take a request body");
	return true;
}

bool
http_request_head_read(const char *bytes, size_t len,
    struct http_request_head *head, int *status, struct errmsg *err)
{
	const char *cr = memchr(bytes, '\r', len);
	size_t line;

	memset(head, 0, offsetof(struct http_request_head, fields));
	head->content_length = -1;
	if (cr == NULL || (size_t)(cr - bytes) + 1 >= len || cr[1] != '\n')
		return refuse(status, 400, err, "a line must end in CR LF");
	line = (size_t)(cr - bytes);
	return read_request_line(bytes, line, head, status, err) &&
	    http_fields_read(bytes + line + 2, len - line - 2, true,
		&head->fields, status, err) &&
	    take_fields(head, status, err) && body_allowed(head, status, err) &&
	    second_opinion(bytes, len, head, status, err);
}
