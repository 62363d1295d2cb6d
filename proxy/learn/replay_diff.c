/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/replay_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So much of a value is told. */
#define VALUE_MAX 120

/* What comes of a call under one of the two. */
struct outcome {
	const struct tier *tier; /* NULL: the caller is not known */
	const char *team;
	struct replayed replayed;
};

/* All that was compared. */
struct comparison {
	const struct side *a, *b;
	json_t *groups; /* {what is different: {"call", "a", "b", "times",
	                   "last", "id"}} */
	long long same, different, undecided;
};

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* --- one call ------------------------------------------------------------- */

static void
judge(const struct side *side, const json_t *record, struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	outcome->team = text_at(record, "team");
	outcome->tier = side_tier(
	    side, json_object_get(record, "identity"), &outcome->team);
	if (outcome->tier == NULL)
		return;
	replay_judge(record, outcome->tier, outcome->team, &outcome->replayed);
}

static bool
is_allowed(const struct outcome *outcome)
{
	return outcome->tier != NULL &&
	    outcome->replayed.verdict > VERDICT_DENY;
}

/* Does the engine get the same of both? */
static bool
is_same_request(const struct outcome *a, const struct outcome *b)
{
	const struct request *one = &a->replayed.rehearsal.request;
	const struct request *two = &b->replayed.rehearsal.request;

	return (one->body == two->body || json_equal(one->body, two->body)) &&
	    json_equal(one->query, two->query) &&
	    json_equal(one->vars, two->vars) &&
	    json_equal(one->headers, two->headers);
}

static bool
is_same(const struct outcome *a, const struct outcome *b)
{
	if (is_allowed(a) != is_allowed(b))
		return false;
	return !is_allowed(a) || is_same_request(a, b);
}

/* --- words ---------------------------------------------------------------- */

/* The last change of the same field in the list, or NULL. */
static const json_t *
find_change(const json_t *changes, const json_t *change)
{
	for (size_t i = json_array_size(changes); i-- > 0;) {
		const json_t *other = json_array_get(changes, i);

		if (strcmp(text_at(other, "field"), text_at(change, "field")) ==
		    0)
			return other;
	}
	return NULL;
}

static const json_t *
after(const json_t *change)
{
	return json_object_get(change, "after");
}

/* " to 8589934592", where the other changes the same field to something else:
 * the field says nothing about what is different. */
static void
say_value(const json_t *change, const json_t *other, char *text, size_t size)
{
	char *value = other == NULL || after(change) == NULL
	    ? NULL
	    : json_dumps(after(change), JSON_ENCODE_ANY | JSON_COMPACT);

	text[0] = '\0';
	if (value != NULL)
		(void)snprintf(text, size, " to %.*s%s", VALUE_MAX, value,
		    strlen(value) > VALUE_MAX ? "..." : "");
	free(value);
}

/* "changes HostConfig.Memory (resources), User (user)": what of it the other
 * does not do. */
static void
say_changes(
    const json_t *changes, const json_t *others, char *text, size_t size)
{
	size_t len = 0, i;
	char value[VALUE_MAX + 16];
	json_t *change;

	(void)snprintf(text, size, "allowed");
	json_array_foreach(changes, i, change)
	{
		const json_t *other = find_change(others, change);

		if (report_change_is_quiet(change) ||
		    (other != NULL && json_equal(after(other), after(change))))
			continue;
		len = len == 0 ? (size_t)snprintf(text, size, "changes ") : len;
		if (len + 160 + sizeof(value) > size)
			return;
		say_value(change, other, value, sizeof(value));
		len += (size_t)snprintf(text + len, size - len,
		    "%s%.100s%s (%.40s)", text[len - 1] == ' ' ? "" : ", ",
		    text_at(change, "field"), value, text_at(change, "filter"));
	}
}

static void
say(const struct outcome *outcome, const struct outcome *other, char *text,
    size_t size)
{
	const struct rehearsal *done = &outcome->replayed.rehearsal;
	const struct report *report = &done->report;

	if (outcome->tier == NULL)
		(void)snprintf(text, size, "refused: no identity rule matches");
	else if (done->status != 0)
		(void)snprintf(text, size, "refused: %s", done->refusal.text);
	else if (is_allowed(outcome))
		say_changes(report->changes,
		    other->replayed.rehearsal.report.changes, text, size);
	else
		(void)snprintf(text, size, "refused: %s%s%s: %s",
		    report->filter == NULL ? "" : report->filter,
		    report->field[0] == '\0' ? "" : ": ", report->field,
		    report->reason.text);
}

/* --- all of them ---------------------------------------------------------- */

static void
count(json_t *group, const json_t *call)
{
	json_t *times = json_object_get(group, "times");

	(void)json_integer_set(times,
	    json_integer_value(times) +
		json_integer_value(json_object_get(call, "times")));
	if (strcmp(text_at(call, "last"), text_at(group, "last")) > 0)
		(void)json_object_set(
		    group, "last", json_object_get(call, "last"));
}

