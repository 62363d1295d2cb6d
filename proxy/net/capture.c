/* SPDX-License-Identifier: Apache-2.0 */
#include "net/capture.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "call.h"
#include "http/head.h"
#include "http/reply.h"
#include "limit.h"
#include "net/transfer.h"

/* More than this a command line does not open. */
#define CONNECTIONS_MAX 64

struct connection {
	struct capture *capture;
	struct bufferevent *bytes;
	char head[LIMIT_HEAD + 1];
	size_t head_len; /* 0: the head is still coming */
	struct transfer transfer;
	struct evbuffer *body;
	bool is_head, close;
	struct connection *next;
};

struct capture {
	struct event_base *base;
	struct evconnlistener *listener;
	capture_fn *on_call;
	void *arg;
	struct connection *connections;
	size_t n;
};

/* --- connections ------------------------------------------------------------ */

static void
connection_free(struct connection *connection)
{
	struct capture *capture = connection->capture;
	struct connection **at = &capture->connections;

	while (*at != connection)
		at = &(*at)->next;
	*at = connection->next;
	capture->n--;
	bufferevent_free(connection->bytes);
	evbuffer_free(connection->body);
	free(connection);
}

static void
put_head(struct evbuffer *out, int status, size_t len, bool close)
{
	(void)evbuffer_add_printf(out,
	    "HTTP/1.1 %d %s\r\nApi-Version: 1.%d\r\nOstype: linux\r\n"
	    "Docker-Experimental: false\r\nBuilder-Version: 2\r\n"
	    "Content-Type: application/json\r\n%s",
	    status, http_status_text(status), API_MINOR_LAST,
	    close ? "Connection: close\r\n" : "");
	if (status != 204)
		(void)evbuffer_add_printf(out, "Content-Length: %zu\r\n", len);
	(void)evbuffer_add_printf(out, "\r\n");
}

static void
put_answer(struct connection *connection, struct capture_answer *answer)
{
	struct evbuffer *out = bufferevent_get_output(connection->bytes);
	char *text = answer->body == NULL
	    ? NULL
	    : json_dumps(answer->body, JSON_ENCODE_ANY | JSON_COMPACT);
	size_t len = text == NULL ? 0 : strlen(text);

	if (answer->stream) {
		connection->close = true;
		(void)evbuffer_add_printf(out,
		    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"
		    "Upgrade: tcp\r\nContent-Type: "
		    "application/vnd.docker.raw-stream\r\n\r\n");
	} else {
		put_head(out, answer->status, len, connection->close);
		if (!connection->is_head && len > 0)
			(void)evbuffer_add(out, text, len);
	}
	free(text);
	json_decref(answer->body);
}

/* The call is complete: have it answered.  False if the connection is over. */
static void
answer_call(struct connection *connection)
{
	struct capture *capture = connection->capture;
	struct capture_answer answer = {.status = 500};
	struct capture_call call = {.head = connection->head,
	    .head_len = connection->head_len,
	    .len = evbuffer_get_length(connection->body)};

	call.body = call.len == 0
	    ? ""
	    : (const char *)evbuffer_pullup(connection->body, -1);
	capture->on_call(capture->arg, &call, &answer);
	put_answer(connection, &answer);
	(void)evbuffer_drain(connection->body, call.len);
	connection->head_len = 0;
}

/* --- calls ------------------------------------------------------------------- */

static enum framing
framing_of(const struct http_request_head *head)
{
	if (head->chunked)
		return FRAMING_CHUNKED;
	return head->content_length > 0 ? FRAMING_LENGTH : FRAMING_NONE;
}

/* Take the head off the input.  False if it is not whole. */
static bool
take_head(struct connection *connection)
{
	struct evbuffer *in = bufferevent_get_input(connection->bytes);
	struct http_request_head head;
	struct errmsg err;
	size_t len;
	int status;

	len = (size_t)evbuffer_copyout(in, connection->head, LIMIT_HEAD);
	connection->head[len] = '\0';
	connection->head_len = http_head_end(connection->head, len);
	/* One that will not end is judged as it is. */
	if (connection->head_len == 0 && len < LIMIT_HEAD)
		return false;
	if (connection->head_len == 0)
		connection->head_len = len;
	(void)evbuffer_drain(in, connection->head_len);
	if (!http_request_head_read(
		connection->head, connection->head_len, &head, &status, &err)) {
		memset(&head, 0, sizeof(head));
		head.close = true;
	}
	connection->close = head.close;
	connection->is_head = head.method == METHOD_HEAD;
	if (head.expect_continue)
		(void)evbuffer_add_printf(
		    bufferevent_get_output(connection->bytes),
		    "HTTP/1.1 100 Continue\r\n\r\n");
	transfer_init(&connection->transfer, framing_of(&head),
	    head.content_length, FRAMING_CLOSE);
	return true;
}

