/* SPDX-License-Identifier: Apache-2.0 */
#include "testing/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setting.h"

#include "caller.h"
#include "config/file.h"
#include "rehearse.h"

/* The top of the file. */
struct suite_members {
	const char *config, *tier, *team;
	const json_t *as, *facts, *tests;
};

/* --- rows ----------------------------------------------------------------- */

static const char *const expected_words[] = {
    [EXPECTED_DENY] = "deny",
    [EXPECTED_REWRITE] = "rewrite",
    [EXPECTED_ALLOW] = "allow",
    NULL,
};

static bool
name_valid(const char *value, struct errmsg *err)
{
	return *value != '\0' || errmsg_set(err, "want a name");
}

static bool
expect_valid(const char *value, struct errmsg *err)
{
	char hint[160];

	for (size_t i = 0; expected_words[i] != NULL; i++) {
		if (strcmp(value, expected_words[i]) == 0)
			return true;
	}
	nearest_hint(value, expected_words, hint, sizeof(hint));
	return errmsg_set(err, "want allow, rewrite or deny%s", hint);
}

static bool
filter_valid(const char *value, struct errmsg *err)
{
	const char *names[128] = {NULL};
	char hint[160];

	if (filter_by_name(value) != NULL)
		return true;
	for (size_t i = 0; filter_list[i] != NULL && i < 127; i++)
		names[i] = filter_list[i]->name;
	nearest_hint(value, names, hint, sizeof(hint));
	return errmsg_set(err, "there is no such filter%s", hint);
}

static bool
call_valid(const char *value, struct errmsg *err)
{
	const char *space = strchr(value, ' ');

	return (space != NULL && space != value && space[1] == '/') ||
	    errmsg_set(err, "want \"METHOD /TARGET\"");
}

static const struct setting trial_rows[] = {
    SETTING_NEEDED(
	struct trial, name, name_valid, "What the test shows, in a sentence."),
    SETTING_STRING(struct trial, call, NULL, call_valid,
	"The call: \"METHOD /TARGET\", as a client sends it."),
    SETTING_ANY(struct trial, headers, "Header fields of the call: a map."),
    SETTING_ANY(struct trial, body,
	"The body of the call: a map, or text that is sent to the letter."),
    SETTING_STRING(struct trial, docker, NULL, name_valid,
	"Or what follows \"docker\" on a command line."),
    SETTING_ANY(struct trial, as, "Who calls: added to that of the file."),
    SETTING_STRING(struct trial, team, NULL, name_valid,
	"The caller's team, where a tier is judged by."),
    SETTING_ANY(struct trial, facts, "Added to those of the file."),
    SETTING_NEEDED(struct trial, expect, expect_valid,
	"allow: made as it was asked; rewrite: made, but changed; deny: "
	"refused."),
    SETTING_STRING(struct trial, filter, NULL, filter_valid,
	"The filter that refused it, or one that changed it."),
    SETTING_STRING(struct trial, field, NULL, name_valid,
	"The field that it was refused for, or one that was changed."),
    SETTING_STRING(struct trial, reason, NULL, name_valid,
	"A part of the reason, or a pattern with \"*\" for the whole of it."),
    SETTING_ANY(struct trial, changed,
	"What was changed: a map from field to its value after, null where it "
	"was taken out."),
    SETTING_STRINGS(struct trial, unchanged, NULL, name_valid,
	"Fields that were not changed."),
    SETTING_END,
};

static const struct setting suite_rows[] = {
    SETTING_STRING(struct suite_members, config, NULL, name_valid,
	"The configuration to judge by; its path is below this file's folder."),
    SETTING_STRING(struct suite_members, tier, NULL, name_valid,
	"A tier of it, or of ours, to judge by whoever calls."),
    SETTING_STRING(struct suite_members, team, NULL, name_valid,
	"The callers' team, where a tier is judged by."),
    SETTING_ANY(struct suite_members, as, "Who calls."),
    SETTING_ANY(struct suite_members, facts, "What is known of the engine."),
    SETTING_ROWS(struct suite_members, tests, trial_rows, "The tests."),
    SETTING_END,
};

/* --- identities and facts -------------------------------------------------- */

/* Where the values of a map go, one at a time. */
struct filling {
	struct problems *problems;
	json_t *into;
	const char *folder;
};

