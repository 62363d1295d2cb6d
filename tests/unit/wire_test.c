/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The corpus tests/attacks/wire.jsonl (raw bytes of which parsers disagree),
 * read the way the program reads, without a socket and without a policy:
 * what is malformed must be refused, what is sound must come out of it as one
 * request that our own strict reader takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/chunk.h"
#include "http/emit.h"
#include "limit.h"
#include "prepare.h"
#include "unit/unit.h"

enum outcome {
	OUTCOME_REFUSED,
	OUTCOME_INCOMPLETE, /* waits, until a timeout ends it */
	OUTCOME_SOUND,
};

struct reading {
	struct http_request_head head;
	struct request req;
	struct errmsg err;
	int status;
	char *body;
	size_t body_len;
};

static enum outcome
read_chunks(struct reading *r, const char *bytes, size_t len)
{
	struct chunk_reader reader;
	struct chunk_data data;

	chunk_reader_init(&reader);
	r->status = 400;
	for (;;) {
		enum chunk_result result = chunk_read(
		    &reader, bytes, len, &data, &r->err);

		if (result == CHUNK_BROKEN)
			return OUTCOME_REFUSED;
		if (data.len > 0)
			memcpy(r->body + r->body_len, data.at, data.len);
		r->body_len += data.len;
		bytes += data.used;
		len -= data.used;
		if (result == CHUNK_DONE)
			return OUTCOME_SOUND;
		if (len == 0)
			return OUTCOME_INCOMPLETE;
	}
}

static enum outcome
read_body(struct reading *r, const char *bytes, size_t len)
{
	enum outcome outcome = OUTCOME_SOUND;

	r->body = malloc(len + 1);
	assert_non_null(r->body);
	if (r->head.chunked) {
		outcome = read_chunks(r, bytes, len);
	} else if (r->head.content_length > 0) {
		if ((unsigned long long)r->head.content_length > len)
			return OUTCOME_INCOMPLETE;
		r->body_len = (size_t)r->head.content_length;
		memcpy(r->body, bytes, r->body_len);
	}
	if (outcome != OUTCOME_SOUND || !prepare_collects(&r->req))
		return outcome;
	return prepare_body(&r->req, r->body, r->body_len, 1024 * 1024,
		   UNKNOWN_REJECT, &r->status, &r->err)
	    ? OUTCOME_SOUND
	    : OUTCOME_REFUSED;
}

static enum outcome
read_wire(struct reading *r, const char *bytes, size_t len)
{
	size_t seen = len < LIMIT_HEAD ? len : LIMIT_HEAD;
	size_t end = http_head_end(bytes, seen);

	if (end == 0) {
		r->status = 431;
		return http_head_hopeless(bytes, seen, &r->status, &r->err) ||
			len >= LIMIT_HEAD
		    ? OUTCOME_REFUSED
		    : OUTCOME_INCOMPLETE;
	}
	if (!http_request_head_read(
		bytes, end, &r->head, &r->status, &r->err) ||
	    !prepare_head(&r->head, &r->req, &r->status, &r->err))
		return OUTCOME_REFUSED;
	return read_body(r, bytes + end, len - end);
}

/* What would go to the daemon reads as one request of the same call. */
static void
check_emitted(const char *id, struct reading *r)
{
	struct emit_plan plan = {FRAMING_NONE, 0, &r->head, true};
	struct http_request_head head;
	struct request req = {0};
	struct buffer out = {NULL, 0, 0, false};
	struct errmsg err;
	size_t len;
	int status;
	char *text;
	bool sound;

	if (r->req.call->reply == CALL_REPLY_WEBSOCKET)
		return;
	sound = emit_head(&out, &r->req, &plan, &err);
	text = buffer_take(&out, &len);
	if (!sound ||
	    !http_request_head_read(text, len, &head, &status, &err) ||
	    !prepare_head(&head, &req, &status, &err))
		fail_msg("%s: emitted: %s", id, err.text);
	assert_int_equal(http_head_end(text, len), len);
	assert_ptr_equal(req.call, r->req.call);
	assert_true(json_equal(req.query, r->req.query));
	assert_true(json_equal(req.vars, r->req.vars));
	request_done(&req);
	free(text);
}

