/* SPDX-License-Identifier: Apache-2.0 */
#include "remedy.h"

#include <stdio.h>
#include <string.h>

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* --- advice ------------------------------------------------------------------- */

static json_t *
advice_on_filter(const char *filter, const char *call, const char *tier)
{
	if (strcmp(filter, "calls") == 0)
		return json_sprintf(
		    "tier %s does not have this call; a tier that extends it "
		    "may: filters: {calls: {allow+: [%s]}}",
		    tier, call);
	if (strcmp(filter, "owner") == 0)
		return json_sprintf(
		    "it is another team's, or not there: only its own team, "
		    "or a tier without filter owner, may touch it");
	return json_sprintf(
	    "a tier that extends %s may set what filter %s allows (below), or "
	    "make what it asks acceptable: filters: {%s: {action: rewrite}}",
	    tier, filter, filter);
}

/* What to do about it; JSON null if there is nothing to be done. */
static json_t *
advice_on(const json_t *record)
{
	const char *filter = text_of(record, "filter");
	const char *tier = text_of(record, "tier");
	const char *call = text_of(record, "call");
	const char *verdict = text_of(record, "verdict");

	if (tier == NULL)
		return json_string("no identity rule matches this caller: add "
				   "one under \"identities\"");
	if (filter != NULL && call != NULL)
		return advice_on_filter(filter, call, tier);
	if (verdict != NULL && strcmp(verdict, "refuse") == 0)
		return json_string("it is not a request that could be judged: "
				   "what sent it has to change");
	if (json_array_size(json_object_get(record, "changes")) > 0)
		return json_sprintf("it was made, but changed; a tier that "
				    "extends %s may allow more (below)",
		    tier);
	return json_null();
}

/* --- settings ------------------------------------------------------------------ */

static bool
add_setting(json_t *list, const struct policy *policy,
    const struct filter *filter, const struct setting *row)
{
	const json_t *own;
	char path[256], where[512];

	if (policy->tier == NULL)
		return json_array_append_new(list,
			   json_pack("{s:s, s:s, s:s}", "filter", filter->name,
			       "key", row->name, "help", row->help)) == 0;
	own = json_object_get(
	    json_object_get(tier_conf(policy->tier), "filters"), filter->name);
	(void)snprintf(
	    path, sizeof(path), "filters.%s.%s", filter->name, row->name);
	policy_origin(policy, policy->tier, path, where, sizeof(where));
	return json_array_append_new(list,
		   json_pack("{s:s, s:s, s:O*, s:s, s:s}", "filter",
		       filter->name, "key", row->name, "value",
		       json_object_get(own, row->name), "where", where, "help",
		       row->help)) == 0;
}

static bool
add_filter(json_t *list, const struct policy *policy, const char *name)
{
	const struct filter *filter = name == NULL ? NULL
						   : filter_by_name(name);
	size_t i;
	json_t *item;

	if (filter == NULL || filter->settings == NULL || filter->quiet)
		return true;
	json_array_foreach(list, i, item)
	{
		if (strcmp(text_of(item, "filter"), name) == 0)
			return true;
	}
	for (const struct setting *row = filter->settings;
	     row->type != SETTING_T_END; row++) {
		if (!add_setting(list, policy, filter, row))
			return false;
	}
	return true;
}

/* Of the filter that refused; or of those that took away what was asked. */
static json_t *
settings_on(const struct policy *policy, const json_t *record)
{
	json_auto_t *list = json_array();
	size_t i;
	json_t *change;

	if (text_of(record, "filter") != NULL)
		return add_filter(list, policy, text_of(record, "filter"))
		    ? json_incref(list)
		    : NULL;
	json_array_foreach(json_object_get(record, "changes"), i, change)
	{
		if (!json_is_null(json_object_get(change, "before")) &&
		    !add_filter(list, policy, text_of(change, "filter")))
			return NULL;
	}
	return json_incref(list);
}

json_t *
remedy_new(const struct policy *policy, const json_t *record)
{
	return json_pack("{s:o, s:o}", "advice", advice_on(record), "settings",
	    settings_on(policy, record));
}
