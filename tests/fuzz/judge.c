/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "fuzz/facts.h"
#include "fuzz/fuzz.h"
#include "fuzz/oracle.h"
#include "fuzz/request.h"
#include "fuzz/strict_http.h"

/* A head that grew by its escapes may be too long to be read again. */
#define TARGET_LONG (8 * 1024)
#define VALUE_LONG (8 * 1024)

#define PRESETS_MAX 8

const struct tier *
judge_preset(const char *name)
{
	static const struct tier *made[PRESETS_MAX];
	struct problems problems;
	size_t i = 0;

	while (i < PRESETS_MAX && made[i] != NULL) {
		if (strcmp(tier_name(made[i]), name) == 0)
			return made[i];
		i++;
	}
	HOLDS(i < PRESETS_MAX);
	problems_init(&problems, "preset");
	made[i] = config_preset_tier(name, &problems);
	problems_done(&problems);
	HOLDS(made[i] != NULL);
	return made[i];
}

static void
tell(void *arg, const char *path, const char *text)
{
	(void)arg;
	(void)fprintf(stderr, "%s: %s\n", path, text);
}

const struct tier *
judge_tier(const struct tier **made, const char *conf)
{
	if (*made == NULL)
		*made = tier_new(
		    "fuzz", json_loads(conf, 0, NULL), "fuzz", tell, NULL);
	HOLDS(*made != NULL);
	return *made;
}

/* --- facts ---------------------------------------------------------------- */

/* As often as the proxy asks, and once more for what was made of it. */
#define ROUNDS 6

/* A caller with a team, and whatever the filters ask for: judge until nothing
 * new is asked. */
static void
look_up(const struct tier *tier, struct rehearsal_script *script)
{
	size_t added = 1;

	script->team = "acme";
	if (script->facts == NULL)
		script->facts = json_object();
	for (int i = 0; i < ROUNDS && added > 0; i++) {
		struct rehearsal done;

		(void)rehearse(tier, script, &done);
		added = done.request.call == NULL || done.status != 0
		    ? 0
		    : facts_add(tier, &done.request, script->facts);
		rehearsal_done(&done);
	}
}

/* --- judging -------------------------------------------------------------- */

static bool
equal(const json_t *a, const json_t *b)
{
	return a == b || json_equal(a, b);
}

/* Headers of the text that the program has written, for a client that sends
 * them: the registry's alone, the others are our own. */
static json_t *
headers_sent(const struct sent *sent)
{
	json_t *headers = json_object();
	struct strict_request head;

	HOLDS(strict_request_read(sent->head, sent->head_len, &head));
	for (size_t i = 0; i < head.n; i++) {
		if (strncmp(head.field[i].name, "X-Registry-", 11) == 0)
			HOLDS(json_object_set_new(headers, head.field[i].name,
				  json_string(head.field[i].value)) == 0);
	}
	strict_request_done(&head);
	return headers;
}

static bool
too_long(const struct sent *sent)
{
	const char *line = sent->head;
	size_t len = strcspn(line, "\r");

	if (len > TARGET_LONG)
		return true;
	for (; *line != '\0'; line += len + 2) {
		len = strcspn(line, "\r");
		if (len > VALUE_LONG)
			return true;
	}
	return false;
}

/* What is sent, coming from a client: it must be taken as it is. */
static void
comes_again(const struct tier *tier, const struct rehearsal_script *script,
    const struct rehearsal *first, const struct sent *sent)
{
	struct rehearsal_script again = *script;
	char *target = strchr(sent->head, ' ') + 1;
	char *text = strndup(target, strcspn(target, " "));
	struct rehearsal second;

	again.method = http_method_name(first->request.call->method);
	again.target = text;
	again.headers = headers_sent(sent);
	again.body = sent->body == NULL ? "" : sent->body;
	again.len = sent->body_len;
	if (rehearse(tier, &again, &second) != VERDICT_PASS) {
		(void)fprintf(stderr, "%s %s: %s %s\n", again.method, text,
		    second.refusal.text, second.report.reason.text);
		fuzz_broken("what is sent passes", __FILE__, __LINE__);
	}
	HOLDS(second.request.call == first->request.call);
	HOLDS(second.request.minor == first->request.minor);
	HOLDS(equal(second.request.vars, first->request.vars));
	HOLDS(equal(second.request.query, first->request.query));
	HOLDS(equal(second.request.headers, first->request.headers));
	HOLDS(equal(second.request.body, first->request.body));
	rehearsal_done(&second);
	json_decref(again.headers);
	free(text);
}

static void
let_through(const struct tier *tier, const struct rehearsal_script *script,
    const struct rehearsal *done, bool no_host, bool sound)
{
	const struct request *req = &done->request;
	const char *broken;
	struct sent sent;

	if (no_host) {
		broken = oracle_host_root(req->call->name, req->body,
		    req->query,
		    json_string_value(
			json_object_get(script->facts, "listener.socket")));
		if (broken != NULL)
			(void)fprintf(stderr, "%s\n", broken);
		HOLDS(broken == NULL);
	}
	if (!request_send(req, &done->head, &sent))
		return;
	request_sent_is(req, &sent);
	if (sound && !too_long(&sent))
		comes_again(tier, script, done, &sent);
	sent_done(&sent);
}

static void
holds(const struct tier *tier, const struct rehearsal_script *script,
    bool no_host, bool sound)
{
	struct rehearsal done;
	enum verdict verdict = rehearse(tier, script, &done);

	/* Nothing is short of memory here, and no fact is absent: whoever
	 * cannot decide, or does not agree with itself, is wrong. */
	if (verdict == VERDICT_FAIL && done.status == 0 && sound) {
		(void)fprintf(stderr, "%s: %s\n", done.report.field,
		    done.report.reason.text);
		HOLDS(verdict != VERDICT_FAIL);
	}
	HOLDS(done.status != 500);
	HOLDS(verdict > VERDICT_DENY || done.status != 0 ||
	    done.report.reason.text[0] != '\0');
	if (verdict > VERDICT_DENY)
		let_through(tier, script, &done, no_host, sound);
	rehearsal_done(&done);
}

void
judge_holds(const struct tier *tier, const struct rehearsal_script *script,
    bool no_host)
{
	struct rehearsal_script copy = *script;

	copy.facts = json_deep_copy(script->facts);
	look_up(tier, &copy);
	/* Facts of the input's own need not be sound. */
	holds(tier, &copy, no_host, script->facts == NULL);
	json_decref(copy.facts);
}