static bool
is_400(int status)
{
	static const int malformed[] = {
	    400, 405, 411, 413, 414, 415, 417, 426, 431, 501, 505};
	size_t i = 0;

	while (i < COUNT(malformed) && malformed[i] != status)
		i++;
	return i < COUNT(malformed);
}

/* Is it what the row wants?  403 is for the policy to say, so here a sound
 * request will do for it.  A wait will do for what is to be closed. */
static bool
is_wanted(const char *want, enum outcome outcome, int status)
{
	if (strcmp(want, "400") == 0)
		return outcome == OUTCOME_INCOMPLETE ||
		    (outcome == OUTCOME_REFUSED && is_400(status));
	if (strcmp(want, "403") == 0)
		return outcome == OUTCOME_SOUND ||
		    (outcome == OUTCOME_REFUSED &&
			(status == 403 || is_400(status)));
	if (strcmp(want, "canonicalised") == 0)
		return outcome == OUTCOME_SOUND;
	return outcome == OUTCOME_INCOMPLETE;
}

/* Rows that our rules answer in another way than the collection's. */
static const struct {
	const char *id;
	enum outcome outcome;
	const char *why;
} ours[] = {
    {"h-42-connection-lists-auth", OUTCOME_REFUSED,
	"a Connection field that names others is refused, not ignored"},
    {"h-47-ct-charset", OUTCOME_REFUSED,
	"a body that says it is UTF-16 is not read as UTF-8"},
    {"p-51-name-slash", OUTCOME_REFUSED,
	"404, on which docker inspect asks for an image of that name"},
    {"p-62-plus", OUTCOME_REFUSED,
	"403: the grammar of names is part of the table of calls"},
    {"p-69-many-segments", OUTCOME_REFUSED, "403: no such call"},
    {"q-35-bool-0x", OUTCOME_SOUND,
	"true to the daemon, so it is read as true and sent on as \"1\""},
};

static bool
is_ours(const char *id, enum outcome outcome)
{
	size_t i = 0;

	while (i < COUNT(ours) && strcmp(ours[i].id, id) != 0)
		i++;
	return i < COUNT(ours) && ours[i].outcome == outcome;
}

static void
check_line(char *line, void *arg)
{
	json_t *row = json_of(line);
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *alt = json_string_value(json_object_get(row, "alt"));
	const char *want = json_string_value(json_object_get(row, "expected"));
	/* More than one request: the first is what is read here. */
	bool several = json_object_get(row, "served_before") != NULL;
	struct reading r = {.status = 0};
	enum outcome outcome;
	size_t len, *failed = arg;
	char *bytes = base64_decode(
	    json_string_value(json_object_get(row, "raw_base64")), &len);

	outcome = read_wire(&r, bytes, len);
	if (!is_wanted(want, outcome, r.status) &&
	    !(alt != NULL && is_wanted(alt, outcome, r.status)) && !several &&
	    !is_ours(id, outcome)) {
		print_error("%s: want %s, is %s (%d %s)\n", id, want,
		    outcome == OUTCOME_SOUND         ? "accepted"
			: outcome == OUTCOME_REFUSED ? "refused"
						     : "waiting",
		    r.status, r.err.text);
		++*failed;
	}
	if (outcome == OUTCOME_SOUND)
		check_emitted(id, &r);
	request_done(&r.req);
	free(r.body);
	free(bytes);
	json_decref(row);
}

static void
test_corpus(void **state)
{
	size_t failed = 0;

	(void)state;
	assert_true(
	    each_line("tests/attacks/wire.jsonl", check_line, &failed) > 150);
	assert_int_equal(failed, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
