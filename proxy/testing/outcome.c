/* SPDX-License-Identifier: Apache-2.0 */
#include "testing/outcome.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY "no identity rule matches"

static const char *
member(const json_t *change, const char *name)
{
	const char *text = json_string_value(json_object_get(change, name));

	return text == NULL ? "" : text;
}

/* --- what became of it ------------------------------------------------------ */

static enum expected
became(const struct rehearsal *done)
{
	if (done->verdict <= VERDICT_DENY)
		return EXPECTED_DENY;
	return rehearsal_changed(done) ? EXPECTED_REWRITE : EXPECTED_ALLOW;
}

/* "refused by mounts: HostConfig.Binds: ..." */
static void
describe(const struct rehearsal *done, char *text, size_t size)
{
	const struct report *report = &done->report;
	const json_t *first = json_array_get(report->changes, 0);
	bool by_filter = done->status == 0 && report->filter != NULL;

	switch (became(done)) {
	case EXPECTED_ALLOW:
		(void)snprintf(text, size, "allowed as it was asked");
		return;
	case EXPECTED_REWRITE:
		(void)snprintf(text, size, "changed, first by %.40s: %s: %s",
		    first == NULL ? "nobody" : member(first, "filter"),
		    first == NULL ? "unknown" : member(first, "field"),
		    first == NULL ? "left out" : member(first, "why"));
		return;
	case EXPECTED_DENY:
		break;
	}
	(void)snprintf(text, size, "refused%s%s: %s%s%s",
	    by_filter ? " by " : "", by_filter ? report->filter : "",
	    by_filter ? report->field : "",
	    by_filter && *report->field != '\0' ? ": " : "",
	    rehearsal_reason(done));
}

/* --- words ------------------------------------------------------------------ */

/* A pattern is for the whole, other text for a part. */
static bool
says(const char *is, const char *want)
{
	return strstr(is, want) != NULL ||
	    (strchr(want, '*') != NULL && fnmatch(want, is, 0) == 0);
}

/* Is there a change with all of what the trial says? */
static bool
has_change(const struct trial *trial, const struct rehearsal *done)
{
	size_t i;
	json_t *change;

	json_array_foreach(done->report.changes, i, change)
	{
		if ((trial->filter == NULL ||
			strcmp(member(change, "filter"), trial->filter) == 0) &&
		    (trial->field == NULL ||
			strcmp(member(change, "field"), trial->field) == 0) &&
		    (trial->reason == NULL ||
			says(member(change, "why"), trial->reason)))
			return true;
	}
	return false;
}

static bool
check_change(
    const struct trial *trial, const struct rehearsal *done, struct errmsg *err)
{
	const char *what[] = {trial->filter, trial->field, trial->reason};

	if ((what[0] == NULL && what[1] == NULL && what[2] == NULL) ||
	    has_change(trial, done))
		return true;
	return errmsg_set(err, "no change is by filter \"%s\"%s%s%s%s",
	    what[0] == NULL ? "*" : what[0],
	    what[1] == NULL ? "" : " of field ", what[1] == NULL ? "" : what[1],
	    what[2] == NULL ? "" : " because ", what[2] == NULL ? "" : what[2]);
}

static bool
check_refusal(
    const struct trial *trial, const struct rehearsal *done, struct errmsg *err)
{
	const char *filter = done->status != 0 || done->report.filter == NULL
	    ? ""
	    : done->report.filter;
	char is[700];

	describe(done, is, sizeof(is));
	if (trial->filter != NULL && strcmp(trial->filter, filter) != 0)
		return errmsg_set(
		    err, "want filter \"%s\", is %.400s", trial->filter, is);
	if (trial->field != NULL &&
	    strcmp(trial->field, done->report.field) != 0)
		return errmsg_set(
		    err, "want field \"%s\", is %.400s", trial->field, is);
	return trial->reason == NULL ||
	    says(rehearsal_reason(done), trial->reason) ||
	    errmsg_set(
		err, "want reason \"%.100s\", is %.300s", trial->reason, is);
}

/* --- values ----------------------------------------------------------------- */

/* The value of a field: "HostConfig.Memory", "?remote", "{container}". */
static json_t *
value_of(const struct request *req, const char *field)
{
	char name[128];

	if (*field == '?')
		return json_object_get(req->query, field + 1);
	if (*field != '{')
		return request_body_get(req, field);
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(field + 1, "}"),
	    field + 1);
	return json_object_get(req->vars, name);
}

static bool
differ(const char *field, const char *text, const json_t *want,
    const json_t *is, struct errmsg *err)
{
	char *wanted = json_dumps(want, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	char *found = json_dumps(is, JSON_ENCODE_ANY | JSON_SORT_KEYS);

	(void)errmsg_set(err, "%s: want %s%.180s, is %.180s", field, text,
	    wanted == NULL ? "nothing" : wanted,
	    found == NULL ? "nothing" : found);
	free(wanted);
	free(found);
	return false;
}

static bool
same(const json_t *a, const json_t *b)
{
	return a == b || (a != NULL && b != NULL && json_equal(a, b));
}

static bool
check_changed(
    const json_t *changed, const struct rehearsal *done, struct errmsg *err)
{
	json_auto_t *members = json_deep_copy(changed); /* iterable */
	const char *field;
	json_t *want;

	json_object_foreach(members, field, want)
	{
		const json_t *is = value_of(&done->request, field);
		const json_t *was = value_of(&done->asked, field);

		if (json_is_null(want) ? is != NULL : !same(want, is))
			return differ(field, "", want, is, err);
		if (same(was, is))
			return differ(
			    field, "it changed from ", want, was, err);
	}
	return true;
}

static bool
check_unchanged(
    const json_t *fields, const struct rehearsal *done, struct errmsg *err)
{
	size_t i;
	json_t *field;

	json_array_foreach(fields, i, field)
	{
		const char *name = json_string_value(field);
		const json_t *was = value_of(&done->asked, name);
		const json_t *is = value_of(&done->request, name);

		if (!same(was, is))
			return differ(name, "it to stay ", was, is, err);
	}
	return true;
}

/* --- all of it --------------------------------------------------------------- */

bool
outcome_check(
    const struct trial *trial, const struct rehearsal *done, struct errmsg *err)
{
	char is[700];

	if (became(done) != trial->expected) {
		describe(done, is, sizeof(is));
		return errmsg_set(err, "want %s, is %.450s", trial->expect, is);
	}
	if (trial->expected == EXPECTED_DENY)
		return check_refusal(trial, done, err);
	return check_change(trial, done, err) &&
	    check_changed(trial->changed, done, err) &&
	    check_unchanged(trial->unchanged, done, err);
}

bool
outcome_check_nobody(const struct trial *trial, struct errmsg *err)
{
	if (trial->expected != EXPECTED_DENY || trial->filter != NULL ||
	    trial->field != NULL ||
	    (trial->reason != NULL && !says(NOBODY, trial->reason)))
		return errmsg_set(
		    err, "want %s, is refused: " NOBODY, trial->expect);
	return true;
}
