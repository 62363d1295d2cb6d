/* SPDX-License-Identifier: Apache-2.0 */
/* explain -- judge a request that nobody sends, and say why. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "caller.h"
#include "commands/command.h"
#include "commands/explain_flags.h"
#include "commands/tell.h"

#define BODY_MAX (4 * 1024 * 1024)

static int
no_memory(void)
{
	(void)fputs("sockwarden: out of memory\n", stderr);
	return EXIT_USAGE;
}

/* --- the body --------------------------------------------------------------- */

/* Without --body, that of a call which may have one comes by a pipe. */
static FILE *
open_body(const struct explain_flags *flags)
{
	if (flags->body != NULL && strcmp(flags->body, "-") != 0)
		return fopen(flags->body, "re");
	if (flags->body == NULL &&
	    (isatty(STDIN_FILENO) == 1 ||
		(strncmp(flags->line, "POST ", 5) != 0 &&
		    strncmp(flags->line, "PUT ", 4) != 0)))
		return fopen("/dev/null", "re");
	return stdin;
}

/* New; NULL, having said what is wrong. */
static char *
read_body(const struct explain_flags *flags, size_t *len)
{
	FILE *file = open_body(flags);
	char *body = malloc(BODY_MAX + 1);

	if (file == NULL || body == NULL) {
		(void)fprintf(stderr, "sockwarden: %s: %s\n",
		    flags->body == NULL ? "the body" : flags->body,
		    strerror(errno));
		free(body);
		body = NULL;
	} else {
		*len = fread(body, 1, BODY_MAX, file);
		body[*len] = '\0';
	}
	if (file != NULL && file != stdin)
		(void)fclose(file);
	return body;
}

/* --- judging ---------------------------------------------------------------- */

/* What is judged, by what, and what is told of it. */
struct explaining {
	const struct explain_flags *flags;
	const struct policy *policy;
	struct standing standing;
	json_t *account;
};

static int
explain_call(struct explaining *own)
{
	const struct explain_flags *flags = own->flags;
	struct rehearsal_script script = {.headers = flags->headers,
	    .identity = flags->identity,
	    .team = own->standing.team,
	    .facts = flags->facts,
	    .look = true,
	    .assume = true};
	char *method = strdup(flags->line);
	char *body = read_body(flags, &script.len);
	struct rehearsal done;
	int status = EXIT_USAGE;
	char *space;

	if (method != NULL && body != NULL) {
		space = strchr(method, ' ');
		*space = '\0';
		script.method = method;
		script.target = space + 1;
		script.body = body;
		status = rehearse(own->standing.tier, &script, &done) >
			VERDICT_DENY
		    ? EXIT_DONE
		    : EXIT_NO;
		if (!account_add(
			own->account, own->policy, &own->standing, &done))
			status = no_memory();
		rehearsal_done(&done);
	}
	free(method);
	free(body);
	return status;
}

static int
explain_docker(struct explaining *own)
{
	struct session session = {.standing = &own->standing,
	    .identity = own->flags->identity,
	    .look = true};
	const struct rehearsal *counts;
	struct errmsg err;
	int status = EXIT_USAGE;

	if (!session_run(
		&session, own->flags->docker, own->flags->facts, &err)) {
		(void)fprintf(stderr, "sockwarden: %s\n", err.text);
	} else if (!account_add_session(own->account, own->policy, &session,
		       own->flags->docker)) {
		(void)no_memory();
	} else {
		counts = session_verdict(&session);
		if (counts != NULL)
			status = counts->verdict > VERDICT_DENY ? EXIT_DONE
								: EXIT_NO;
	}
	session_done(&session);
	return status;
}

/* --- telling ---------------------------------------------------------------- */

static void
tell(const struct explaining *own)
{
	if (!own->flags->json) {
		tell_account(own->account, stdout);
		return;
	}
	(void)json_dumpf(own->account, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
}

static int
explain_by(const struct explain_flags *flags, const struct policy *policy)
{
	struct explaining own = {.flags = flags, .policy = policy};
	int status = EXIT_NO;

	if (!caller_complete(flags->identity) ||
	    !policy_facts(policy, flags->identity, flags->facts))
		return no_memory();
	if (policy_stand(policy, flags->identity, flags->team, &own.standing)) {
		own.account = account_new(
		    policy, flags->identity, &own.standing);
		if (own.account == NULL)
			return no_memory();
		status = flags->docker != NULL ? explain_docker(&own)
					       : explain_call(&own);
	} else {
		own.account = account_nobody(flags->identity);
	}
	if (own.account == NULL)
		return no_memory();
	if (status != EXIT_USAGE)
		tell(&own);
	json_decref(own.account);
	return status;
}

static int
explain(int argc, char **argv)
{
	struct explain_flags flags;
	struct problems problems;
	struct policy policy;
	int status = EXIT_USAGE;
	bool loaded, unreadable;
	char flag[128];

	if (!explain_flags_read(&flags, argc, argv)) {
		explain_flags_done(&flags);
		return EXIT_USAGE;
	}
	(void)snprintf(flag, sizeof(flag), "sockwarden: --tier %.100s",
	    flags.tier == NULL ? "" : flags.tier);
	problems_init(&problems, flags.config != NULL ? flags.config : flag);
	loaded = policy_load(
	    &policy, flags.config, flags.tier, &problems, &unreadable);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (loaded) {
		status = explain_by(&flags, &policy);
		policy_done(&policy);
	}
	explain_flags_done(&flags);
	return status;
}

const struct command explain_command = {
    .name = "explain",
    .usage = "(--config FILE (--as KEY=VALUE | --certificate FILE)... | "
	     "[--config FILE] --tier NAME [--team NAME]) "
	     "[--fact NAME=VALUE...] [--json] "
	     "([--header 'NAME: VALUE'...] [--body FILE] 'METHOD /TARGET' | "
	     "-- docker WORD...)",
    .summary = "Judge a call and say why, with the rewritten body as a diff "
	       "and what the\n      caller reads.  Nothing is sent.",
    .details =
	"  --config FILE      judge by this configuration, for the caller that "
	"is described\n"
	"  --as KEY=VALUE     what is known of the caller: the keys of an "
	"identity's match,\n"
	"                     such as uid=1000, listener=ci, O=acme\n"
	"  --certificate FILE  the PEM that the caller would show\n"
	"  --tier NAME        judge by one of `sockwarden tiers`, or of the "
	"--config,\n"
	"                     whoever calls\n"
	"  --team NAME        the caller's team, with --tier; else "
	"\"anyone\"\n"
	"  --fact NAME=VALUE  what would be asked: "
	"daemon.userns_remap=true,\n"
	"                     engine.minor=41, listener.socket=/PATH, "
	"path:/PATH=plain, "
	"container:web=absent,\n"
	"                     'volume:data={\"Name\": \"data\"}'; containers, "
	"volumes and\n"
	"                     networks that no fact names are absent\n"
	"  --header FIELD     one more field of the head\n"
	"  --body FILE        what comes after it; else, of POST and PUT, "
	"standard input,\n"
	"                     unless that is a terminal\n"
	"  --json             everything that is known, for programs\n"
	"With `-- docker run ...`, docker is run against a socket that leads "
	"nowhere, and\neach call that it makes is judged.  The verdict on all "
	"of them is that of the\nfirst that is refused, else of the first that "
	"is changed, else of the last.\n",
    .run = explain,
};
