/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec -- which commands are run in a container that is there already.
 *
 * A pattern is words with one blank between them; each is an fnmatch(3) pattern
 * for one word of Cmd, in which "*" is any text, blanks and slashes included.
 * There must be as many words, unless the last pattern is "**", which is any
 * number of them, none too.  "sh -c *" is one command line for sh, "ls **" is
 * ls with any arguments, "**" is anything.  Words are compared as they are:
 * "/bin/sh" is not "sh", and what either of them runs is not looked into.
 *
 * exec.start runs what exec.create was allowed to make: the engine keeps Cmd
 * and takes none with the start, whose Detach and Tty say no more than how its
 * output comes.  Tty, ConsoleSize, DetachKeys and what is attached are about
 * the caller's terminal, as are the parameters of attach: nobody else's matter.
 * Privileged, User, Env and WorkingDir are judged by the filters of that name.
 */
#include <fnmatch.h>
#include <string.h>

#include "filter.h"

#define WORD_LEN 1024

struct conf {
	const json_t *allow;
};

static bool
pattern_valid(const char *value, struct errmsg *err)
{
	const char *word = value;

	for (;;) {
		size_t len = strcspn(word, " ");

		if (len == 0 || len >= WORD_LEN)
			return errmsg_set(
			    err, "want words with one blank between them");
		if (len == 2 && strncmp(word, "**", 2) == 0 &&
		    word[len] != '\0')
			return errmsg_set(
			    err, "\"**\" can only be the last word");
		if (word[len] == '\0')
			return true;
		word += len + 1;
	}
}

static const struct setting settings[] = {
    SETTING_STRINGS(struct conf, allow, "[\"**\"]", pattern_valid,
	"Commands that may be run: an fnmatch pattern for each word, \"**\" "
	"at the end for any further ones (\"sh -c *\", \"ls **\")."),
    SETTING_END,
};

static bool
matches(const char *pattern, const json_t *words)
{
	char word[WORD_LEN];
	size_t i = 0;

	for (;; i++) {
		size_t len = strcspn(pattern, " ");

		if (strcmp(pattern, "**") == 0)
			return true;
		if (i == json_array_size(words) || len >= sizeof(word))
			return false;
		memcpy(word, pattern, len);
		word[len] = '\0';
		if (fnmatch(word, json_string_value(json_array_get(words, i)),
			FNM_NOESCAPE) != 0)
			return false;
		if (pattern[len] == '\0')
			return i + 1 == json_array_size(words);
		pattern += len + 1;
	}
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	json_t *words = request_body_get(req, "Cmd"), *pattern;
	const char *first = json_string_value(json_array_get(words, 0));
	size_t i;

	if (first == NULL || *first == '\0')
		return report_deny(report, "Cmd", "no command is given");
	json_array_foreach(conf->allow, i, pattern)
	{
		if (matches(json_string_value(pattern), words))
			return VERDICT_PASS;
	}
	/* The arguments may be secrets. */
	return report_deny(report, "Cmd",
	    "the command \"%.100s\" with these arguments is not allowed",
	    first);
}

static const char *const calls[] = {"container.exec.create", NULL};

const struct filter exec_filter = {
    .name = "exec",
    .summary = "Which commands are run in containers that are there.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
