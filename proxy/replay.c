/* SPDX-License-Identifier: Apache-2.0 */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

bool
replay_init(struct replay *replay)
{
	memset(replay, 0, sizeof(*replay));
	replay->calls = json_array();
	replay->places = json_object();
	return replay->calls != NULL && replay->places != NULL;
}

void
replay_done(struct replay *replay)
{
	json_decref(replay->calls);
	json_decref(replay->places);
	memset(replay, 0, sizeof(*replay));
}

bool
replay_can(const json_t *record)
{
	const json_t *asked = json_object_get(record, "asked");

	return asked != NULL && !json_is_true(json_object_get(asked, "unread"));
}

/* --- reading -------------------------------------------------------------- */

/* All of a record that makes a difference to how it is judged, as text; the
 * caller's. */
static char *
essence(const json_t *record)
{
	json_auto_t *identity = json_deep_copy(
	    json_object_get(record, "identity"));
	json_auto_t *all = NULL;

	if (json_is_object(identity))
		(void)json_object_del(identity, "pid");
	all = json_pack("[O?, O?, O?, O?, O?, O?, b]",
	    json_object_get(record, "method"), json_object_get(record, "call"),
	    json_object_get(record, "asked"), json_object_get(record, "team"),
	    json_object_get(record, "tier"), identity,
	    replay_was_refused(record));
	return json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
}

bool
replay_was_refused(const json_t *record)
{
	const char *verdict = text_at(record, "verdict");

	return strcmp(verdict, "pass") != 0 && strcmp(verdict, "rewrite") != 0;
}

/* One more of what is there. */
static bool
count_again(json_t *call, const json_t *record)
{
	json_t *times = json_object_get(call, "times");

	if (json_integer_set(times, json_integer_value(times) + 1) != 0)
		return false;
	if (strcmp(text_at(record, "time"), text_at(call, "last")) < 0)
		return true;
	return json_object_set(call, "last", json_object_get(record, "time")) ==
	    0;
}

static bool
keep(struct replay *replay, json_t *record)
{
	char *key = essence(record);
	size_t n = json_array_size(replay->calls);
	json_t *place = key == NULL ? NULL
				    : json_object_get(replay->places, key);
	bool kept;

	if (place != NULL)
		kept = count_again(json_array_get(replay->calls,
				       (size_t)json_integer_value(place)),
		    record);
	else
		kept = key != NULL &&
		    json_array_append_new(replay->calls,
			json_pack("{s:O, s:i, s:s}", "record", record, "times",
			    1, "last", text_at(record, "time"))) == 0 &&
		    json_object_set_new(
			replay->places, key, json_integer((json_int_t)n)) == 0;
	free(key);
	return kept;
}

static bool
is_wanted(const struct replay *replay, const json_t *record)
{
	return strcmp(text_at(record, "event"), "request") == 0 &&
	    (replay->tier == NULL ||
		strcmp(text_at(record, "tier"), replay->tier) == 0) &&
	    (replay->team == NULL ||
		strcmp(text_at(record, "team"), replay->team) == 0);
}

/* A file is read on even if memory gets scarce: jansson ends the program then
 * (main.c). */
static bool
on_record(void *arg, json_t *record)
{
	struct replay *replay = arg;
	const json_t *asked = json_object_get(record, "asked");

	if (!is_wanted(replay, record))
		return true;
	replay->requests++;
	if (*text_at(record, "call") == '\0') {
		replay->unknown++;
		return true;
	}
	replay->bare += asked == NULL;
	replay->unread += asked != NULL && !replay_can(record);
	return keep(replay, record);
}

bool
replay_read(struct replay *replay, const char *path, struct errmsg *err)
{
	return audit_log_read(path, on_record, replay, &replay->counts, err);
}

static void
tell(const char *command, size_t n, const char *what)
{
	if (n > 0)
		(void)fprintf(
		    stderr, "sockwarden: %s: %s: %zu\n", command, what, n);
}

void
replay_complain(const struct replay *replay, const char *command)
{
	tell(command, replay->counts.foreign, "lines that are no records");
	tell(command, replay->counts.torn, "records that are cut short");
	tell(command, replay->counts.broken,
	    "compressed files that are damaged, and read up to there");
	tell(command, replay->unknown,
	    "calls that were refused before it was known what they are");
	tell(command, replay->bare,
	    "records that do not hold what was asked for (with "
	    "audit.requests, or in a tier whose mode is observe or warn, they "
	    "do)");
	tell(command, replay->unread,
	    "calls that were refused before their bodies were read");
}

/* --- judging -------------------------------------------------------------- */

/* Does a filter want to know what nobody has written down? */
static bool
lacks_facts(const struct tier *tier, const struct request *req)
{
	json_auto_t *wanted = tier_wants(tier, req);
	size_t i;
	json_t *fact;

	json_array_foreach(wanted, i, fact)
	{
		if (json_object_get(req->facts, json_string_value(fact)) ==
		    NULL)
			return true;
	}
	return false;
}

/* Does what this filter says depend on facts? */
static bool
asks(const char *name)
{
	const struct filter *filter = name == NULL ? NULL
						   : filter_by_name(name);

	return filter != NULL && filter->wants != NULL;
}

void
replay_judge(const json_t *record, const struct tier *tier, const char *team,
    struct replayed *replayed)
{
	struct rehearsal_script script;
	struct asked_text text;

	memset(replayed, 0, sizeof(*replayed));
	if (!asked_read(record, &script, &text)) {
		asked_done(&text);
		replayed->undecided = true;
		return;
	}
	replayed->facts = json_deep_copy(script.facts);
	script.facts = replayed->facts;
	script.team = team;
	script.look = true;
	replayed->body = text.body;
	replayed->headers = text.headers;
	replayed->verdict = rehearse(tier, &script, &replayed->rehearsal);
	replayed->undecided = replayed->verdict <= VERDICT_DENY &&
	    replayed->rehearsal.status == 0 &&
	    asks(replayed->rehearsal.report.filter) &&
	    lacks_facts(tier, &replayed->rehearsal.request);
}

void
replayed_done(struct replayed *replayed)
{
	rehearsal_done(&replayed->rehearsal);
	free(replayed->body);
	json_decref(replayed->headers);
	json_decref(replayed->facts);
	memset(replayed, 0, sizeof(*replayed));
}
