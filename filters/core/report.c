/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/pointer.h"
#include "core/redact.h"
#include "core/utf8.h"

void
report_init(struct report *report)
{
	memset(report, 0, sizeof(*report));
}

void
report_done(struct report *report)
{
	json_decref(report->changes);
	report->changes = NULL;
	json_decref(report->stream_rules);
	report->stream_rules = NULL;
}

static enum verdict __attribute__((format(printf, 4, 0)))
say(struct report *report, enum verdict verdict, const char *field,
    const char *fmt, va_list ap)
{
	report->verdict = verdict;
	(void)snprintf(report->field, sizeof(report->field), "%s", field);
	(void)vsnprintf(
	    report->reason.text, sizeof(report->reason.text), fmt, ap);
	utf8_tidy(report->field);
	utf8_tidy(report->reason.text);
	return verdict;
}

enum verdict
report_deny(struct report *report, const char *field, const char *fmt, ...)
{
	enum verdict verdict;
	va_list ap;

	va_start(ap, fmt);
	verdict = say(report, VERDICT_DENY, field, fmt, ap);
	va_end(ap);
	return verdict;
}

enum verdict
report_hide(struct report *report, const char *field, const char *fmt, ...)
{
	enum verdict verdict;
	va_list ap;

	va_start(ap, fmt);
	verdict = say(report, VERDICT_DENY, field, fmt, ap);
	va_end(ap);
	report->hidden = true;
	return verdict;
}

enum verdict
report_stream(struct report *report, json_t *rules)
{
	bool set = rules != NULL;
	const char *name;
	json_t *value;

	if (report->stream_rules == NULL)
		report->stream_rules = json_object();
	json_object_foreach(rules, name, value)
	{
		set = set &&
		    json_object_get(report->stream_rules, name) == NULL &&
		    json_object_set(report->stream_rules, name, value) == 0;
	}
	/* Whose rules they are, for the refusal of an entry. */
	if (set && json_object_get(rules, "kind") != NULL)
		set = json_object_set_new(report->stream_rules, "filter",
			  json_string(report->filter)) == 0;
	json_decref(rules);
	return set ? VERDICT_PASS
		   : report_fail(report, "", "the body cannot be judged");
}

enum verdict
report_fail(struct report *report, const char *field, const char *fmt, ...)
{
	enum verdict verdict;
	va_list ap;

	va_start(ap, fmt);
	verdict = say(report, VERDICT_FAIL, field, fmt, ap);
	va_end(ap);
	return verdict;
}

/* Takes value. */
static bool
set(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new_nocheck(object, name, value) == 0;
}

/* Append the record of a change; NULL is null.  Copies, because what is in the
 * request may be changed again. */
static bool
note_change(struct report *report, const char *field, json_t *before,
    json_t *after, const char *why)
{
	json_auto_t *change = json_object();
	const char *filter = report->filter == NULL ? "" : report->filter;

	if (report->changes == NULL)
		report->changes = json_array();
	return set(change, "field", json_string(field)) &&
	    set(change, "before", redact_copy(field, before)) &&
	    set(change, "after", redact_copy(field, after)) &&
	    set(change, "filter", json_string(filter)) &&
	    set(change, "why", json_string(why)) &&
	    json_array_append(report->changes, change) == 0;
}

static enum verdict
rewrite_tree(json_t **tree, struct report *report, const char *field,
    const char *dotted, json_t *value, const char *why)
{
	json_t *before = pointer_get(*tree, dotted);
	enum verdict verdict = VERDICT_FAIL;

	if (before == NULL ? value == NULL
			   : value != NULL && json_equal(before, value)) {
		json_decref(value);
		return VERDICT_PASS;
	}
	/* The change is written down before it is made: one that cannot be
	 * recorded must not happen. */
	if (note_change(report, field, before, value, why) &&
	    pointer_set(tree, dotted, value))
		verdict = VERDICT_REWRITE;
	json_decref(value);
	if (verdict == VERDICT_FAIL)
		return report_fail(report, field, "out of memory");
	return verdict;
}

enum verdict
rewrite_body(struct request *req, struct report *report, const char *dotted,
    json_t *value, const char *why)
{
	return rewrite_tree(&req->body, report, dotted, dotted, value, why);
}

enum verdict
rewrite_query(struct request *req, struct report *report, const char *name,
    json_t *value, const char *why)
{
	char field[128];

	(void)snprintf(field, sizeof(field), "?%s", name);
	return rewrite_tree(&req->query, report, field, name, value, why);
}

enum verdict
rewrite_var(struct request *req, struct report *report, const char *name,
    json_t *value, const char *why)
{
	char field[128];

	(void)snprintf(field, sizeof(field), "{%s}", name);
	/* A path is never without its names. */
	if (value == NULL)
		return report_fail(report, field, "out of memory");
	return rewrite_tree(&req->vars, report, field, name, value, why);
}

enum verdict
rewrite_version(
    struct request *req, struct report *report, int minor, const char *why)
{
	json_auto_t *before = json_sprintf("1.%d", req->minor);
	json_auto_t *after = json_sprintf("1.%d", minor);

	if (req->minor == minor)
		return VERDICT_PASS;
	if (!note_change(report, "{version}", before, after, why))
		return report_fail(report, "{version}", "out of memory");
	req->minor = minor;
	return VERDICT_REWRITE;
}

enum verdict
rewrite_header(struct request *req, struct report *report, const char *name,
    json_t *value, const char *why)
{
	return rewrite_tree(&req->headers, report, name, name, value, why);
}

enum verdict
enforce_query(struct request *req, struct report *report, const char *name,
    json_t *value, const char *why)
{
	char field[128];

	if (report->action == ACTION_REWRITE)
		return rewrite_query(req, report, name, value, why);
	json_decref(value);
	(void)snprintf(field, sizeof(field), "?%s", name);
	return report_deny(report, field, "%s", why);
}

enum verdict
enforce_body(struct request *req, struct report *report, const char *dotted,
    json_t *value, const char *why)
{
	if (report->action == ACTION_REWRITE)
		return rewrite_body(req, report, dotted, value, why);
	json_decref(value);
	return report_deny(report, dotted, "%s", why);
}
