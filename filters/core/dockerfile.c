/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dockerfile_args.h"
#include "core/dockerfile_dir.h"
#include "core/dockerfile_lines.h"
#include "core/dockerfile_names.h"
#include "core/patterns.h"
#include "core/registry_name.h"
#include "core/tar_json.h"

#define BLANKS " \t"
#define IMAGE_LEN 512

struct build {
	const struct dockerfile_rules *rules;
	json_t *args; /* ARGs before the first FROM: name -> default or null */
	json_t *stages; /* their names, "" where they have none */
	json_t *dirs; /* their working directories, as far as is known */
	bool user; /* the stage at hand has become somebody who is not root */
	bool trigger; /* within ONBUILD */
	char escape; /* the file's */
};

/* An instruction in parts; what follows the flags is args. */
struct instruction {
	char word[16]; /* in lower case */
	char *args;
	const char *from; /* COPY --from=, or NULL */
};

typedef bool judge_fn(
    struct build *build, struct instruction *instruction, struct errmsg *why);

/* --- images --------------------------------------------------------------- */

/* Which of the first n stages has the name?  n: none. */
static size_t
find_stage(const struct build *build, const char *name, size_t n)
{
	for (size_t i = 0; i < n && *name != '\0'; i++) {
		const char *stage = json_string_value(
		    json_array_get(build->stages, i));

		if (strcmp(stage, name) == 0)
			return i;
	}
	return n;
}

static bool
judge_image(const struct build *build, const char *name, struct errmsg *why)
{
	const struct dockerfile_rules *rules = build->rules;
	struct registry_name registry;
	struct image_ref ref;

	if (rules->images == NULL ? !image_ref_parse(name, &ref, why)
				  : !image_allowed(rules->images, name, why))
		return false;
	/* An image that is not there is pulled. */
	return rules->registries == NULL || strcmp(name, "scratch") == 0 ||
	    (registry_of_image(name, &registry, why) &&
		registry_allowed(rules->registries, &registry, why));
}

/* Names of stages are found whatever their case, by newer builders only. */
static bool
take_stage(struct build *build, const char *name, struct errmsg *why)
{
	char lower[128];
	size_t len = strlen(name);

	if (len >= sizeof(lower))
		return errmsg_set(why, "the stage's name is too long");
	for (size_t i = 0; i <= len; i++)
		lower[i] = (char)tolower((unsigned char)name[i]);
	if (len > 0 &&
	    (lower[0] < 'a' || lower[0] > 'z' ||
		strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789-_.") !=
		    len))
		return errmsg_set(
		    why, "\"%.100s\" is no name for a stage", name);
	return json_array_append_new(build->stages, json_string(lower)) == 0 ||
	    errmsg_nomem(why);
}

/* FROM image [AS name] */
static bool
judge_from(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	char *rest = instruction->args, *words[4] = {NULL};
	size_t stages = json_array_size(build->stages), same, n = 0;
	char image[IMAGE_LEN];
	json_t *dir;

	while (n < 4 && (words[n] = strsep(&rest, BLANKS)) != NULL)
		n += *words[n] != '\0';
	if (n != 1 && (n != 3 || strcasecmp(words[1], "as") != 0))
		return errmsg_set(why, "FROM wants an image, or image AS name");
	if (!dockerfile_args_expand(build->args, build->rules->args, words[0],
		image, sizeof(image), why))
		return false;
	same = find_stage(build, image, stages);
	if (strcmp(image, "scratch") != 0 && same == stages &&
	    !judge_image(build, image, why))
		return errmsg_prefix(why, "FROM");
	dir = same < stages ? json_incref(json_array_get(build->dirs, same))
			    : json_string("/");
	if (json_array_append_new(build->dirs, dir) != 0)
		return errmsg_nomem(why);
	build->user = false;
	return take_stage(build, n == 3 ? words[2] : "", why);
}