/* Under what is different about it. */
static void
group(struct comparison *comparison, const json_t *call,
    const struct outcome *a, const struct outcome *b)
{
	const json_t *record = json_object_get(call, "record");
	char one[900], two[900];
	json_auto_t *key = NULL;
	json_t *found;

	say(a, b, one, sizeof(one));
	say(b, a, two, sizeof(two));
	key = json_sprintf("%s\n%s\n%s", text_at(record, "call"), one, two);
	found = json_object_get(comparison->groups, json_string_value(key));
	if (found != NULL)
		count(found, call);
	else
		(void)json_object_set_new(comparison->groups,
		    json_string_value(key),
		    json_pack("{s:s, s:s, s:s, s:I, s:O, s:s}", "call",
			text_at(record, "call"), "a", one, "b", two, "times",
			json_integer_value(json_object_get(call, "times")),
			"last", json_object_get(call, "last"), "id",
			text_at(record, "id")));
}

static void
compare_call(struct comparison *comparison, const json_t *call)
{
	const json_t *record = json_object_get(call, "record");
	json_int_t times = json_integer_value(json_object_get(call, "times"));
	struct outcome a, b;

	judge(comparison->a, record, &a);
	judge(comparison->b, record, &b);
	if (a.replayed.undecided || b.replayed.undecided) {
		comparison->undecided += times;
	} else if (is_same(&a, &b)) {
		comparison->same += times;
	} else {
		comparison->different += times;
		group(comparison, call, &a, &b);
	}
	replayed_done(&a.replayed);
	replayed_done(&b.replayed);
}

/* --- telling -------------------------------------------------------------- */

static int
more_often(const void *a, const void *b)
{
	json_int_t one = json_integer_value(
	    json_object_get(*(json_t *const *)a, "times"));
	json_int_t two = json_integer_value(
	    json_object_get(*(json_t *const *)b, "times"));

	return one == two ? 0 : one > two ? -1 : 1;
}

/* The groups as a list, most often first; NULL if out of memory. */
static json_t *
ordered(json_t *groups)
{
	size_t n = json_object_size(groups), i = 0;
	json_t **all = calloc(n + 1, sizeof(json_t *)), *group;
	json_t *list = json_array();
	const char *key;

	json_object_foreach(all == NULL ? NULL : groups, key, group)
	    all[i++] = group;
	if (all != NULL)
		qsort(all, i, sizeof(json_t *), more_often);
	for (size_t at = 0; at < i; at++)
		(void)json_array_append(list, all[at]);
	free(all);
	return list;
}

static void
print_groups(const struct comparison *comparison, const json_t *list)
{
	size_t i;
	json_t *group;

	if (json_array_size(list) > 0)
		(void)printf(
		    "- %s\n+ %s\n", comparison->a->name, comparison->b->name);
	json_array_foreach(list, i, group)
	{
		json_int_t times = json_integer_value(
		    json_object_get(group, "times"));

		(void)printf("%s: %lld %s, last %.10s %.5s, such as %s\n"
			     "  - %s\n  + %s\n",
		    text_at(group, "call"), (long long)times,
		    times == 1 ? "time" : "times", text_at(group, "last"),
		    strlen(text_at(group, "last")) > 16
			? text_at(group, "last") + 11
			: "",
		    text_at(group, "id"), text_at(group, "a"),
		    text_at(group, "b"));
	}
	(void)printf("%lld calls judged the same, %lld differently",
	    comparison->same, comparison->different);
	if (comparison->undecided > 0)
		(void)printf(", %lld not known (the records lack what a filter "
			     "asks, or the body)",
		    comparison->undecided);
	(void)puts("");
}

static void
print_json(const struct comparison *comparison, json_t *list)
{
	json_auto_t *all = json_pack("{s:s, s:s, s:I, s:I, s:I, s:O}", "a",
	    comparison->a->name, "b", comparison->b->name, "same",
	    (json_int_t)comparison->same, "different",
	    (json_int_t)comparison->different, "unknown",
	    (json_int_t)comparison->undecided, "differences", list);
	char *text = json_dumps(all, JSON_INDENT(2));

	(void)puts(text == NULL ? "" : text);
	free(text);
}

bool
replay_diff(const struct replay *replay, const struct side *a,
    const struct side *b, bool json)
{
	json_auto_t *groups = json_object(), *list = NULL;
	struct comparison comparison = {.a = a, .b = b, .groups = groups};
	size_t i;
	json_t *call;

	json_array_foreach(replay->calls, i, call)
	    compare_call(&comparison, call);
	list = ordered(groups);
	if (json)
		print_json(&comparison, list);
	else
		print_groups(&comparison, list);
	return comparison.different > 0;
}
