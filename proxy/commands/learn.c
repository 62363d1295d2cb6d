/* SPDX-License-Identifier: Apache-2.0 */
/* learn -- from what was recorded to the smallest tier that allows it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "config/config.h"
#include "config/tiers.h"
#include "learn.h"
#include "learn/leftovers.h"
#include "learn/write.h"
#include "replay.h"

#define NAME "learned"

struct flags {
	const char *tier, *team, *extends, *name;
	bool dangerous;
};

static const struct option options[] = {
    {"tier", required_argument, NULL, 't'},
    {"team", required_argument, NULL, 'm'},
    {"extends", required_argument, NULL, 'e'},
    {"name", required_argument, NULL, 'n'},
    {"include-dangerous", no_argument, NULL, 'd'},
    {NULL, 0, NULL, 0},
};

/* The first file among the arguments; 0, having said what is wrong. */
static int
read_flags(struct flags *flags, int argc, char **argv)
{
	int option;

	*flags = (struct flags){.extends = "ci", .name = NAME};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 't':
			flags->tier = optarg;
			break;
		case 'm':
			flags->team = optarg;
			break;
		case 'e':
			flags->extends = optarg;
			break;
		case 'n':
			flags->name = optarg;
			break;
		case 'd':
			flags->dangerous = true;
			break;
		default:
			(void)command_usage(&learn_command);
			return 0;
		}
	}
	if (optind < argc)
		return optind;
	(void)command_wrong(
	    &learn_command, "AUDIT is missing: a file with records, or \"-\"");
	return 0;
}

/* --- taking --------------------------------------------------------------- */

/* A tier that changes nothing, to read requests by. */
static struct tier *
reader(void)
{
	struct problems problems;
	struct tier *tier;

	problems_init(&problems, "");
	tier = tier_new("reader",
	    json_pack("{s:s, s:s, s:{s:{s:[s]}}}", "unlisted", "off",
		"unknown_fields", "drop", "filters", "calls", "allow", "*"),
	    "", problems_add, &problems);
	problems_done(&problems);
	return tier;
}

/* Of a record without what was asked, the call is all there is. */
static bool
take_bare(
    struct lessons *lessons, const json_t *record, const struct learn_use *use)
{
	struct request req = {.call = call_by_name(json_string_value(
				  json_object_get(record, "call")))};

	return req.call == NULL || lessons_take(lessons, &req, use);
}

/* A thing that is not there, or not theirs: the call is one that they make all
 * the same, to see whether it is. */
static bool
is_about_nothing(const json_t *record)
{
	const char *filter = json_string_value(
	    json_object_get(record, "filter"));

	return filter != NULL && strcmp(filter, "owner") == 0;
}

static bool
take_call(struct lessons *lessons, const json_t *call, const struct tier *tier)
{
	const json_t *record = json_object_get(call, "record");
	bool refused = replay_was_refused(record);
	const struct learn_use use = {
	    .times = json_integer_value(json_object_get(call, "times")),
	    .last = json_string_value(json_object_get(call, "last")),
	    .team = json_string_value(json_object_get(record, "team")),
	    .id = json_string_value(json_object_get(record, "id"))};
	struct replayed replayed;
	bool taken = true;

	if (refused && !is_about_nothing(record))
		return true;
	if (refused || !replay_can(record))
		return take_bare(lessons, record, &use);
	replay_judge(record, tier, use.team, &replayed);
	if (replayed.rehearsal.status == 0 && !replayed.undecided)
		taken = lessons_take(
		    lessons, &replayed.rehearsal.request, &use);
	replayed_done(&replayed);
	return taken;
}

/* Of calls that were made; *refused is how many were not. */
static struct lessons *
take(const struct replay *replay, long long *refused)
{
	struct lessons *lessons = lessons_new();
	struct tier *tier = reader();
	bool sound = lessons != NULL && tier != NULL;
	size_t i;
	json_t *call;

	*refused = 0;
	json_array_foreach(replay->calls, i, call)
	{
		if (replay_was_refused(json_object_get(call, "record")))
			*refused += json_integer_value(
			    json_object_get(call, "times"));
		sound = sound && take_call(lessons, call, tier);
	}
	tier_free(tier);
	if (sound)
		return lessons;
	lessons_free(lessons);
	return NULL;
}

/* --- giving --------------------------------------------------------------- */