/* A stage by its number or name, or an image. */
static bool
judge_copy_from(const struct build *build, const char *from, struct errmsg *why)
{
	size_t len = strlen(from);
	/* The stage at hand is none yet: its name would be an image's. */
	size_t before = json_array_size(build->stages) - 1;

	if (build->trigger)
		return errmsg_set(why, "--from is not allowed in ONBUILD");
	if (len > 0 && strspn(from, "0123456789") == len) {
		if (len > 4 || strtoul(from, NULL, 10) >= before)
			return errmsg_set(why,
			    "--from=%.20s is no stage before this one", from);
		return true;
	}
	if (strpbrk(from, "$") != NULL)
		return errmsg_set(why, "--from takes no variables, but a name");
	return find_stage(build, from, before) < before ||
	    judge_image(build, from, why) || errmsg_prefix(why, "--from");
}

/* --- files ---------------------------------------------------------------- */

/*
 * Could a source of ADD be something to fetch?  A variable in it may be anything,
 * so that only what stands before the first one can tell that it is not.
 */
static bool
may_be_url(const char *source)
{
	static const char *const prefixes[] = {"http://", "https://", "git://",
	    "ssh://", "git@", "github.com/", NULL};
	size_t len = strcspn(source, "$");
	bool whole = source[len] == '\0';

	for (size_t i = 0; prefixes[i] != NULL; i++) {
		size_t n = strlen(prefixes[i]);

		if (whole && len < n)
			continue;
		if (strncasecmp(source, prefixes[i], len < n ? len : n) == 0)
			return true;
	}
	return whole && strstr(source, "://") != NULL;
}

static bool
judge_source(const char *source, struct errmsg *why)
{
	if (strpbrk(source, "\"'`\\") != NULL)
		return errmsg_set(why,
		    "ADD with quotes or escapes in a name is not allowed; use "
		    "COPY");
	/* Before an "@" may stand a password. */
	return !may_be_url(source) ||
	    errmsg_set(why,
		"ADD of \"%.100s\", which the engine may have to fetch, is not "
		"allowed; use COPY",
		strchr(source, '@') == NULL ? source : strrchr(source, '@'));
}

static bool
judge_list(const char *text, struct errmsg *why)
{
	json_auto_t *list = tar_json_read(text, strlen(text), why);
	size_t i;
	json_t *item;

	if (!json_is_array(list))
		return errmsg_set(why, "what looks like a list is none");
	json_array_foreach(list, i, item)
	{
		if (!json_is_string(item))
			return errmsg_set(why, "want a list of strings");
		if (i + 1 < json_array_size(list) &&
		    !judge_source(json_string_value(item), why))
			return false;
	}
	return true;
}

static bool
judge_add(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	char *rest = instruction->args, *word;

	if (build->rules->add_urls)
		return true;
	if (*rest == '[')
		return judge_list(rest, why);
	while ((word = strsep(&rest, BLANKS)) != NULL) {
		if (rest != NULL && *word != '\0' && !judge_source(word, why))
			return false;
	}
	return true;
}

static bool
judge_copy(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	return instruction->from == NULL ||
	    judge_copy_from(build, instruction->from, why);
}

/* --- the rest ------------------------------------------------------------- */

static bool
judge_run(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	if (!build->rules->run)
		return errmsg_set(why, "RUN is not allowed");
	return !patterns_match(build->rules->deny_run, instruction->args) ||
	    errmsg_set(why, "RUN %.100s is not allowed", instruction->args);
}

static bool
judge_arg(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	static const struct dockerfile_naming naming = {
	    .word = "ARG", .what = "variable", .bare = true};

	/* Steps have it in their environment. */
	if (!dockerfile_names_allowed(&naming, build->rules->env, build->escape,
		instruction->args, why))
		return false;
	return build->trigger || json_array_size(build->stages) > 0 ||
	    dockerfile_args_take(
		build->args, build->rules->args, instruction->args, why);
}

static bool
judge_env(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	static const struct dockerfile_naming naming = {
	    .word = "ENV", .what = "variable"};

	return dockerfile_names_allowed(
	    &naming, build->rules->env, build->escape, instruction->args, why);
}

static bool
judge_label(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	static const struct dockerfile_naming naming = {
	    .word = "LABEL", .what = "label"};

	return dockerfile_names_allowed(&naming, build->rules->labels,
	    build->escape, instruction->args, why);
}

