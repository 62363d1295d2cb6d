/* SPDX-License-Identifier: Apache-2.0 */
/* explain -- judge a request that nobody sends, and say why. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/diff.h"
#include "config/config.h"
#include "identity.h"
#include "rehearse.h"

#define BODY_MAX (4 * 1024 * 1024)

struct flags {
	const char *config, *tier, *team, *line;
	json_t *identity, *facts;
};

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"as", required_argument, NULL, 'a'},
    {"fact", required_argument, NULL, 'f'},
    {"tier", required_argument, NULL, 't'},
    {"team", required_argument, NULL, 'm'},
    {NULL, 0, NULL, 0},
};

/* --- flags ---------------------------------------------------------------- */

/* KEY=VALUE */
static bool
split(const char *text, char *key, size_t size, const char **value)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals == text || (size_t)(equals - text) >= size)
		return false;
	memcpy(key, text, (size_t)(equals - text));
	key[equals - text] = '\0';
	*value = equals + 1;
	return true;
}

/* --as and --fact: put the one into the identity, the other to the facts.
 * False, having said what is wrong. */
typedef bool put_fn(
    json_t *into, const char *key, const char *value, struct errmsg *err);

static bool
take_pair(const char *flag, json_t *into, const char *text, put_fn *put)
{
	const char *value;
	struct errmsg err;
	char key[512];

	if (!split(text, key, sizeof(key), &value)) {
		(void)command_wrong(&explain_command,
		    "%s: want KEY=VALUE, not \"%s\"", flag, text);
		return false;
	}
	if (put(into, key, value, &err))
		return true;
	(void)command_wrong(&explain_command, "%s: %s", flag, err.text);
	return false;
}

static bool
take(struct flags *flags, int option, const char *value)
{
	switch (option) {
	case 'c':
		flags->config = value;
		return true;
	case 't':
		flags->tier = value;
		return true;
	case 'm':
		flags->team = value;
		return true;
	case 'a':
		return take_pair("--as", flags->identity, value, identity_set);
	case 'f':
		return take_pair("--fact", flags->facts, value, rehearsal_fact);
	default:
		(void)command_usage(&explain_command);
		return false;
	}
}

/* What is wrong with the flags together, or NULL. */
static const char *
complaint(const struct flags *flags)
{
	if (flags->config == NULL && flags->tier == NULL)
		return "--config FILE or --tier NAME is missing";
	if (flags->config != NULL && flags->tier != NULL)
		return "--config and --tier do not go together";
	if (flags->tier != NULL && json_object_size(flags->identity) > 0)
		return "--as goes with --config: a --tier judges whoever "
		       "calls";
	if (flags->config != NULL && flags->team != NULL)
		return "--team goes with --tier: a --config says which team "
		       "a caller has";
	if (flags->config != NULL && json_object_size(flags->identity) == 0)
		return "--as KEY=VALUE is missing: who calls?";
	if (flags->line == NULL || strchr(flags->line, ' ') == NULL)
		return "want one argument 'METHOD /TARGET'";
	return NULL;
}

/* False, having said what is wrong. */
static bool
read_flags(struct flags *flags, int argc, char **argv)
{
	int option;
	const char *text;

	memset(flags, 0, sizeof(*flags));
	flags->identity = json_object();
	flags->facts = json_object();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!take(flags, option, optarg))
			return false;
	}
	if (optind + 1 == argc)
		flags->line = argv[optind];
	text = complaint(flags);
	if (text != NULL) {
		(void)command_wrong(&explain_command, "%s", text);
		return false;
	}
	if (flags->team == NULL)
		flags->team = "anyone"; /* as `run --tier` has it */
	return true;
}

/* --- telling -------------------------------------------------------------- */

static void
print_changes(const struct report *report, const json_t *dropped)
{
	size_t i;
	json_t *item;

	json_array_foreach(dropped, i, item)
	{
		(void)printf("dropped: %s (no known API version has it)\n",
		    json_string_value(item));
	}
	json_array_foreach(report->changes, i, item)
	{
		(void)printf("changed: %s: %s (filter %s)\n",
		    json_string_value(json_object_get(item, "field")),
		    json_string_value(json_object_get(item, "why")),
		    json_string_value(json_object_get(item, "filter")));
	}
}

static void
print_diff(const struct rehearsal *done)
{
	char *before = json_dumps(done->asked.body, JSON_INDENT(2));
	char *after = json_dumps(done->request.body, JSON_INDENT(2));

	if (before != NULL && after != NULL &&
	    !diff_print(before, after, stdout))
		(void)fputs("sockwarden: out of memory\n", stderr);
	free(before);
	free(after);
}