/* Move what there is of the body.  True when it is whole, or broken. */
static bool
take_body(struct connection *connection)
{
	struct evbuffer *in = bufferevent_get_input(connection->bytes);
	size_t have = evbuffer_get_length(connection->body);
	size_t len = evbuffer_get_length(in), room = 0;
	struct queue came = queue_of((char *)evbuffer_pullup(in, -1), len);
	struct queue body = {NULL, 0, 0, 0};
	enum transfer_result result;
	struct errmsg err;

	result = transfer_move(
	    &connection->transfer, &came, &body, SIZE_MAX, &err);
	(void)evbuffer_drain(in, len - came.len);
	/* What is beyond the beginning nobody looks at. */
	if (have < CAPTURE_BODY)
		room = CAPTURE_BODY - have;
	if (body.len > 0)
		(void)evbuffer_add(connection->body, queue_bytes(&body),
		    body.len < room ? body.len : room);
	queue_done(&body);
	if (result == TRANSFER_BROKEN)
		connection->close = true;
	return result != TRANSFER_MORE;
}

static void
on_written(struct bufferevent *bytes, void *arg)
{
	struct connection *connection = arg;

	(void)bytes;
	if (connection->close && connection->head_len == 0)
		connection_free(connection);
}

static void
on_bytes(struct bufferevent *bytes, void *arg)
{
	struct connection *connection = arg;

	(void)bytes;
	while (!connection->close || connection->head_len > 0) {
		if (connection->head_len == 0 && !take_head(connection))
			return;
		if (!take_body(connection))
			return;
		answer_call(connection);
	}
}

static void
on_end(struct bufferevent *bytes, short what, void *arg)
{
	(void)bytes;
	(void)what;
	connection_free(arg);
}

/* --- the socket --------------------------------------------------------------- */

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *address, int len, void *arg)
{
	struct capture *capture = arg;
	struct connection *connection = calloc(1, sizeof(*connection));

	(void)listener;
	(void)address;
	(void)len;
	if (connection == NULL || capture->n >= CONNECTIONS_MAX)
		goto fail;
	connection->body = evbuffer_new();
	connection->bytes = bufferevent_socket_new(
	    capture->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (connection->body == NULL || connection->bytes == NULL)
		goto fail;
	connection->capture = capture;
	connection->next = capture->connections;
	capture->connections = connection;
	capture->n++;
	bufferevent_setcb(
	    connection->bytes, on_bytes, on_written, on_end, connection);
	if (bufferevent_enable(connection->bytes, EV_READ | EV_WRITE) != 0)
		connection_free(connection);
	return;

fail:
	if (connection != NULL && connection->body != NULL)
		evbuffer_free(connection->body);
	free(connection);
	(void)evutil_closesocket(fd);
}

struct capture *
capture_new(struct event_base *base, const char *path, capture_fn *on_call,
    void *arg, struct errmsg *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct capture *capture = calloc(1, sizeof(*capture));

	if (capture == NULL || strlen(path) >= sizeof(address.sun_path)) {
		(void)errmsg_set(err, "%s: %s", path,
		    capture == NULL ? "out of memory"
				    : "the path is too long for a socket");
		free(capture);
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	capture->base = base;
	capture->on_call = on_call;
	capture->arg = arg;
	capture->listener = evconnlistener_new_bind(base, on_accept, capture,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, -1,
	    (struct sockaddr *)&address, (int)sizeof(address));
	if (capture->listener != NULL)
		return capture;
	(void)errmsg_set(err, "%s: cannot listen", path);
	free(capture);
	return NULL;
}

void
capture_free(struct capture *capture)
{
	if (capture == NULL)
		return;
	while (capture->connections != NULL)
		connection_free(capture->connections);
	evconnlistener_free(capture->listener);
	free(capture);
}