static bool
judge_user(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	const char *user = instruction->args;
	size_t len = strcspn(user, ":");

	/* The engine trims more than ASCII's blanks. */
	for (const char *c = user; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80)
			return errmsg_set(why, "USER wants plain ASCII");
	}
	if (build->trigger)
		return true;
	build->user = len > 0 && strpbrk(user, "$\"'\\`") == NULL &&
	    strspn(user, "+-0") != len &&
	    (len != 4 || strncmp(user, "root", 4) != 0);
	return true;
}

static bool
judge_workdir(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	size_t last = json_array_size(build->dirs) - 1;
	const char *now = json_string_value(json_array_get(build->dirs, last));
	char dir[DOCKERFILE_DIR_LEN];

	memcpy(dir, build->trigger ? "/" : now,
	    build->trigger ? 2 : strlen(now) + 1);
	if (!dockerfile_dir_change(dir, instruction->args, why))
		return false;
	return build->trigger ||
	    json_array_set_new(build->dirs, last, json_string(dir)) == 0 ||
	    errmsg_nomem(why);
}

static judge_fn judge_onbuild;

static const struct {
	const char *word;
	const char *flags[6]; /* that it takes, with a value */
	judge_fn *judge; /* NULL: nothing of it is judged */
	bool heredocs; /* to newer builders */
} known[] = {
    {"add", {"chown", "chmod", NULL}, judge_add, true},
    {"arg", {NULL}, judge_arg, false},
    {"cmd", {NULL}, NULL, false},
    {"copy", {"from", "chown", "chmod", NULL}, judge_copy, true},
    {"entrypoint", {NULL}, NULL, false},
    {"env", {NULL}, judge_env, false},
    {"expose", {NULL}, NULL, false},
    {"from", {"platform", NULL}, judge_from, false},
    {"healthcheck",
	{"interval", "timeout", "start-period", "start-interval", "retries",
	    NULL},
	NULL, false},
    {"label", {NULL}, judge_label, false},
    {"maintainer", {NULL}, NULL, false},
    {"onbuild", {NULL}, judge_onbuild, true},
    {"run", {NULL}, judge_run, true},
    {"shell", {NULL}, NULL, false},
    {"stopsignal", {NULL}, NULL, false},
    {"user", {NULL}, judge_user, false},
    {"volume", {NULL}, NULL, false},
    {"workdir", {NULL}, judge_workdir, false},
};

#define NKNOWN (sizeof(known) / sizeof(*known))

/* --- an instruction ------------------------------------------------------- */

/* Its word, in lower case; *line becomes what is behind. */
static bool
take_word(struct instruction *instruction, char **line, size_t *row,
    struct errmsg *why)
{
	size_t len = strcspn(*line, BLANKS);

	for (size_t i = 0; i < len && i + 1 < sizeof(instruction->word); i++)
		instruction->word[i] = (char)tolower((unsigned char)(*line)[i]);
	for (*row = 0; *row < NKNOWN; (*row)++) {
		if (strlen(known[*row].word) == len &&
		    strcmp(known[*row].word, instruction->word) == 0)
			break;
	}
	if (*row == NKNOWN)
		return errmsg_set(why, "\"%.*s\" is no instruction",
		    (int)(len < 40 ? len : 40), *line);
	*line += len;
	*line += strspn(*line, BLANKS);
	return true;
}

/* One flag: --name=value, in plain characters. */
static bool
take_flag(
    struct instruction *instruction, size_t row, char *flag, struct errmsg *why)
{
	char *value = strchr(flag, '=');

	for (const char *at = flag; *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80 || strchr("\"'`\\", *at) != NULL)
			return errmsg_set(why,
			    "quotes, escapes and characters beyond ASCII are "
			    "not allowed in flags");
	}
	for (size_t i = 0; value != NULL && known[row].flags[i] != NULL; i++) {
		size_t len = strlen(known[row].flags[i]);

		if ((size_t)(value - flag - 2) != len ||
		    strncmp(flag + 2, known[row].flags[i], len) != 0)
			continue;
		if (strcmp(known[row].flags[i], "from") == 0) {
			if (instruction->from != NULL)
				return errmsg_set(why, "--from twice");
			instruction->from = value + 1;
		}
		return true;
	}
	return errmsg_set(why, "the flag \"%.60s\" is not allowed", flag);
}