static int
tell(const struct rehearsal *done, enum verdict verdict)
{
	const struct report *report = &done->report;

	if (done->status != 0) {
		(void)printf("verdict: refused (%d)\nreason: %s\n",
		    done->status, done->refusal.text);
		return EXIT_NO;
	}
	(void)printf("verdict: %s\ncall: %s\n", verdict_name(verdict),
	    done->request.call->name);
	if (verdict <= VERDICT_DENY) {
		(void)printf("filter: %s\nfield: %s\nreason: %s\n",
		    report->filter == NULL ? "" : report->filter, report->field,
		    report->reason.text);
		return EXIT_NO;
	}
	print_changes(report, done->request.dropped);
	if (done->request.body != NULL)
		print_diff(done);
	return EXIT_DONE;
}

/* --- judging -------------------------------------------------------------- */

static char *
read_stdin(size_t *len)
{
	char *body = malloc(BODY_MAX + 1);

	*len = body == NULL ? 0 : fread(body, 1, BODY_MAX, stdin);
	if (body != NULL)
		body[*len] = '\0';
	return body;
}

static int
judge(const struct flags *flags, const struct tier *tier, const char *team)
{
	char *line = strdup(flags->line), *target;
	struct rehearsal_script script = {.identity = flags->identity,
	    .team = team,
	    .facts = flags->facts,
	    .look = true};
	struct rehearsal done;
	enum verdict verdict;
	int status;
	char *body;

	if (line == NULL) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		return EXIT_USAGE;
	}
	target = strchr(line, ' ');
	*target++ = '\0';
	body = read_stdin(&script.len);
	script.body = body == NULL ? "" : body;
	script.method = line;
	script.target = target;
	verdict = rehearse(tier, &script, &done);
	status = tell(&done, verdict);
	rehearsal_done(&done);
	free(body);
	free(line);
	return status;
}

static int
explain_preset(const struct flags *flags)
{
	struct tier *tier = command_tier(flags->tier);
	int status = tier == NULL ? EXIT_USAGE
				  : judge(flags, tier, flags->team);

	tier_free(tier);
	return status;
}

static void
tell_nobody(const struct flags *flags)
{
	char *caller = json_dumps(flags->identity, 0);

	(void)printf("verdict: deny\nreason: no identity rule matches\n"
		     "caller: %s\n",
	    caller == NULL ? "" : caller);
	free(caller);
}

static int
explain_config(const struct flags *flags)
{
	struct problems problems;
	struct config *config;
	const struct tier *tier;
	const char *team;
	bool unreadable;
	int status = EXIT_NO;

	problems_init(&problems, flags->config);
	config = config_load(flags->config, &problems, &unreadable);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (config == NULL)
		return EXIT_USAGE;
	tier = config_identify(config, flags->identity, &team);
	if (tier == NULL) {
		tell_nobody(flags);
	} else {
		(void)printf("team: %s\ntier: %s\n", team, tier_name(tier));
		status = judge(flags, tier, team);
	}
	config_unref(config);
	return status;
}

static int
explain(int argc, char **argv)
{
	struct flags flags;
	int status;

	if (!read_flags(&flags, argc, argv))
		status = EXIT_USAGE;
	else
		status = flags.config != NULL ? explain_config(&flags)
					      : explain_preset(&flags);
	json_decref(flags.identity);
	json_decref(flags.facts);
	return status;
}

const struct command explain_command = {
    .name = "explain",
    .usage = "(--config FILE --as KEY=VALUE... | --tier NAME "
	     "[--team NAME]) [--fact NAME=VALUE...] 'METHOD /TARGET' < body",
    .summary = "Judge a request and say why, with the rewritten body as a "
	       "diff.  Nothing is sent.",
    .details =
	"The body is read from standard input; give /dev/null where there is "
	"none.\n"
	"  --config FILE      judge by this configuration, for the caller that "
	"--as describes\n"
	"  --as KEY=VALUE     what is known of the caller: the keys of an "
	"identity's match,\n"
	"                     such as uid=1000, listener=ci, O=acme\n"
	"  --tier NAME        judge by one of `sockwarden tiers`, whoever "
	"calls\n"
	"  --team NAME        the caller's team, with --tier; else "
	"\"anyone\"\n"
	"  --fact NAME=VALUE  what would be asked: "
	"daemon.userns_remap=true,\n"
	"                     listener.socket=/PATH, path:/PATH=plain, "
	"container:web=absent,\n"
	"                     'volume:data={\"Name\": \"data\"}'\n",
    .run = explain,
};
