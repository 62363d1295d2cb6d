/* SPDX-License-Identifier: Apache-2.0 */
#include "net/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "http/reply.h"
#include "limits.h"
#include "net/clock.h"
#include "net/dial.h"
#include "net/io.h"
#include "net/transfer.h"

struct fetch {
	struct event_base *base;
	const char *path;
	fetch_fn *fn;
	void *arg;
	struct dial *dial;
	struct io *io;
	struct event *timer;
	bool has_head;
	int status, minor;
	struct transfer transfer;
	struct evbuffer *body;
};

void
fetch_cancel(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	dial_cancel(fetch->dial);
	io_close(fetch->io);
	if (fetch->timer != NULL)
		event_free(fetch->timer);
	if (fetch->body != NULL)
		evbuffer_free(fetch->body);
	free(fetch);
}

static void
finish(struct fetch *fetch, bool answered)
{
	fetch_fn *fn = fetch->fn;
	void *arg = fetch->arg;
	int status = answered ? fetch->status : 0, minor = fetch->minor;
	size_t len = evbuffer_get_length(fetch->body);
	const char *text = (const char *)evbuffer_pullup(fetch->body, -1);
	json_auto_t *body = NULL;

	if (answered && text != NULL)
		body = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	fetch_cancel(fetch);
	fn(arg, status, minor, body);
}

/* Read the head if it is there.  False: it is not, or not an answer. */
static bool
take_head(struct fetch *fetch, bool *broken)
{
	struct evbuffer *in = io_in(fetch->io);
	size_t len = evbuffer_get_length(in), end;
	const char *bytes = (const char *)evbuffer_pullup(in, -1);
	struct http_reply_head head;
	struct errmsg err;

	end = bytes == NULL ? 0 : http_head_end(bytes, len);
	*broken = end == 0 && len > LIMIT_REPLY_HEAD;
	if (end == 0)
		return false;
	if (!http_reply_head_read(bytes, end, METHOD_GET, &head, &err)) {
		*broken = true;
		return false;
	}
	fetch->status = head.status;
	fetch->minor = head.api_minor;
	transfer_init(
	    &fetch->transfer, head.framing, head.content_length, FRAMING_CLOSE);
	(void)evbuffer_drain(in, end);
	fetch->has_head = true;
	return true;
}

static void
step(struct fetch *fetch)
{
	enum transfer_result result;
	struct errmsg err;
	bool broken = false;

	if (!fetch->has_head && !take_head(fetch, &broken)) {
		if (broken || io_is_eof(fetch->io))
			finish(fetch, false);
		return;
	}
	result = transfer_move(&fetch->transfer, io_in(fetch->io), fetch->body,
	    LIMIT_REPLY_JSON, &err);
	if (result == TRANSFER_MORE && io_is_eof(fetch->io))
		result = transfer_end(&fetch->transfer, fetch->body, &err);
	if (result == TRANSFER_DONE)
		finish(fetch, true);
	else if (result == TRANSFER_BROKEN ||
	    evbuffer_get_length(fetch->body) >= LIMIT_REPLY_JSON)
		finish(fetch, false);
}

static void
on_io(void *arg, enum io_event event)
{
	struct fetch *fetch = arg;

	if (event == IO_ERROR)
		finish(fetch, false);
	else if (event == IO_INPUT || event == IO_EOF)
		step(fetch);
}

static void
on_dial(void *arg, struct io *io, const struct errmsg *why)
{
	struct fetch *fetch = arg;

	(void)why;
	fetch->dial = NULL;
	if (io == NULL) {
		finish(fetch, false);
		return;
	}
	fetch->io = io;
	io_set_callback(io, on_io, fetch);
	(void)evbuffer_add_printf(io_out(io),
	    "GET %s HTTP/1.1\r\nHost: docker\r\nUser-Agent: sockwarden/%s\r\n"
	    "Connection: close\r\n\r\n",
	    fetch->path, SOCKWARDEN_VERSION);
	io_flush(io);
	io_read(io, true);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	finish(arg, false);
}

struct fetch *
fetch_start(struct event_base *base, const struct address *to, const char *path,
    long long timeout_ms, fetch_fn *fn, void *arg)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	struct timeval tv = clock_timeval(timeout_ms);

	if (fetch == NULL)
		return NULL;
	fetch->base = base;
	fetch->path = path;
	fetch->fn = fn;
	fetch->arg = arg;
	fetch->body = evbuffer_new();
	fetch->timer = event_new(base, -1, 0, on_timer, fetch);
	if (fetch->body == NULL || fetch->timer == NULL)
		goto fail;
	fetch->dial = dial_start(base, to, timeout_ms, on_dial, fetch);
	if (fetch->dial == NULL)
		goto fail;
	(void)event_add(fetch->timer, &tv);
	return fetch;

fail:
	fetch_cancel(fetch);
	return NULL;
}
