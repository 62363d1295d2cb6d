/* SPDX-License-Identifier: Apache-2.0 */
/* why -- find the record of a call, and explain what became of it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/tell.h"
#include "finding.h"
#include "remedy.h"

struct flags {
	const char *audit, *config, *id;
	bool json;
};

static const struct option options[] = {
    {"audit", required_argument, NULL, 'a'},
    {"config", required_argument, NULL, 'c'},
    {"json", no_argument, NULL, 'j'},
    {NULL, 0, NULL, 0},
};

static const char *
complaint(const struct flags *flags)
{
	if (flags->id == NULL)
		return "want one ID, as a refusal tells it: (record ID)";
	if (*flags->id == '\0' ||
	    flags->id[strspn(flags->id, "0123456789abcdef")] != '\0')
		return "an ID has the digits 0 to 9 and a to f";
	if (flags->audit == NULL && flags->config == NULL)
		return "--audit FILE or --config FILE is missing";
	return NULL;
}

/* False, having said what is wrong. */
static bool
read_flags(struct flags *flags, int argc, char **argv)
{
	const char *text;
	int option;

	memset(flags, 0, sizeof(*flags));
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			flags->audit = optarg;
		else if (option == 'c')
			flags->config = optarg;
		else if (option == 'j')
			flags->json = true;
		else
			return command_usage(&why_command) == EXIT_DONE;
	}
	if (optind + 1 == argc)
		flags->id = argv[optind];
	text = complaint(flags);
	return text == NULL ||
	    command_wrong(&why_command, "%s", text) == EXIT_DONE;
}

/* --- the policy --------------------------------------------------------------- */

/* False, having said what is wrong. */
static bool
load(struct policy *policy, const char *file)
{
	struct problems problems;
	bool loaded, unreadable;

	problems_init(&problems, file);
	loaded = policy_load(policy, file, NULL, &problems, &unreadable);
	if (!loaded)
		problems_print(&problems, stderr);
	problems_done(&problems);
	return loaded;
}

/* The tier of the record as it is today, if there still is one. */
static void
find_tier(struct policy *policy, const json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "tier"));
	struct problems problems;

	if (name == NULL)
		return;
	if (policy->config != NULL)
		policy->tier = config_tier(policy->config, name);
	if (policy->tier != NULL)
		return;
	problems_init(&problems, "");
	policy->tier = policy->made = config_preset_tier(name, &problems);
	problems_done(&problems);
}

/* --- telling ------------------------------------------------------------------- */

static int
tell(const struct flags *flags, const struct policy *policy,
    const struct finding *finding)
{
	json_auto_t *told = json_pack("{s:O, s:O?, s:o}", "request",
	    finding->request, "response", finding->response, "remedy",
	    remedy_new(policy, finding->request));

	if (told == NULL) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		return EXIT_USAGE;
	}
	if (flags->json) {
		(void)json_dumpf(told, stdout, JSON_INDENT(2));
		(void)fputc('\n', stdout);
	} else {
		tell_record(told, stdout);
	}
	return EXIT_DONE;
}

static int
tell_none(
    const struct flags *flags, const char *audit, const struct finding *finding)
{
	size_t i;
	json_t *id;

	if (json_array_size(finding->ids) == 0) {
		(void)fprintf(stderr,
		    "sockwarden: %s and its older files have no record %s\n",
		    audit, flags->id);
		return EXIT_NO;
	}
	(void)fprintf(stderr,
	    "sockwarden: several records begin or end with %s:\n", flags->id);
	json_array_foreach(finding->ids, i, id)(void)
	    fprintf(stderr, "  %s\n", json_string_value(id));
	return EXIT_USAGE;
}

static int
explain_record(const struct flags *flags, struct policy *policy)
{
	const char *audit = flags->audit != NULL
	    ? flags->audit
	    : config_audit(policy->config)->path;
	struct finding finding;
	struct errmsg err;
	int status = EXIT_USAGE;

	if (flags->audit == NULL && strcmp(audit, "-") == 0)
		return command_wrong(&why_command,
		    "the configuration writes its records to standard output: "
		    "give --audit FILE");
	if (!finding_look(&finding, audit, flags->id, &err)) {
		(void)fprintf(stderr, "sockwarden: %s\n", err.text);
	} else if (finding.request == NULL ||
	    json_array_size(finding.ids) != 1) {
		status = tell_none(flags, audit, &finding);
	} else {
		find_tier(policy, finding.request);
		status = tell(flags, policy, &finding);
	}
	finding_done(&finding);
	return status;
}

static int
why(int argc, char **argv)
{
	struct policy policy = {0};
	struct flags flags;
	int status;

	if (!read_flags(&flags, argc, argv) ||
	    (flags.config != NULL && !load(&policy, flags.config)))
		return EXIT_USAGE;
	status = explain_record(&flags, &policy);
	policy_done(&policy);
	return status;
}

const struct command why_command = {
    .name = "why",
    .usage = "[--audit FILE] [--config FILE] [--json] ID",
    .summary = "Find the record of a call, and explain what became of it.",
    .details =
	"ID is what a refusal tells: \"(record ID)\", or its beginning, or "
	"its last 8 digits\nor more.\n"
	"  --audit FILE   the audit log; FILE.1, FILE.2.gz and FILE-DATE "
	"beside it are looked\n"
	"                 at, too; else that of the --config\n"
	"  --config FILE  what the tiers are, to tell which setting decided\n"
	"  --json         the records as they are, for programs\n"
	"Exit status: 0 found; 1 there is no such record; 2 wrong use, or "
	"several have it so.\n",
    .run = why,
};
