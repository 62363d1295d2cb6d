/* SPDX-License-Identifier: Apache-2.0 */
/* explain -- judge a request that nobody sends, and say why. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/diff.h"
#include "config/config.h"
#include "rehearse.h"

#define BODY_MAX (4 * 1024 * 1024)

struct flags {
	const char *config, *tier, *team, *line;
	json_t *identity, *facts;
	bool wrong;
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

/* Members of an identity that are numbers, and those at its top; the others
 * are a certificate's (include/identity.h). */
static bool
set_member(json_t *identity, const char *key, const char *value)
{
	static const char *const numbers[] = {"uid", "gid", "pid", NULL};
	static const char *const words[] = {
	    "listener", "transport", "address", NULL};
	static const char *const lists[] = {
	    "O", "OU", "DNS", "URI", "email", NULL};
	json_t *certificate;

	for (size_t i = 0; numbers[i] != NULL; i++) {
		if (strcmp(numbers[i], key) == 0)
			return json_object_set_new(identity, key,
				   json_integer(strtoll(value, NULL, 10))) == 0;
	}
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], key) == 0)
			return json_object_set_new(
				   identity, key, json_string(value)) == 0;
	}
	certificate = json_object_get(identity, "certificate");
	if (certificate == NULL) {
		certificate = json_object();
		if (json_object_set_new(identity, "certificate", certificate) !=
		    0)
			return false;
	}
	for (size_t i = 0; lists[i] != NULL; i++) {
		if (strcmp(lists[i], key) == 0)
			return json_object_set_new(certificate, key,
				   json_pack("[s]", value)) == 0;
	}
	return json_object_set_new(certificate, key, json_string(value)) == 0;
}

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

static bool
take_identity(struct flags *flags, const char *text)
{
	const char *value;
	char key[64];

	return split(text, key, sizeof(key), &value) &&
	    set_member(flags->identity, key, value);
}

static bool
take_fact(struct flags *flags, const char *text)
{
	const char *value;
	char key[512];
	json_t *fact;

	if (!split(text, key, sizeof(key), &value))
		return false;
	fact = json_loads(value, JSON_DECODE_ANY, NULL);
	if (fact == NULL)
		fact = json_string(value);
	return json_object_set_new(flags->facts, key, fact) == 0;
}

static void
read_flags(struct flags *flags, int argc, char **argv)
{
	int option;

	memset(flags, 0, sizeof(*flags));
	flags->team = "anyone"; /* as `run --tier` has it */
	flags->identity = json_object();
	flags->facts = json_object();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'c')
			flags->config = optarg;
		else if (option == 't')
			flags->tier = optarg;
		else if (option == 'm')
			flags->team = optarg;
		else if (option == 'a')
			flags->wrong |= !take_identity(flags, optarg);
		else if (option == 'f')
			flags->wrong |= !take_fact(flags, optarg);
		else
			flags->wrong = true;
	}
	if (optind + 1 == argc)
		flags->line = argv[optind];
	if (flags->line == NULL ||
	    (flags->config == NULL) == (flags->tier == NULL))
		flags->wrong = true;
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
	char *before = json_dumps(done->asked, JSON_INDENT(2));
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

	target = line == NULL ? NULL : strchr(line, ' ');
	if (target == NULL) {
		free(line);
		return command_usage(&explain_command);
	}
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
	struct problems problems;
	struct tier *tier;
	int status;

	problems_init(&problems, flags->tier);
	tier = config_preset_tier(flags->tier, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	status = tier == NULL ? EXIT_USAGE : judge(flags, tier, flags->team);
	tier_free(tier);
	return status;
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
		(void)puts("verdict: deny\nreason: no identity rule matches");
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

	read_flags(&flags, argc, argv);
	if (flags.wrong)
		status = command_usage(&explain_command);
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
    .run = explain,
};
