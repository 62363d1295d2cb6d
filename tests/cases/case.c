/* SPDX-License-Identifier: Apache-2.0 */
#include "cases/case.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "cases/stream.h"
#include "core/pointer.h"
#include "rehearse.h"

/* The members of tests/cases/README.md, and no others. */
static const char *const members[] = {"why", "filters", "tier", "method",
    "path", "headers", "body", "raw", "identity", "team", "facts", "verdict",
    "filter", "field", "reason", "after", "after_has", "hidden", "vars",
    "query", "version", "after_query", "after_headers", "tar", NULL};

static bool
check_members(json_t *object, struct errmsg *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (members[i] != NULL && strcmp(members[i], key) != 0)
			i++;
		if (members[i] == NULL)
			return errmsg_set(err, "unknown member \"%s\"", key);
	}
	return true;
}

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* --- the policy ----------------------------------------------------------- */

static void
note_problem(void *arg, const char *path, const char *what)
{
	(void)errmsg_set(arg, "%s: %s", path, what);
}

static struct tier *
make_tier(const json_t *object, struct errmsg *err)
{
	json_t *filters = json_object_get(object, "filters");
	struct problems problems;
	struct tier *tier;

	if (filters != NULL)
		return tier_new("case",
		    json_pack("{s:s, s:o}", "unlisted", "off", "filters",
			json_deep_copy(filters)),
		    "case", note_problem, err);
	if (text(object, "tier") == NULL) {
		(void)errmsg_set(err, "want \"filters\" or \"tier\"");
		return NULL;
	}
	problems_init(&problems, "preset");
	tier = config_preset_tier(text(object, "tier"), &problems);
	if (tier == NULL)
		(void)errmsg_set(err, "preset \"%s\": %s", text(object, "tier"),
		    json_string_value(json_object_get(
			json_array_get(problems.list, 0), "text")));
	problems_done(&problems);
	return tier;
}

/* --- what came of it ------------------------------------------------------ */

static bool
check_word(const json_t *object, const char *name, const char *is, bool whole,
    struct errmsg *err)
{
	const char *want = text(object, name);

	if (want == NULL)
		return true;
	if (is != NULL &&
	    (whole ? strcmp(is, want) == 0 : strstr(is, want) != NULL))
		return true;
	return errmsg_set(err, "%s: want \"%s\", is \"%s\"", name, want,
	    is == NULL ? "" : is);
}

static bool
differs(
    const char *where, const json_t *want, const json_t *is, struct errmsg *err)
{
	char *want_text = json_dumps(want, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	char *is_text = json_dumps(is, JSON_ENCODE_ANY | JSON_SORT_KEYS);

	(void)errmsg_set(err, "%s: want %.220s, is %.220s", where,
	    want_text == NULL ? "nothing" : want_text,
	    is_text == NULL ? "nothing" : is_text);
	free(want_text);
	free(is_text);
	return false;
}

/* The variables of the path, and the query, where the case has them. */
static bool
check_line(const json_t *object, const struct request *req, struct errmsg *err)
{
	const json_t *vars = json_object_get(object, "vars");
	const json_t *query = json_object_get(object, "query");
	json_auto_t *is = json_sprintf("1.%d", req->minor);
	const json_t *version = json_object_get(object, "version");

	if (vars != NULL && !json_equal(vars, req->vars))
		return differs("vars", vars, req->vars, err);
	if (query != NULL && !json_equal(query, req->query))
		return differs("query", query, req->query, err);
	if (version != NULL && !json_equal(version, is))
		return differs("version", version, is, err);
	return true;
}

static bool
check_hidden(
    const json_t *object, const struct report *report, struct errmsg *err)
{
	const json_t *hidden = json_object_get(object, "hidden");

	return hidden == NULL || json_is_true(hidden) == report->hidden ||
	    errmsg_set(err, "hidden: is %s", report->hidden ? "true" : "false");
}

/* Are the members of tree at the dotted paths of has as it says? */
static bool
check_has(json_t *has, const json_t *tree, struct errmsg *err)
{
	const char *dotted;
	json_t *want;

	json_object_foreach(has, dotted, want)
	{
		const json_t *is = pointer_get(tree, dotted);

		if (json_is_null(want) ? is != NULL : !json_equal(want, is))
			return differs(dotted, want, is, err);
	}
	return true;
}

static bool
check_after(const json_t *object, const struct request *req, struct errmsg *err)
{
	const json_t *after = json_object_get(object, "after");

	if (after != NULL && !json_equal(after, req->body))
		return differs("after", after, req->body, err);
	return check_has(
		   json_object_get(object, "after_has"), req->body, err) &&
	    check_has(
		json_object_get(object, "after_query"), req->query, err) &&
	    check_has(
		json_object_get(object, "after_headers"), req->headers, err);
}

static bool
check(const json_t *object, const struct rehearsal *done, enum verdict verdict,
    struct errmsg *err)
{
	bool refused = done->status != 0;
	const char *name = refused ? "refused" : verdict_name(verdict);
	const char *reason = refused ? done->refusal.text
				     : done->report.reason.text;

	if (!check_word(object, "verdict", name, true, err))
		return errmsg_prefix(err, "%.250s", reason);
	return check_word(object, "filter", done->report.filter, true, err) &&
	    check_word(object, "field", done->report.field, true, err) &&
	    check_word(object, "reason", reason, false, err) &&
	    check_hidden(object, &done->report, err) &&
	    check_line(object, &done->request, err) &&
	    check_after(object, &done->request, err);
}

/* --- running -------------------------------------------------------------- */

static bool
run(const json_t *object, const struct tier *tier, struct errmsg *err)
{
	const json_t *body = json_object_get(object, "body");
	char *made = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	const char *sent = made == NULL ? text(object, "raw") : made;
	struct rehearsal_script script = {.method = text(object, "method"),
	    .target = text(object, "path"),
	    .headers = json_object_get(object, "headers"),
	    .body = sent == NULL ? "" : sent,
	    .len = sent == NULL ? 0 : strlen(sent),
	    .identity = json_object_get(object, "identity"),
	    .team = text(object, "team"),
	    .facts = json_object_get(object, "facts")};
	struct rehearsal done;
	enum verdict verdict;
	bool good;

	if (script.method == NULL || script.target == NULL ||
	    text(object, "verdict") == NULL || text(object, "why") == NULL) {
		free(made);
		return errmsg_set(
		    err, "want \"why\", \"method\", \"path\", \"verdict\"");
	}
	verdict = rehearse(tier, &script, &done);
	/* A rewritten request stays one, whatever comes with it. */
	if (verdict > VERDICT_DENY && json_object_get(object, "tar") != NULL)
		verdict = verdict_and(verdict,
		    stream_judge(&done.report, json_object_get(object, "tar")));
	good = check(object, &done, verdict, err);
	rehearsal_done(&done);
	free(made);
	return good;
}

bool
case_run(const char *path, struct errmsg *err)
{
	json_error_t where;
	json_auto_t *object = json_load_file(
	    path, JSON_REJECT_DUPLICATES, &where);
	struct tier *tier;
	bool good;

	if (object == NULL)
		return errmsg_set(err, "line %d: %s", where.line, where.text);
	if (!check_members(object, err))
		return false;
	tier = make_tier(object, err);
	if (tier == NULL)
		return false;
	good = run(object, tier, err);
	tier_free(tier);
	return good;
}