typedef bool fill_fn(const struct filling *filling, const char *key,
    const json_t *value, struct errmsg *err);

static bool
fill_identity(const struct filling *filling, const char *key,
    const json_t *value, struct errmsg *err)
{
	char number[32];

	(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(value));
	if (!json_is_integer(value) && !json_is_string(value))
		return errmsg_set(err, "want a string or a number");
	return caller_set(filling->into, key,
	    json_is_string(value) ? json_string_value(value) : number,
	    filling->folder, err);
}

static bool
fill_fact(const struct filling *filling, const char *key, const json_t *value,
    struct errmsg *err)
{
	return rehearsal_fact_value(filling->into, key, value, err);
}

/* Every member of the map (or NULL) that stands at path. */
static void
fill(const struct filling *filling, const json_t *map, const char *path,
    fill_fn *put)
{
	json_auto_t *members = json_deep_copy(map); /* iterable */
	char key_path[512];
	struct errmsg err;
	const char *key;
	json_t *value;

	if (map != NULL && !json_is_object(map))
		problems_add(filling->problems, path, "want a map");
	json_object_foreach(members, key, value)
	{
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		if (!put(filling, key, value, &err))
			problems_add(filling->problems, key_path, err.text);
	}
}

/* The file's, and over them the trial's own. */
static json_t *
gather(const struct suite *suite, const json_t *common, const json_t *own,
    const char *path, const char *name, fill_fn *put, struct problems *problems)
{
	struct filling filling = {problems, json_object(), suite->folder};
	char own_path[128];

	(void)snprintf(own_path, sizeof(own_path), "%s.%s", path, name);
	fill(&filling, common, name, put);
	fill(&filling, own, own_path, put);
	return filling.into;
}

/* --- trials ---------------------------------------------------------------- */

static void
complain(struct problems *problems, const char *path, const char *member,
    const char *text)
{
	char where[128];

	(void)snprintf(where, sizeof(where), "%s%s%s", path,
	    *member == '\0' ? "" : ".", member);
	problems_add(problems, where, text);
}

static bool
is_map_of_strings(const json_t *map)
{
	json_auto_t *members = json_deep_copy(map); /* iterable */
	const char *key;
	json_t *value;

	json_object_foreach(members, key, value)
	{
		if (!json_is_string(value))
			return false;
	}
	return json_is_object(map);
}

/* What goes together, and what has which shape. */
static void
check_trial(const struct trial *trial, bool one_tier, const char *path,
    struct problems *problems)
{
	if ((trial->call == NULL) == (trial->docker == NULL))
		complain(problems, path, "",
		    trial->call == NULL ? "want \"call\" or \"docker\""
					: "\"call\" and \"docker\" do not go "
					  "together");
	if (trial->docker != NULL && trial->body != NULL)
		complain(problems, path, "body", "goes with \"call\"");
	if (trial->docker != NULL && trial->headers != NULL)
		complain(problems, path, "headers", "goes with \"call\"");
	if (trial->headers != NULL && !is_map_of_strings(trial->headers))
		complain(problems, path, "headers", "want a map of strings");
	if (trial->changed != NULL &&
	    (!json_is_object(trial->changed) ||
		json_object_size(trial->changed) == 0))
		complain(problems, path, "changed", "want a map");
	if (trial->reason != NULL && trial->expected == EXPECTED_ALLOW)
		complain(problems, path, "reason",
		    "what is allowed as it was asked needs none");
	if (trial->filter != NULL && trial->expected == EXPECTED_ALLOW)
		complain(problems, path, "filter",
		    "what is allowed as it was asked has none");
	if (trial->expected == EXPECTED_DENY &&
	    (json_array_size(trial->unchanged) > 0 || trial->changed != NULL))
		complain(problems, path,
		    trial->changed != NULL ? "changed" : "unchanged",
		    "what is refused is not sent at all");
	if (trial->team != NULL && !one_tier)
		complain(problems, path, "team",
		    "goes with \"tier\": a configuration says which team a "
		    "caller has");
	if (!one_tier && json_object_size(trial->identity) == 0)
		complain(
		    problems, path, "as", "who calls? the configuration asks");
}

static void
ignore(void *arg, const char *path, const char *text)
{
	(void)arg;
	(void)path;
	(void)text;
}