static bool
take_flags(
    struct instruction *instruction, size_t row, char *line, struct errmsg *why)
{
	while (strncmp(line, "--", 2) == 0) {
		size_t len = strcspn(line, BLANKS);
		char *flag = line;

		line += len;
		if (*line != '\0')
			*line++ = '\0';
		line += strspn(line, BLANKS);
		if (!take_flag(instruction, row, flag, why))
			return false;
	}
	instruction->args = line;
	/* The engine skips more than ASCII's blanks, and then finds a flag or a
	 * list where we see a name. */
	return known[row].judge == NULL || (unsigned char)*line < 0x80 ||
	    errmsg_set(why,
		"what follows %s begins with a character that is not ASCII",
		known[row].word);
}

/* "<<EOF": the lines below are instructions to older builders, and text to newer
 * ones.  "<<<" is the shell's alone. */
static bool
has_heredoc(const char *line)
{
	for (const char *at = strchr(line, '<'); at != NULL;
	     at = strchr(at, '<')) {
		size_t n = strspn(at, "<");

		if (n == 2)
			return true;
		at += n;
	}
	return false;
}

static bool
judge_instruction(struct build *build, char *line, struct errmsg *why)
{
	struct instruction instruction = {.word = ""};
	size_t row;

	if (!take_word(&instruction, &line, &row, why))
		return false;
	if (known[row].heredocs && has_heredoc(line))
		return errmsg_set(why,
		    "here-documents (\"<<\") are not allowed: builders differ "
		    "about them");
	if (!take_flags(&instruction, row, line, why))
		return false;
	if (!build->trigger && json_array_size(build->stages) == 0 &&
	    strcmp(instruction.word, "from") != 0 &&
	    strcmp(instruction.word, "arg") != 0)
		return errmsg_set(why, "want FROM first");
	return known[row].judge == NULL ||
	    known[row].judge(build, &instruction, why);
}

/* What it says is done by whoever builds on the image. */
static bool
judge_onbuild(
    struct build *build, struct instruction *instruction, struct errmsg *why)
{
	bool good;

	if (!build->rules->onbuild)
		return errmsg_set(why, "ONBUILD is not allowed");
	if (build->trigger || strncasecmp(instruction->args, "from", 4) == 0)
		return errmsg_set(why, "want another instruction in ONBUILD");
	build->trigger = true;
	good = judge_instruction(build, instruction->args, why);
	build->trigger = false;
	return good;
}

/* --- the file ------------------------------------------------------------- */

static bool
judge_syntax(const struct dockerfile_rules *rules, const char *syntax,
    struct errmsg *why)
{
	char name[256];
	struct image_ref ref;

	if (*syntax == '\0')
		return true;
	/* What is behind a blank are arguments for it. */
	(void)snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(syntax, BLANKS), syntax);
	return (image_ref_parse(name, &ref, why) &&
		   image_ref_listed(rules->frontends, &ref)) ||
	    errmsg_set(why,
		"\"syntax=%.100s\" has another program read the Dockerfile",
		syntax);
}

static bool
judge_lines(
    struct build *build, struct dockerfile_lines *lines, struct errmsg *why)
{
	bool more = true;

	while (more) {
		if (!dockerfile_lines_next(lines, &more, why))
			return false;
		build->escape = lines->escape;
		if (more && !judge_instruction(build, lines->line, why))
			return errmsg_prefix(why, "line %zu", lines->first);
	}
	if (!judge_syntax(build->rules, lines->syntax, why))
		return false;
	if (json_array_size(build->stages) == 0)
		return errmsg_set(why, "the Dockerfile has no FROM");
	return !build->rules->user || build->user ||
	    errmsg_set(why,
		"the last stage must end with a USER that is not "
		"root");
}

bool
dockerfile_judge(const struct dockerfile_rules *rules, const char *text,
    size_t len, struct errmsg *why)
{
	struct build build = {.rules = rules};
	struct dockerfile_lines lines;
	bool good = dockerfile_lines_init(&lines, text, len, why);

	build.args = json_object();
	build.stages = json_array();
	build.dirs = json_array();
	if (good &&
	    (build.args == NULL || build.stages == NULL || build.dirs == NULL))
		good = errmsg_nomem(why);
	good = good && judge_lines(&build, &lines, why);
	json_decref(build.args);
	json_decref(build.stages);
	json_decref(build.dirs);
	dockerfile_lines_done(&lines);
	return good;
}
