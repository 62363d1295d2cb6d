/* SPDX-License-Identifier: Apache-2.0 */
/* test -- judge the calls of policy tests, and say which came out as expected. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "testing/play.h"

struct flags {
	const char *junit; /* a file, besides */
	bool as_junit; /* in place of TAP */
};

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {"junit", required_argument, NULL, 'j'},
    {NULL, 0, NULL, 0},
};

/* False, having said what is wrong. */
static bool
read_flags(struct flags *flags, int argc, char **argv)
{
	int option;

	memset(flags, 0, sizeof(*flags));
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j') {
			flags->junit = optarg;
		} else if (option == 'f' && strcmp(optarg, "junit") == 0) {
			flags->as_junit = true;
		} else if (option == 'f' && strcmp(optarg, "tap") == 0) {
			flags->as_junit = false;
		} else {
			if (option == 'f')
				(void)command_wrong(&test_command,
				    "--format: want tap or junit, not \"%s\"",
				    optarg);
			else
				(void)command_usage(&test_command);
			return false;
		}
	}
	if (optind < argc)
		return true;
	(void)command_wrong(&test_command, "FILE is missing");
	return false;
}

/* --- files ------------------------------------------------------------------ */

static bool
load(struct suite *suite, const char *file)
{
	struct problems problems;
	bool sound;

	problems_init(&problems, file);
	sound = suite_load(suite, file, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	return sound;
}

/* All of them are looked at, so that all that is wrong is told at once. */
static bool
load_all(struct suite *suites, char **files, size_t n)
{
	bool sound = true;

	for (size_t i = 0; i < n; i++)
		sound = load(&suites[i], files[i]) && sound;
	return sound;
}

/* --- results ----------------------------------------------------------------- */

static bool
write_junit(const char *path, const struct result *results, size_t n)
{
	FILE *file = fopen(path, "we");
	bool written = file != NULL;

	if (file != NULL) {
		result_print_junit(results, n, file);
		written = ferror(file) == 0;
		written = fclose(file) == 0 && written;
	}
	if (!written)
		(void)fprintf(
		    stderr, "sockwarden: %s: %s\n", path, strerror(errno));
	return written;
}

static int
tell(const struct flags *flags, const struct result *results, size_t n)
{
	if (flags->as_junit)
		result_print_junit(results, n, stdout);
	else
		result_print_tap(results, n, stdout);
	if (flags->junit != NULL && !write_junit(flags->junit, results, n))
		return EXIT_USAGE;
	return result_failures(results, n) == 0 ? EXIT_DONE : EXIT_NO;
}

static int
play_all(const struct flags *flags, const struct suite *suites, size_t n)
{
	struct result *results;
	size_t trials = 0, at = 0;
	int status;

	for (size_t i = 0; i < n; i++)
		trials += suites[i].n;
	results = calloc(trials + 1, sizeof(*results));
	if (results == NULL) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < suites[i].n; j++)
			play(&suites[i], &suites[i].trials[j], &results[at++]);
	}
	status = tell(flags, results, trials);
	free(results);
	return status;
}

static int
test(int argc, char **argv)
{
	struct flags flags;
	struct suite *suites;
	int status = EXIT_USAGE;
	size_t n;

	if (!read_flags(&flags, argc, argv))
		return EXIT_USAGE;
	n = (size_t)(argc - optind);
	suites = calloc(n, sizeof(*suites));
	if (suites == NULL) {
		(void)fputs("sockwarden: out of memory\n", stderr);
		return EXIT_USAGE;
	}
	if (load_all(suites, argv + optind, n))
		status = play_all(&flags, suites, n);
	for (size_t i = 0; i < n; i++)
		suite_done(&suites[i]);
	free(suites);
	return status;
}

const struct command test_command = {
    .name = "test",
    .usage = "[--format tap|junit] [--junit FILE] FILE...",
    .summary = "Judge the calls of policy tests, and say which came out as "
	       "expected.",
    .details =
	"  --format FORMAT  tap (version 14, the default) or junit (XML)\n"
	"  --junit FILE     write JUnit XML to FILE besides\n"
	"Exit status: 0 all passed; 1 some failed; 2 wrong use, or a file with "
	"errors.\n"
	"A file is YAML:\n"
	"\n"
	"  config: ../sockwarden.yaml   # what is tested, below this file's "
	"folder; or\n"
	"  tier: ci                     # a tier of it, or of ours, whoever "
	"calls\n"
	"  team: web                    # of the callers, with tier; else "
	"\"anyone\"\n"
	"  as: {listener: ci}           # who calls, for all tests below\n"
	"  facts: {}                    # what the engine has, for all tests\n"
	"  tests:\n"
	"    - name: a privileged container is made a common one\n"
	"      as: {uid: 1000}          # keys of an identity's match, or "
	"certificate: FILE\n"
	"      call: POST /v1.41/containers/create\n"
	"      headers: {}              # more fields of the head\n"
	"      body: {Image: alpine, HostConfig: {Privileged: true}}\n"
	"      expect: rewrite          # allow (as it was asked), rewrite or "
	"deny\n"
	"      filter: privileged       # that refused it, or made a change\n"
	"      field: HostConfig.Privileged   # of the same\n"
	"      reason: not allowed      # a part of it; with * a pattern for "
	"all of it\n"
	"      changed: {HostConfig.Privileged: false}  # after; null: taken "
	"out\n"
	"      unchanged: [Image]\n"
	"    - name: another team's container is not there\n"
	"      call: GET /containers/web/json\n"
	"      facts:\n"
	"        container:web: {Id: 0123456789ab, Name: /web,\n"
	"          Labels: {sockwarden.team: other}}\n"
	"      expect: deny\n"
	"    - name: nor is the host's root directory\n"
	"      docker: run --rm -v /:/host alpine    # in place of call\n"
	"      expect: rewrite\n"
	"\n"
	"A command line is run with the docker of this machine, against a "
	"socket that leads\nnowhere; it may make several calls, of which the "
	"first that is refused counts, else\nthe first that is changed, else "
	"the last.\n"
	"What filter owner does without a word (labels of the team, ids for "
	"names, "
	"lists of\nthe team's alone) is no change.\n"
	"A body that is text is sent to the letter.  Fields are as the record "
	"has them:\n"
	"\"HostConfig.Binds\" of the body, \"?all\" of the query, "
	"\"{container}\" of the path.\n"
	"Containers, execs, volumes and networks that no fact names are not "
	"there.\n"
	"Everything but name, expect and call or docker may be left out.\n",
    .run = test,
};