static enum expected
expected_of(const char *word)
{
	size_t i = EXPECTED_ALLOW;

	while (i > 0 && (word == NULL || strcmp(word, expected_words[i]) != 0))
		i--;
	return (enum expected)i;
}

static void
read_trial(struct suite *suite, const struct suite_members *members,
    json_t *row, struct problems *problems)
{
	struct trial *trial = &suite->trials[suite->n];
	char path[64];

	(void)snprintf(path, sizeof(path), "tests[%zu]", suite->n++);
	/* Its problems were told when the whole file was read. */
	(void)!settings_read(trial_rows, row, trial, "", ignore, NULL);
	trial->place = yaml_place(&suite->yaml, path);
	trial->expected = expected_of(trial->expect);
	if (trial->team == NULL)
		trial->team = members->team;
	trial->identity = gather(
	    suite, members->as, trial->as, path, "as", fill_identity, problems);
	trial->known = gather(suite, members->facts, trial->facts, path,
	    "facts", fill_fact, problems);
	check_trial(trial, members->tier != NULL, path, problems);
}

static void
read_trials(struct suite *suite, const struct suite_members *members,
    struct problems *problems)
{
	size_t i;
	json_t *row;

	suite->trials = calloc(
	    json_array_size(members->tests) + 1, sizeof(*suite->trials));
	if (suite->trials == NULL)
		problems_add(problems, "", "out of memory");
	else if (json_array_size(members->tests) == 0)
		problems_add(problems, "tests", "want at least one");
	json_array_foreach(members->tests, i, row)
	{
		if (suite->trials != NULL && json_is_object(row))
			read_trial(suite, members, row, problems);
	}
}

/* --- the whole -------------------------------------------------------------- */

/* "tests/ci.yaml": "tests". */
static char *
folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (slash == NULL)
		return strdup("");
	return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

static void
copy_problem(void *arg, bool warning, const char *line)
{
	if (!warning)
		problems_add(arg, "config", line);
}

/* The policy's own problems have places in a file of its own. */
static void
read_policy(struct suite *suite, const struct suite_members *members,
    struct problems *problems)
{
	bool absolute = members->config != NULL && *members->config == '/';
	struct problems own;
	char *path = NULL;
	bool unreadable;

	if (members->config == NULL && members->tier == NULL) {
		problems_add(problems, "", "want \"config\" or \"tier\"");
		return;
	}
	if (members->config != NULL &&
	    asprintf(&path, "%s%s%s", absolute ? "" : suite->folder,
		absolute || *suite->folder == '\0' ? "" : "/",
		members->config) < 0) {
		problems_add(problems, "config", "out of memory");
		return;
	}
	problems_init(&own, path == NULL ? "tier" : path);
	if (!policy_load(
		&suite->policy, path, members->tier, &own, &unreadable))
		problems_tell(&own, copy_problem, problems);
	problems_done(&own);
	free(path);
}

bool
suite_load(struct suite *suite, const char *file, struct problems *problems)
{
	struct suite_members members = {0};
	bool unreadable;

	memset(suite, 0, sizeof(*suite));
	suite->file = file;
	suite->folder = folder_of(file);
	if (suite->folder == NULL) {
		problems_add(problems, "", "out of memory");
		return false;
	}
	if (!file_read(file, &suite->yaml, problems, &unreadable)) {
		suite_done(suite);
		return false;
	}
	problems->yaml = &suite->yaml;
	if (json_is_object(suite->yaml.tree)) {
		(void)!settings_read(suite_rows, suite->yaml.tree, &members, "",
		    problems_add, problems);
		read_policy(suite, &members, problems);
		read_trials(suite, &members, problems);
	} else {
		problems_add(problems, "", "want a map");
	}
	problems->yaml = NULL;
	if (problems->errors == 0)
		return true;
	suite_done(suite);
	return false;
}

void
suite_done(struct suite *suite)
{
	for (size_t i = 0; i < suite->n; i++) {
		json_decref(suite->trials[i].identity);
		json_decref(suite->trials[i].known);
	}
	free(suite->trials);
	policy_done(&suite->policy);
	yaml_done(&suite->yaml);
	free(suite->folder);
	memset(suite, 0, sizeof(*suite));
}
