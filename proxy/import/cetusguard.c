/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cetusguard -- CetusGuard's rules: "METHOD,METHOD PATTERN" lines, and remarks
 * after "!".
 *
 * A pattern is held against the whole target, with version and query.  It is
 * judged by what it does: a call is taken over if every sample of it matches
 * some rule, with or without a version, with or without a query.
 */
#include <stdlib.h>
#include <string.h>

#include "import/cetusguard_variables.h"
#include "import/import.h"
#include "import/pattern.h"
#include "import/samples.h"

#define RULES_MAX 4096

struct rule {
	char *methods; /* "GET,HEAD" */
	char *text; /* the line, for people */
	struct pattern *pattern;
	int line; /* 0: one that the program brings */
	bool used;
};

struct rules {
	struct rule *list;
	size_t n;
	json_t *queries; /* {"call": null} whose queries no rule allows */
};

static const char builtin[] = "GET,HEAD %API_PREFIX_PING%\n"
			      "GET %API_PREFIX_VERSION%\n"
			      "GET %API_PREFIX_INFO%\n";

/* --- asking ---------------------------------------------------------------- */

static bool
has_method(const struct rule *rule, const char *method)
{
	size_t len = strlen(method);

	for (const char *at = rule->methods; *at != '\0';
	     at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
		if (strcspn(at, ",") == len && strncmp(at, method, len) == 0)
			return true;
	}
	return false;
}

static struct rule *
find(const struct rules *rules, const struct call *call, const char *path,
    const char *query)
{
	static const char *const versions[] = {"", "/v1.24", "/v1.41"};
	char target[SAMPLE_LEN + 64];

	for (size_t i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->list[i];

		if (!has_method(rule, http_method_name(call->method)))
			continue;
		for (size_t v = 0; v < 3; v++) {
			(void)snprintf(target, sizeof(target), "%s%s%s",
			    versions[v], path, query);
			if (pattern_matches(rule->pattern, target))
				return rule;
		}
	}
	return NULL;
}

/* The rule that allows sample i, and whether one allows a query, too. */
static struct rule *
find_sample(
    const struct rules *rules, const struct call *call, size_t i, bool *queries)
{
	char path[SAMPLE_LEN], query[64] = "";
	struct rule *bare, *with;

	samples_path(call, i, path);
	bare = find(rules, call, path, "");
	if (call->params->name == NULL)
		return bare;
	(void)snprintf(query, sizeof(query), "?%s=1", call->params->name);
	with = find(rules, call, path, query);
	if (with == NULL)
		*queries = false;
	return bare;
}

static enum old_answer
allows(const void *arg, const struct call *call, struct errmsg *cause)
{
	const struct rules *rules = arg;
	size_t n = samples_count(call), yes = 0;
	bool queries = true;

	for (size_t i = 0; i < n; i++) {
		struct rule *rule = find_sample(rules, call, i, &queries);

		if (rule == NULL)
			continue;
		rule->used = true;
		if (yes++ > 0)
			continue;
		if (rule->line == 0)
			(void)errmsg_set(cause, "built in: %s", rule->text);
		else
			(void)errmsg_set(
			    cause, "line %d: %s", rule->line, rule->text);
	}
	if (yes == n && !queries)
		(void)json_object_set_new(
		    rules->queries, call->name, json_null());
	return yes == n ? OLD_YES : yes > 0 ? OLD_PARTLY : OLD_NO;
}

/* --- reading --------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The lengths of "METHODS blanks PATTERN"; false if it is none. */
static bool
split(const char *line, size_t len, size_t *methods, size_t *pattern)
{
	*methods = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ,");
	*pattern = *methods;
	while (*pattern < len && is_blank(line[*pattern]))
		(*pattern)++;
	return *methods > 0 && *pattern > *methods && *pattern < len &&
	    line[0] != ',' && line[*methods - 1] != ',';
}

static struct pattern *
compile(const char *text, struct errmsg *err)
{
	char *expanded = cetusguard_expand(text, err), *whole = NULL;
	struct pattern *pattern = NULL;

	/* Without a group, as there: "a|b" is "^a" or "b$". */
	if (expanded != NULL && asprintf(&whole, "^%s$", expanded) >= 0)
		pattern = pattern_new(whole, err);
	free(whole);
	free(expanded);
	return pattern;
}

static bool
add_rule(struct rules *rules, const char *line, size_t len, int number,
    struct errmsg *err)
{
	struct rule *more, *rule;
	size_t methods, pattern;

