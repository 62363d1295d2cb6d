/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "refusal.h"

/* A client that begins again and again is not waited for. */
#define CALLS_MAX 512

static bool
refuse(const struct rehearsal *call, struct capture_answer *answer)
{
	char *text = refusal_text(call->report.filter, call->request.call,
	    call->report.field, rehearsal_reason(call), NULL);

	answer->status = rehearsal_status(call);
	answer->body = text == NULL ? NULL
				    : json_pack("{s:s}", "message", text);
	free(text);
	return answer->body != NULL;
}

static bool
answer_call(struct session *session, const struct rehearsal *call,
    struct capture_answer *answer)
{
	struct pretend_answer pretended;

	if (call->verdict <= VERDICT_DENY)
		return refuse(call, answer);
	if (!pretend_reply(&session->engine, call, &pretended))
		return false;
	answer->status = pretended.status;
	answer->body = pretended.body;
	answer->stream = pretended.stream;
	return true;
}

static struct rehearsal *
add(struct session *session)
{
	struct rehearsal **more;
	struct rehearsal *call;

	if (session->n >= CALLS_MAX)
		return NULL;
	more = realloc(
	    session->calls, (session->n + 1) * sizeof(*session->calls));
	if (more == NULL)
		return NULL;
	session->calls = more;
	call = calloc(1, sizeof(*call));
	if (call != NULL)
		session->calls[session->n++] = call;
	return call;
}

static void
on_call(void *arg, const struct capture_call *captured,
    struct capture_answer *answer)
{
	struct session *session = arg;
	struct rehearsal_script script = {.head = captured->head,
	    .head_len = captured->head_len,
	    .body = captured->body,
	    .len = captured->len,
	    .identity = session->identity,
	    .team = session->standing->team,
	    .facts = session->engine.facts,
	    .look = session->look,
	    .assume = true};
	struct rehearsal *call = add(session);

	answer->status = 500;
	if (call == NULL)
		return;
	(void)rehearse(session->standing->tier, &script, call);
	if (!answer_call(session, call, answer))
		answer->status = 500;
}

bool
session_run(struct session *session, char *const *words, const json_t *facts,
    struct errmsg *err)
{
	if (!pretend_init(&session->engine, facts))
		return errmsg_nomem(err);
	session->docker.on_call = on_call;
	session->docker.arg = session;
	return docker_cli_run(&session->docker, words, err);
}

void
session_done(struct session *session)
{
	for (size_t i = 0; i < session->n; i++) {
		rehearsal_done(session->calls[i]);
		free(session->calls[i]);
	}
	free(session->calls);
	session->calls = NULL;
	session->n = 0;
	pretend_done(&session->engine);
	docker_cli_done(&session->docker);
}

static bool
is_ping(const struct rehearsal *call)
{
	return call->request.call != NULL &&
	    strcmp(call->request.call->name, "system.ping") == 0;
}

const struct rehearsal *
session_verdict(const struct session *session)
{
	const struct rehearsal *changed = NULL, *last = NULL;

	for (size_t i = 0; i < session->n; i++) {
		const struct rehearsal *call = session->calls[i];

		if (is_ping(call) && (last != NULL || i + 1 < session->n))
			continue;
		if (call->verdict <= VERDICT_DENY)
			return call;
		if (changed == NULL && rehearsal_changed(call))
			changed = call;
		last = call;
	}
	return changed != NULL ? changed : last;
}
