/* SPDX-License-Identifier: Apache-2.0 */
/* diff -- how two policies differ: in what they say, or in what they do to
 * recorded calls. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "identity.h"

#include "commands/command.h"
#include "learn/replay_diff.h"
#include "learn/setting_diff.h"
#include "learn/side.h"

struct flags {
	const char *names[2]; /* A and B */
	const char *tier;
	bool json;
	json_t *identity;
	json_t *logs; /* NULL: without --replay */
};

static const struct option options[] = {
    {"tier", required_argument, NULL, 't'},
    {"as", required_argument, NULL, 'a'},
    {"replay", required_argument, NULL, 'r'},
    {"json", no_argument, NULL, 'j'},
    {NULL, 0, NULL, 0},
};

/* --- flags ---------------------------------------------------------------- */

static bool
add_log(struct flags *flags, const char *path)
{
	if (flags->logs == NULL)
		flags->logs = json_array();
	return json_array_append_new(flags->logs, json_string(path)) == 0;
}

/* --as KEY=VALUE; false, having said what is wrong. */
static bool
take_identity(struct flags *flags, const char *text)
{
	const char *equals = strchr(text, '=');
	struct errmsg err;
	char key[64];

	if (equals == NULL || equals == text ||
	    (size_t)(equals - text) >= sizeof(key)) {
		(void)command_wrong(
		    &diff_command, "--as: want KEY=VALUE, not \"%s\"", text);
		return false;
	}
	(void)snprintf(key, sizeof(key), "%.*s", (int)(equals - text), text);
	if (identity_set(flags->identity, key, equals + 1, &err))
		return true;
	(void)command_wrong(&diff_command, "--as: %s", err.text);
	return false;
}

static bool
take(struct flags *flags, int option, const char *value)
{
	switch (option) {
	case 't':
		flags->tier = value;
		return true;
	case 'a':
		return take_identity(flags, value);
	case 'r':
		if (add_log(flags, value))
			return true;
		(void)command_wrong(&diff_command, "--replay: want UTF-8");
		return false;
	case 'j':
		flags->json = true;
		return true;
	default:
		(void)command_usage(&diff_command);
		return false;
	}
}

/* What is wrong with the flags together, or NULL. */
static const char *
complaint(const struct flags *flags)
{
	if (flags->names[0] == NULL || flags->names[1] == NULL)
		return "want two policies: configurations, or names of "
		       "`sockwarden tiers`";
	if (flags->tier != NULL && json_object_size(flags->identity) > 0)
		return "--tier and --as do not go together";
	return NULL;
}

/* False, having said what is wrong.  Beyond A and B, with --replay, there are
 * more logs. */
static bool
read_flags(struct flags *flags, int argc, char **argv)
{
	const char *text;
	int option;

	memset(flags, 0, sizeof(*flags));
	flags->identity = json_object();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!take(flags, option, optarg))
			return false;
	}
	for (int i = optind; i < argc; i++) {
		if (i < optind + 2) {
			flags->names[i - optind] = argv[i];
		} else if (flags->logs == NULL || !add_log(flags, argv[i])) {
			(void)command_wrong(
			    &diff_command, "\"%s\" is too much", argv[i]);
			return false;
		}
	}
	text = complaint(flags);
	if (text != NULL)
		(void)command_wrong(&diff_command, "%s", text);
	return text == NULL;
}

/* --- comparing ------------------------------------------------------------ */

static int
replay_both(
    const struct flags *flags, const struct side *a, const struct side *b)
{
	struct replay replay;
	struct errmsg err;
	size_t i;
	json_t *log;
	int status = EXIT_DONE;

	if (!replay_init(&replay))
		return EXIT_USAGE;
	json_array_foreach(flags->logs, i, log)
	{
		if (status == EXIT_DONE &&
		    !replay_read(&replay, json_string_value(log), &err)) {
			(void)fprintf(
			    stderr, "sockwarden: diff: %s\n", err.text);
			status = EXIT_USAGE;
		}
	}
	if (status == EXIT_DONE) {
		replay_complain(&replay, "diff");
		status = replay_diff(&replay, a, b, flags->json) ? EXIT_NO
								 : EXIT_DONE;
	}
	replay_done(&replay);
	return status;
}

static int
compare(const struct flags *flags)
{
	struct side a, b;
	int status = EXIT_USAGE;
	bool both;

	both = side_open(&a, flags->names[0], flags->tier, flags->identity);
	both = side_open(&b, flags->names[1], flags->tier, flags->identity) &&
	    both;
	if (both && flags->logs != NULL)
		status = replay_both(flags, &a, &b);
	else if (both)
		status = setting_diff(&a, &b, flags->json) ? EXIT_NO
							   : EXIT_DONE;
	side_close(&a);
	side_close(&b);
	return status;
}

static int
diff(int argc, char **argv)
{
	struct flags flags;
	int status = read_flags(&flags, argc, argv) ? compare(&flags)
						    : EXIT_USAGE;

	json_decref(flags.identity);
	json_decref(flags.logs);
	return status;
}

const struct command diff_command = {
    .name = "diff",
    .usage = "A B [--tier NAME | --as KEY=VALUE...] [--replay AUDIT...] "
	     "[--json]",
    .summary = "Say how two policies differ, or which recorded calls they "
	       "judge differently.",
    .details =
	"A and B are configurations, or names of `sockwarden tiers`.\n"
	"  --replay AUDIT     judge what was recorded by both; the records "
	"must hold what was\n"
	"                     asked for, see `sockwarden learn --help`\n"
	"  --tier NAME        by this tier of each, whoever calls\n"
	"  --as KEY=VALUE     by the tier that each has for this caller; "
	"else, with --replay, for\n"
	"                     the caller in the record\n"
	"  --json             for programs\n"
	"Exit status: 0 no difference, 1 differences, 2 wrong use.\n",
    .run = diff,
};
