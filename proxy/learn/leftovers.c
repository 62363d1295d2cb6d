/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/leftovers.h"

#include <stdio.h>
#include <string.h>

/* A call that is being told about. */
struct teller {
	const json_t *record;
	json_int_t times;
	const char *last;
};

bool
leftovers_init(struct leftovers *leftovers)
{
	leftovers->refused = json_object();
	leftovers->changed = json_object();
	leftovers->added = json_object();
	leftovers->undecided = json_object();
	leftovers->allowed = 0;
	return leftovers->refused != NULL && leftovers->changed != NULL &&
	    leftovers->added != NULL && leftovers->undecided != NULL;
}

void
leftovers_done(struct leftovers *leftovers)
{
	json_decref(leftovers->refused);
	json_decref(leftovers->changed);
	json_decref(leftovers->added);
	json_decref(leftovers->undecided);
}

/* Count it under text. */
static void
note(json_t *list, const struct teller *teller, const char *text)
{
	json_t *entry = json_object_get(list, text), *times;

	if (entry == NULL) {
		(void)json_object_set_new(list, text,
		    json_pack("{s:I, s:s, s:O?, s:O?}", "times", teller->times,
			"last", teller->last, "id",
			json_object_get(teller->record, "id"), "team",
			json_object_get(teller->record, "team")));
		return;
	}
	times = json_object_get(entry, "times");
	(void)json_integer_set(
	    times, json_integer_value(times) + teller->times);
	if (strcmp(teller->last,
		json_string_value(json_object_get(entry, "last"))) > 0)
		(void)json_object_set_new(
		    entry, "last", json_string(teller->last));
}

static void
note_refusal(struct leftovers *leftovers, const struct teller *teller,
    const struct replayed *replayed)
{
	const struct report *report = &replayed->rehearsal.report;
	const char *call = json_string_value(
	    json_object_get(teller->record, "call"));
	char text[900];

	if (replayed->rehearsal.status != 0)
		(void)snprintf(text, sizeof(text), "%s: %s", call,
		    replayed->rehearsal.refusal.text);
	else
		(void)snprintf(text, sizeof(text), "%s: %s%s%s: %s", call,
		    report->filter == NULL ? "" : report->filter,
		    report->field[0] == '\0' ? "" : ": ", report->field,
		    report->reason.text);
	note(leftovers->refused, teller, text);
}

static void
note_change(struct leftovers *leftovers, const struct teller *teller,
    const json_t *change)
{
	const char *field = json_string_value(json_object_get(change, "field"));
	char text[900];

	if (report_change_is_asked(change)) {
		(void)snprintf(text, sizeof(text), "%s: %s (%s)", field,
		    json_string_value(json_object_get(change, "why")),
		    json_string_value(json_object_get(change, "filter")));
		note(leftovers->changed, teller, text);
	} else if (!report_change_is_quiet(change)) {
		note(leftovers->added, teller, field);
	}
}

static void
take(struct leftovers *leftovers, const json_t *call, const struct tier *tier)
{
	const json_t *record = json_object_get(call, "record");
	const struct teller teller = {record,
	    json_integer_value(json_object_get(call, "times")),
	    json_string_value(json_object_get(call, "last"))};
	struct replayed replayed;
	size_t i;
	json_t *change;

	replay_judge(record, tier,
	    json_string_value(json_object_get(record, "team")), &replayed);
	if (replayed.undecided) {
		note(leftovers->undecided, &teller,
		    json_string_value(json_object_get(record, "call")));
	} else if (replayed.verdict <= VERDICT_DENY) {
		note_refusal(leftovers, &teller, &replayed);
	} else {
		leftovers->allowed += teller.times;
		json_array_foreach(replayed.rehearsal.report.changes, i, change)
		    note_change(leftovers, &teller, change);
	}
	replayed_done(&replayed);
}

void
leftovers_take(struct leftovers *leftovers, const struct replay *replay,
    const struct tier *tier)
{
	size_t i;
	json_t *call;

	json_array_foreach(replay->calls, i, call)
	{
		const json_t *record = json_object_get(call, "record");

		if (replay_can(record) && !replay_was_refused(record))
			take(leftovers, call, tier);
	}
}