	if (!split(line, len, &methods, &pattern))
		return errmsg_set(err,
		    "want METHOD,METHOD PATTERN, or \"!\" and a remark, not "
		    "\"%.*s\"",
		    (int)(len < 80 ? len : 80), line);
	if (rules->n == RULES_MAX)
		return errmsg_set(err, "more than %d rules", RULES_MAX);
	more = realloc(rules->list, (rules->n + 1) * sizeof(*more));
	if (more == NULL)
		return errmsg_nomem(err);
	rules->list = more;
	rule = &more[rules->n++];
	memset(rule, 0, sizeof(*rule));
	rule->line = number;
	rule->methods = strndup(line, methods);
	rule->text = strndup(line, len);
	if (rule->methods == NULL || rule->text == NULL)
		return errmsg_nomem(err);
	rule->pattern = compile(rule->text + pattern, err);
	return rule->pattern != NULL ||
	    errmsg_prefix(err, "%.80s", rule->text + pattern);
}

/* numbered: lines have numbers. */
static bool
read_rules(struct rules *rules, const char *text, bool numbered,
    struct problems *problems)
{
	struct errmsg err;
	const char *line;
	bool sound = true;
	size_t len;

	for (int number = 1; *text != '\0'; number++) {
		line = text;
		len = strcspn(text, "\n");
		text += len + (text[len] == '\n');
		while (len > 0 &&
		    (is_blank(line[len - 1]) || line[len - 1] == '\r'))
			len--;
		while (len > 0 && is_blank(*line)) {
			line++;
			len--;
		}
		if (len == 0 || *line == '!' ||
		    add_rule(rules, line, len, numbered ? number : 0, &err))
			continue;
		problems_add_at(
		    problems, (struct place){NULL, number, 1}, "", err.text);
		sound = false;
	}
	return sound;
}

/* --- what is not as it was ------------------------------------------------- */

static bool
note_rule(struct import *import, const struct rule *rule)
{
	char name[64];

	if (cetusguard_unknown(rule->text, name))
		return import_note(import,
		    "line %d: %s: there is no variable %s, which stood for "
		    "itself",
		    rule->line, rule->text, name);
	return import_note(import,
	    "line %d: %s: left out; it is no call of the Docker API, or one "
	    "with certain names or a certain query only: a tier allows a call "
	    "for all, what is in it filters judge",
	    rule->line, rule->text);
}

static bool
note_queries(struct import *import, json_t *queries)
{
	json_auto_t *names = json_string("");
	const char *name;
	json_t *none;

	json_object_foreach(queries, name, none)
	{
		json_t *more = json_sprintf("%s%s%s", json_string_value(names),
		    *json_string_value(names) == '\0' ? "" : ", ", name);

		json_decref(names);
		names = more;
	}
	return import_note(import,
	    "broader than before: the rules allow these calls without a "
	    "query, here they may have one: %s",
	    json_string_value(names));
}

static bool
note_all(struct import *import, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		if (!rules->list[i].used && !note_rule(import, &rules->list[i]))
			return false;
	}
	if (json_object_size(rules->queries) > 0 &&
	    !note_queries(import, rules->queries))
		return false;
	return import_note(import,
	    "whoever reached a frontend was let in; here it is whoever may "
	    "write to the socket.  For TCP with certificates, and teams by "
	    "them, see listeners and identities in sockwarden.yaml(5)");
}

static bool
make(
    const struct rules *rules, struct import *import, struct problems *problems)
{
	import->local = true;
	if (import_tier(import, "cetusguard", "What the rules before allowed",
		allows, rules) &&
	    import_identity(import, json_pack("{s:s}", "listener", "callers"),
		"callers", "cetusguard") &&
	    note_all(import, rules))
		return true;
	problems_add(problems, "", "out of memory");
	return false;
}

static void
rules_done(struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		free(rules->list[i].methods);
		free(rules->list[i].text);
		pattern_free(rules->list[i].pattern);
	}
	free(rules->list);
	json_decref(rules->queries);
}

static bool
read_cetusguard(const struct import_source *source, struct import *import,
    struct problems *problems)
{
	struct rules rules = {.queries = json_object()};
	bool done;

	import->title = "CetusGuard's rules";
	done = (source->no_builtin_rules ||
		   read_rules(&rules, builtin, false, problems)) &&
	    read_rules(&rules, source->text, true, problems) &&
	    make(&rules, import, problems);
	rules_done(&rules);
	return done;
}

const struct importer cetusguard_importer = {
    .name = "cetusguard",
    .needs_file = true,
    .read = read_cetusguard,
};