/* The tier that was learned, as a configuration would make it. */
static struct tier *
make(const struct flags *flags, const json_t *settled)
{
	json_auto_t *tree = learn_tree(flags->name, flags->extends, settled);
	struct problems problems;
	struct tier *tier = NULL;
	json_t *conf;

	problems_init(&problems, "sockwarden: learn");
	conf = tiers_resolve(tree, flags->name, &problems);
	if (conf != NULL)
		tier = tier_new(
		    flags->name, conf, "tiers", problems_add, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	return tier;
}

static void
put_head(const struct flags *flags, const struct replay *replay,
    const struct lessons *lessons, long long refused, long long allowed)
{
	(void)lessons;
	(void)printf("# sockwarden learn: from %zu recorded calls%s%s%s%s.\n",
	    replay->requests, flags->tier == NULL ? "" : " of tier ",
	    flags->tier == NULL ? "" : flags->tier,
	    flags->team == NULL ? "" : " of team ",
	    flags->team == NULL ? "" : flags->team);
	if (refused > 0)
		(void)printf(
		    "# %lld were refused; of these nothing was learned but "
		    "calls about what is not\n# there, or another team's.\n",
		    refused);
	(void)printf("# Judged by this tier, %lld of those that can be judged "
		     "again are allowed.\n# Read it before it holds: what was "
		     "seen is not always what should be.\n",
	    allowed);
}

static int
give(const struct flags *flags, const struct replay *replay,
    const struct lessons *lessons, const struct tier *base, long long refused)
{
	json_auto_t *settled = lessons_settle(lessons, base, flags->dangerous);
	struct tier *tier = settled == NULL ? NULL : make(flags, settled);
	struct leftovers leftovers;
	int status = EXIT_NO;

	if (leftovers_init(&leftovers) && tier != NULL) {
		leftovers_take(&leftovers, replay, tier);
		put_head(flags, replay, lessons, refused, leftovers.allowed);
		learn_write(
		    stdout, flags->name, flags->extends, settled, &leftovers);
		status = EXIT_DONE;
	}
	leftovers_done(&leftovers);
	tier_free(tier);
	return status;
}

static int
learn_from(const struct flags *flags, const struct replay *replay)
{
	struct tier *base = command_tier(flags->extends);
	struct lessons *lessons;
	long long refused;
	int status = EXIT_NO;

	if (base == NULL)
		return EXIT_USAGE;
	lessons = take(replay, &refused);
	if (lessons == NULL)
		(void)fputs("sockwarden: learn: out of memory\n", stderr);
	else if (json_array_size(replay->calls) == 0)
		(void)fputs(
		    "sockwarden: learn: there is nothing to learn from: no "
		    "record of a call that was made\n",
		    stderr);
	else
		status = give(flags, replay, lessons, base, refused);
	lessons_free(lessons);
	tier_free(base);
	return status;
}

static int
learn(int argc, char **argv)
{
	struct replay replay;
	struct errmsg err;
	struct flags flags;
	int status = EXIT_DONE, first = read_flags(&flags, argc, argv);

	if (first == 0)
		return EXIT_USAGE;
	if (!replay_init(&replay))
		return EXIT_NO;
	replay.tier = flags.tier;
	replay.team = flags.team;
	for (int i = first; i < argc && status == EXIT_DONE; i++) {
		if (!replay_read(&replay, argv[i], &err)) {
			(void)fprintf(
			    stderr, "sockwarden: learn: %s\n", err.text);
			status = EXIT_USAGE;
		}
	}
	if (status == EXIT_DONE) {
		replay_complain(&replay, "learn");
		status = learn_from(&flags, &replay);
	}
	replay_done(&replay);
	return status;
}

const struct command learn_command = {
    .name = "learn",
    .usage = "[--tier NAME] [--team NAME] [--extends NAME] [--name NAME] "
	     "[--include-dangerous] AUDIT...",
    .summary = "Write the smallest tier that allows what was recorded.",
    .details =
	"AUDIT is a log of `sockwarden run`, compressed or not, or \"-\" for "
	"standard input.\n"
	"The records must hold what was asked for: those of a tier in mode "
	"observe or warn do,\n"
	"others with audit.requests of the configuration.\n"
	"  --tier NAME, --team NAME\n"
	"                     only from calls of this tier, of this team\n"
	"  --extends NAME     the tier to begin with: one of `sockwarden "
	"tiers`, else ci\n"
	"  --name NAME        of the new tier, else \"learned\"\n"
	"  --include-dangerous\n"
	"                     allow also what gives away the host; without "
	"it, that is\n"
	"                     listed as not learned\n",
    .run = learn,
};
