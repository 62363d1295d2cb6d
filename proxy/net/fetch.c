/* SPDX-License-Identifier: Apache-2.0 */
#include "net/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "http/reply.h"
#include "json_read.h"
#include "limit.h"
#include "net/dial.h"
#include "net/io.h"
#include "net/pool.h"
#include "net/timer.h"
#include "net/transfer.h"

struct fetch {
	struct event_base *base;
	struct pool *pool;
	unsigned era; /* of the pool, when this began */
	bool reused; /* the connection is of the pool */
	bool clean; /* it may go (back) there behind the answer */
	const char *path;
	const struct address *to;
	long long timeout_ms;
	fetch_fn *fn;
	void *arg;
	struct dial *dial;
	struct io *io;
	struct timer timer;
	bool has_head;
	int status, minor;
	struct transfer transfer;
	struct queue body;
};

void
fetch_cancel(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	dial_cancel(fetch->dial);
	io_close(fetch->io);
	timer_done(&fetch->timer);
	queue_done(&fetch->body);
	free(fetch);
}

/* Nothing of the answer can still come: somebody else may have it. */
static void
keep_connection(struct fetch *fetch)
{
	struct io *io = fetch->io;

	if (!fetch->clean || io_in(io)->len > 0 || io_is_eof(io) ||
	    fetch->era != pool_era(fetch->pool))
		return;
	fetch->io = NULL;
	pool_put(fetch->pool, io);
}

static void
finish(struct fetch *fetch, bool answered)
{
	fetch_fn *fn = fetch->fn;
	void *arg = fetch->arg;
	int status = answered ? fetch->status : 0, minor = fetch->minor;
	json_auto_t *body = NULL;
	struct errmsg ignored;

	if (answered && fetch->body.len > 0)
		body = json_read(queue_bytes(&fetch->body), fetch->body.len,
		    &json_limits_trusted, &ignored);
	if (answered)
		keep_connection(fetch);
	fetch_cancel(fetch);
	fn(arg, status, minor, body);
}

/* Read the head if it is there.  False: it is not, or not an answer. */
static bool
take_head(struct fetch *fetch, bool *broken)
{
	struct queue *in = io_in(fetch->io);
	const char *bytes = queue_bytes(in);
	size_t end;
	struct http_reply_head head;
	struct errmsg err;

	end = in->len == 0 ? 0 : http_head_end(bytes, in->len);
	*broken = end == 0 && in->len > LIMIT_REPLY_HEAD;
	if (end == 0)
		return false;
	if (!http_reply_head_read(bytes, end, METHOD_GET, &head, &err)) {
		*broken = true;
		return false;
	}
	fetch->status = head.status;
	fetch->minor = head.api_minor;
	fetch->clean = !head.close && head.framing != FRAMING_CLOSE &&
	    head.upgrade == HTTP_UPGRADE_NONE;
	transfer_init(
	    &fetch->transfer, head.framing, head.content_length, FRAMING_CLOSE);
	queue_drain(in, end);
	fetch->has_head = true;
	return true;
}

static bool dial(struct fetch *fetch);

/* The connection ended before it gave an answer.  An engine may close one that is
 * idle at any time, even at this one: then ask on a new one. */
static void
lose(struct fetch *fetch)
{
	if (!fetch->reused || fetch->has_head || io_in(fetch->io)->len > 0 ||
	    fetch->era != pool_era(fetch->pool)) {
		finish(fetch, false);
		return;
	}
	io_close(fetch->io);
	fetch->io = NULL;
	if (!dial(fetch))
		finish(fetch, false);
}

static void
step(struct fetch *fetch)
{
	enum transfer_result result;
	struct errmsg err;
	bool broken = false;

	if (!fetch->has_head && !take_head(fetch, &broken)) {
		if (broken)
			finish(fetch, false);
		else if (io_is_eof(fetch->io))
			lose(fetch);
		return;
	}
	result = transfer_move(&fetch->transfer, io_in(fetch->io), &fetch->body,
	    LIMIT_REPLY_JSON, &err);
	if (result == TRANSFER_MORE && io_is_eof(fetch->io))
		result = transfer_end(&fetch->transfer, &fetch->body, &err);
	if (result == TRANSFER_DONE)
		finish(fetch, true);
	else if (result == TRANSFER_BROKEN ||
	    fetch->body.len >= LIMIT_REPLY_JSON)
		finish(fetch, false);
}

static void
on_io(void *arg, enum io_event event)
{
	struct fetch *fetch = arg;

	if (event == IO_ERROR)
		lose(fetch);
	else if (event == IO_INPUT || event == IO_EOF)
		step(fetch);
}

/* False: out of memory. */
static bool
ask(struct fetch *fetch, struct io *io)
{
	struct buffer head = {NULL, 0, 0, false};
	bool asked;

	fetch->io = io;
	io_set_callback(io, on_io, fetch);
	buffer_text(&head, "GET ");
	buffer_text(&head, fetch->path);
	buffer_text(&head,
	    " HTTP/1.1\r\nHost: docker\r\n"
	    "User-Agent: sockwarden/" SOCKWARDEN_VERSION "\r\n\r\n");
	asked = !head.failed && queue_add(io_out(io), head.bytes, head.len);
	buffer_done(&head);
	if (!asked)
		return false;
	io_flush(io);
	io_read(io, true);
	return true;
}

static void
on_dial(void *arg, struct io *io, const struct errmsg *why)
{
	struct fetch *fetch = arg;

	(void)why;
	fetch->dial = NULL;
	if (io == NULL || !ask(fetch, io))
		finish(fetch, false);
}

static bool
dial(struct fetch *fetch)
{
	fetch->reused = false;
	fetch->dial = dial_start(
	    fetch->base, fetch->to, fetch->timeout_ms, on_dial, fetch);
	return fetch->dial != NULL;
}

static bool
begin(struct fetch *fetch)
{
	/* What is judged by must be the answer to this question: not even an
	 * engine's stray byte comes before it. */
	struct io *io = pool_take(fetch->pool, true);

	fetch->reused = io != NULL;
	return io != NULL ? ask(fetch, io) : dial(fetch);
}

static void
on_timer(void *arg)
{
	finish(arg, false);
}

struct fetch *
fetch_start(struct event_base *base, struct pool *pool,
    const struct address *to, const char *path, long long timeout_ms,
    fetch_fn *fn, void *arg)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));

	if (fetch == NULL)
		return NULL;
	fetch->base = base;
	fetch->pool = pool;
	fetch->era = pool_era(pool);
	fetch->to = to;
	fetch->timeout_ms = timeout_ms;
	fetch->path = path;
	fetch->fn = fn;
	fetch->arg = arg;
	timer_init(&fetch->timer, base, on_timer, fetch);
	if (!begin(fetch)) {
		fetch_cancel(fetch);
		return NULL;
	}
	timer_set(&fetch->timer, timeout_ms);
	return fetch;
}
