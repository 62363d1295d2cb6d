/* SPDX-License-Identifier: Apache-2.0 */
#include "testing/play.h"

#include <stdlib.h>
#include <string.h>

#include "caller.h"
#include "rehearse.h"
#include "session.h"
#include "testing/outcome.h"
#include "words.h"

/* The body as a client would send it, new. */
static char *
body_text(const json_t *body)
{
	if (body == NULL)
		return strdup("");
	if (json_is_string(body))
		return strdup(json_string_value(body));
	return json_dumps(body, JSON_ENCODE_ANY);
}

static bool
play_call(const struct trial *trial, const struct standing *standing,
    struct errmsg *err)
{
	json_auto_t *headers = json_deep_copy(trial->headers);
	struct rehearsal_script script = {.headers = headers,
	    .identity = trial->identity,
	    .team = standing->team,
	    .facts = trial->known,
	    .assume = true};
	char *method = strdup(trial->call);
	char *body = body_text(trial->body);
	struct rehearsal done;
	bool passed = false;

	(void)errmsg_nomem(err);
	if (method != NULL && body != NULL) {
		char *space = strchr(method, ' ');

		*space = '\0';
		script.method = method;
		script.target = space + 1;
		script.body = body;
		script.len = strlen(body);
		(void)rehearse(standing->tier, &script, &done);
		passed = outcome_check(trial, &done, err);
		rehearsal_done(&done);
	}
	free(method);
	free(body);
	return passed;
}

static bool
play_docker(const struct suite *suite, const struct trial *trial,
    const struct standing *standing, struct errmsg *err)
{
	struct session session = {.standing = standing,
	    .identity = trial->identity,
	    .docker = {.folder = suite->folder}};
	char **words = words_split(trial->docker, err);
	const struct rehearsal *counts;
	bool passed = false;

	if (words == NULL)
		return false;
	if (session_run(&session, words, trial->known, err)) {
		counts = session_verdict(&session);
		passed = counts == NULL
		    ? errmsg_set(err, "docker made no call: %.300s",
			  session.docker.output)
		    : outcome_check(trial, counts, err);
	}
	session_done(&session);
	words_free(words);
	return passed;
}

void
play(
    const struct suite *suite, const struct trial *trial, struct result *result)
{
	struct standing standing;

	*result = (struct result){
	    .file = suite->file, .name = trial->name, .place = trial->place};
	if (!caller_complete(trial->identity) ||
	    !policy_facts(&suite->policy, trial->identity, trial->known))
		(void)errmsg_nomem(&result->why);
	else if (!policy_stand(
		     &suite->policy, trial->identity, trial->team, &standing))
		result->passed = outcome_check_nobody(trial, &result->why);
	else if (trial->docker != NULL)
		result->passed = play_docker(
		    suite, trial, &standing, &result->why);
	else
		result->passed = play_call(trial, &standing, &result->why);
}
