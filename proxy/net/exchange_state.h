/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange_state -- what the files of an exchange share: exchange.c (its
 * course), judging.c (from head to verdict), relay.c (to the engine and back),
 * upload.c (the body of a stream)
 * and record.c (what is written down of it).
 */
#ifndef NET_EXCHANGE_STATE_H
#define NET_EXCHANGE_STATE_H

#include "audit.h"
#include "config/config.h"
#include "http/emit.h"
#include "http/reply.h"
#include "net/client.h"
#include "net/exchange.h"
#include "net/transfer.h"
#include "report.h"

struct dial;
struct engine_question;
struct sieve;
struct tunnel;

enum exchange_state {
	EXCHANGE_HEAD = 0, /* nothing known yet */
	EXCHANGE_BODY, /* collecting a body that will be judged */
	EXCHANGE_FACTS, /* looking up what the filters want to know */
	EXCHANGE_SIFT, /* judging the beginning of an upload, or all of it */
	EXCHANGE_RECORD, /* its record is being written */
	EXCHANGE_DIAL, /* recorded; connecting to the engine */
	EXCHANGE_REPLY, /* sent, or being sent; awaiting the reply's head */
	EXCHANGE_RELAY, /* the reply's body is on its way to the client */
	EXCHANGE_TUNNEL, /* both ways, until both have ended */
	EXCHANGE_FLUSH, /* the last bytes are on their way to the client */
	EXCHANGE_OVER,
};

/* What is held of a call until its answer has begun: much, and streams last for
 * days.  Only what comes before the arrays is zero at first. */
struct hearing {
	/* The request. */
	char *head_bytes; /* what head points into */
	size_t head_len;
	struct request request;
	const struct tier *tier;
	const char *team;
	struct queue body; /* collected; then what goes to the engine */
	bool told_continue;
	struct transfer sifted; /* what the sieve lets through, to the engine */

	/* The facts. */
	json_t *wanted; /* still to be looked up */
	json_t *sought; /* {fact: true}: all that were, found or not */
	struct engine_question *question;
	int rounds; /* of asking the filters what they want */
	bool asked; /* the engine, for the first of them */
	long long facts_deadline;

	/* The record. */
	json_t *requested; /* the request before it was judged */
	struct audit_wait record; /* until it is in the file */

	/* The engine. */
	struct dial *dial;
	unsigned long long heard_before; /* bytes of the calls before */
	bool reused; /* upstream has carried a call before, and may be closed */
	bool collects; /* the reply, to change it */
	char *reply_bytes; /* what reply points into */
	struct queue reply_body; /* collected */
	json_t *warnings; /* for the caller, where the answer has any */

	struct report report;
	struct report would; /* of a tier that does not enforce */
	struct http_request_head head;
	struct http_reply_head reply;
};

/* Thousands may be idle, so what is not needed to the end is in the hearing. */
struct exchange {
	struct client *client;
	struct config *config; /* the one it began with */
	struct hearing *hearing; /* NULL once its answer is on its way */
	long long began; /* clock_ms() */
	enum exchange_state state;
	char id[AUDIT_ID_SIZE];
	bool recorded; /* there is a request record, or will be */
	bool upgrades; /* the connection, if the engine agrees */
	bool clean; /* upstream may be used again after the answer */
	bool keep; /* the client's connection lives on */

	/* To the engine. */
	struct io *upstream;
	struct transfer upload; /* the body: to be judged, or to the engine */
	struct sieve *sieve; /* judges the upload, or NULL: done, or opaque */
	json_t *sieve_said; /* for the record */

	/* And back. */
	int status;
	struct transfer download;
	struct tunnel *tunnel;
	unsigned long long sent_up, sent_down; /* before the tunnel began */
	const char *how; /* FLUSH: how it ended */
	size_t lingered; /* bytes thrown away since */
};

/* The one way to another state; asserts that the step is allowed. */
void exchange_enter(struct exchange *exchange, enum exchange_state state);

/* Its answer is on its way: let go of what is not needed any more. */
void exchange_forget(struct exchange *exchange);

/* Start the clock, or stop it: the client's, which has none of its own while it
 * has an exchange. */
void exchange_arm(struct exchange *exchange, long long ms);
void exchange_disarm(struct exchange *exchange);

/* End it; the client goes on if keep is set.  The last thing a caller does. */
void exchange_end(struct exchange *exchange, const char *how);

/* End it once the client has what was written for it.  how is a constant.  The
 * last thing a caller does. */
void exchange_finish(struct exchange *exchange, const char *how);

/* Answer with an error of our own.  The last thing a caller does. */
void exchange_answer(
    struct exchange *exchange, int status, const char *field, const char *text);

/* judging.c */
void judging_begin(struct exchange *exchange);
void judging_input(struct exchange *exchange);

/* relay.c: the call was judged and recorded; carry it. */
void relay_begin(struct exchange *exchange);
void relay_record(struct exchange *exchange);
void relay_on_client(struct exchange *exchange, enum io_event event);
void relay_on_timer(struct exchange *exchange);

/* upload.c: the body of a stream.  How it goes on; what has to be there before;
 * what is judged before the engine hears of it; its beginning; more of it (false
 * if the exchange has ended); all of it is on its way; no progress; and the end,
 * however it comes. */
bool upload_plan(struct exchange *exchange, struct emit_plan *plan);
MUST_CHECK bool upload_prepare(struct exchange *exchange, struct errmsg *err);
void upload_sift(struct exchange *exchange);
void upload_begin(struct exchange *exchange);
bool upload_step(struct exchange *exchange);
bool upload_is_done(const struct exchange *exchange);
void upload_on_timer(struct exchange *exchange);
void upload_hang_up(struct exchange *exchange);

/* record.c.  The request's record: on_written is told of it, unless it is NULL;
 * false if there is no memory for it.  May a call go on without?  And the
 * response's. */
MUST_CHECK bool record_request(
    struct exchange *exchange, const char *verdict, audit_fn *on_written);
bool record_may_fail(const struct exchange *exchange);

/* Keep what is asked for the record, if that shall have it: before it is judged,
 * which may change it.  whole: its body was read.  False if out of memory. */
MUST_CHECK bool record_asked(
    struct exchange *exchange, bool whole, struct errmsg *err);
void record_response(struct exchange *exchange, const char *how);

#endif
