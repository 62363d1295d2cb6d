/* SPDX-License-Identifier: Apache-2.0 */
#include "account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/tiers.h"
#include "docker_flag.h"
#include "http/emit.h"
#include "refusal.h"

static const char *
member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* --- the caller -------------------------------------------------------------- */

/* The tiers that the tier extends, nearest first. */
static json_t *
ancestry(const struct policy *policy, const char *name)
{
	const json_t *tiers = policy->config == NULL
	    ? NULL
	    : config_tiers(policy->config);
	json_t *names = json_array();
	bool preset = false;

	while (names != NULL && tiers != NULL && !preset) {
		name = tiers_parent(tiers, name, &preset);
		if (name == NULL)
			break;
		if (json_array_append_new(names, json_string(name)) != 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

static json_t *
rule_json(const struct policy *policy, const struct standing *standing)
{
	char path[64], where[512];

	if (standing->rule == NULL)
		return json_null();
	(void)snprintf(
	    path, sizeof(path), "identities[%zu]", standing->rule_at);
	policy_where(policy, path, where, sizeof(where));
	return json_pack("{s:I, s:O, s:s}", "number",
	    (json_int_t)standing->rule_at + 1, "match",
	    json_object_get(standing->rule, "match"), "where", where);
}

json_t *
account_new(const struct policy *policy, const json_t *identity,
    const struct standing *standing)
{
	const char *tier = tier_name(standing->tier);

	const char *mode = tier_mode(standing->tier) == TIER_ENFORCE
	    ? NULL
	    : tier_mode_name(tier_mode(standing->tier));

	return json_pack("{s:o, s:o, s:s, s:s, s:s*, s:o, s:[]}", "caller",
	    json_deep_copy(identity), "rule", rule_json(policy, standing),
	    "team", standing->team, "tier", tier, "mode", mode, "extends",
	    ancestry(policy, tier), "calls");
}

json_t *
account_nobody(const json_t *identity)
{
	return json_pack("{s:o, s:n, s:s, s:s, s:[]}", "caller",
	    json_deep_copy(identity), "rule", "verdict", "deny", "reason",
	    "no identity rule matches", "calls");
}

/* --- filters ----------------------------------------------------------------- */

/* The settings that the filter has in this tier, and whence. */
static json_t *
settings_json(const struct policy *policy, const struct tier *tier,
    const struct filter *filter)
{
	json_auto_t *own = json_deep_copy(json_object_get(
	    json_object_get(tier_conf(tier), "filters"), filter->name));
	json_auto_t *list = json_array();
	char path[256], where[512];
	const char *key;
	json_t *value;

	json_object_foreach(own, key, value)
	{
		(void)snprintf(
		    path, sizeof(path), "filters.%s.%s", filter->name, key);
		policy_origin(policy, tier, path, where, sizeof(where));
		if (json_array_append_new(list,
			json_pack("{s:s, s:O, s:s}", "key", key, "value", value,
			    "where", where)) != 0)
			return NULL;
	}
	return json_incref(list);
}

static bool
has_changed(const struct report *report, const struct filter *filter)
{
	size_t i;
	json_t *change;

	json_array_foreach(report->changes, i, change)
	{
		if (strcmp(member(change, "filter"), filter->name) == 0)
			return true;
	}
	return false;
}

/* What the filter said: the last one is the one that refused. */
static enum verdict
word_of(const struct rehearsal *call, const struct filter *filter)
{
	const struct report *report = &call->report;

	if (call->verdict <= VERDICT_DENY && report->filter != NULL &&
	    strcmp(report->filter, filter->name) == 0)
		return call->verdict;
	return has_changed(report, filter) ? VERDICT_REWRITE : VERDICT_PASS;
}

static json_t *
filter_json(const struct policy *policy, const struct tier *tier,
    const struct filter *filter, enum verdict word)
{
	if (word == VERDICT_PASS)
		return json_pack("{s:s, s:s}", "name", filter->name, "verdict",
		    verdict_name(word));
	return json_pack("{s:s, s:s, s:o}", "name", filter->name, "verdict",
	    verdict_name(word), "settings",
	    settings_json(policy, tier, filter));
}

/* Those that were asked, in their order: none behind a refusal. */
static json_t *
filters_json(const struct policy *policy, const struct tier *tier,
    const struct rehearsal *call)
{
	json_auto_t *list = json_array();

	for (size_t i = 0; filter_list[i] != NULL; i++) {
		enum verdict word = word_of(call, filter_list[i]);

		if (!tier_applies(tier, filter_list[i], call->request.call))
			continue;
		if (json_array_append_new(list,
			filter_json(policy, tier, filter_list[i], word)) != 0)
			return NULL;
		if (word <= VERDICT_DENY)
			break;
	}
	return json_incref(list);
}

/* --- changes ------------------------------------------------------------------ */

static json_t *
changes_json(const struct rehearsal *call)
{
	json_auto_t *list = json_array();
	size_t i;
	json_t *change;

	json_array_foreach(call->report.changes, i, change)
	{
		const struct docker_flag *flag = docker_flag_of(
		    call->request.call, member(change, "field"));
		json_auto_t *copy = json_copy(change);

		if (flag != NULL &&
		    json_object_set_new(
			copy, "flag", json_string(flag->flag)) != 0)
			return NULL;
		if (json_array_append(list, copy) != 0)
			return NULL;
	}
	return json_incref(list);
}

static json_t *
reads_json(const struct rehearsal *call)
{
	json_t *warnings;
	char *text;
	json_t *reads;

	if (call->verdict > VERDICT_DENY) {
		if (strcmp(call->request.call->name, "container.create") != 0)
			return NULL;
		warnings = report_warnings(&call->report);
		if (json_array_size(warnings) > 0)
			return json_pack("{s:o}", "warnings", warnings);
		json_decref(warnings);
		return NULL;
	}
	text = refusal_text(call->report.filter, call->request.call,
	    call->report.field, rehearsal_reason(call), NULL);
	reads = text == NULL ? NULL : json_pack("{s:s}", "error", text);
	free(text);
	return reads;
}

/* --- calls ---------------------------------------------------------------------- */

/* What is absent or empty is left out; takes value. */
static bool
put(json_t *object, const char *name, json_t *value)
{
	if (value == NULL)
		return true;
	if ((json_is_array(value) && json_array_size(value) == 0)) {
		json_decref(value);
		return true;
	}
	return json_object_set_new(object, name, value) == 0;
}

static json_t *
word(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : json_string(text);
}

/* Method and target as they were sent. */
static bool
put_line(json_t *object, const struct rehearsal *call)
{
	struct span target = call->head.target;

	if (target.at == NULL)
		return true;
	return put(object, "method",
		   json_string(http_method_name(call->head.method))) &&
	    put(object, "target", json_stringn(target.at, target.len));
}

static bool
put_refusal(json_t *object, const struct rehearsal *call)
{
	if (call->verdict > VERDICT_DENY)
		return true;
	return put(object, "status", json_integer(rehearsal_status(call))) &&
	    put(object, "filter", word(call->report.filter)) &&
	    put(object, "field", word(call->report.field)) &&
	    put(object, "reason", word(rehearsal_reason(call)));
}

static bool
put_outcome(json_t *object, const struct rehearsal *call)
{
	const struct request *req = &call->request;
	struct buffer out = {NULL, 0, 0, false};
	size_t len;
	char *target;

	if (call->verdict <= VERDICT_DENY)
		return true;
	emit_target(&out, req, false);
	target = buffer_take(&out, &len);
	if (!put(object, "sent_target", word(target))) {
		free(target);
		return false;
	}
	free(target);
	return put(object, "sent", json_incref(req->body)) &&
	    put(object, "streams",
		call->report.stream_rules == NULL ? NULL : json_true());
}

static bool
fill(json_t *object, const struct policy *policy,
    const struct standing *standing, const struct rehearsal *call)
{
	const struct request *req = &call->request;

	if (!put_line(object, call) ||
	    !put(object, "call",
		word(req->call == NULL ? NULL : req->call->name)) ||
	    !put(object, "verdict",
		word(call->status != 0 ? "refused"
				       : verdict_name(call->verdict))) ||
	    !put_refusal(object, call))
		return false;
	if (call->status == 0 &&
	    (!put(object, "filters",
		 filters_json(policy, standing->tier, call)) ||
		!put(object, "changes", changes_json(call)) ||
		!put(object, "dropped", json_incref(req->dropped)) ||
		!put(object, "assumed", json_incref(call->assumed)) ||
		!put(object, "asked", json_incref(call->asked.body)) ||
		!put_outcome(object, call)))
		return false;
	return put(object, "reads", reads_json(call));
}

bool
account_add(json_t *account, const struct policy *policy,
    const struct standing *standing, const struct rehearsal *call)
{
	json_auto_t *object = json_object();

	return object != NULL && fill(object, policy, standing, call) &&
	    json_object_set(
		account, "verdict", json_object_get(object, "verdict")) == 0 &&
	    json_array_append(json_object_get(account, "calls"), object) == 0;
}

static json_t *
words_json(char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && words[i] != NULL; i++)
		(void)json_array_append_new(list, json_string(words[i]));
	return list;
}

bool
account_add_session(json_t *account, const struct policy *policy,
    const struct session *session, char *const *words)
{
	const struct rehearsal *counts = session_verdict(session);
	json_t *docker;

	for (size_t i = 0; i < session->n; i++) {
		if (!account_add(
			account, policy, session->standing, session->calls[i]))
			return false;
	}
	docker = json_pack("{s:o, s:o, s:i, s:b}", "words", words_json(words),
	    "output", json_string(session->docker.output), "exit_status",
	    session->docker.exit_status, "timed_out",
	    session->docker.timed_out ? 1 : 0);
	return docker != NULL &&
	    json_object_set_new(account, "docker", docker) == 0 &&
	    json_object_set_new(account, "verdict",
		json_string(counts == NULL ? "none"
			: counts->status != 0
			? "refused"
			: verdict_name(counts->verdict))) == 0;
}
