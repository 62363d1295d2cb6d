/* SPDX-License-Identifier: Apache-2.0 */
#include "config/merge.h"

#include <stdio.h>
#include <string.h>

#include "filter.h"
#include "json_read.h"

static bool merge(json_t *into, json_t *own);

/* "allow+" */
static bool
is_addition(const char *key)
{
	size_t len = strlen(key);

	return len > 1 && key[len - 1] == '+';
}

/* "allow+": append to what was inherited. */
static bool
append(json_t *into, const char *key, json_t *value)
{
	char name[64];
	json_t *list;

	(void)snprintf(name, sizeof(name), "%.*s", (int)strlen(key) - 1, key);
	list = json_object_get(into, name);
	if (!json_is_array(list) || !json_is_array(value))
		return json_object_set(into, name, value) == 0;
	return json_array_extend(list, value) == 0;
}

static bool
merge_member(json_t *into, const char *key, json_t *value)
{
	json_t *inherited = json_object_get(into, key);

	if (is_addition(key))
		return append(into, key, value);
	if (json_is_object(inherited) && json_is_object(value))
		return merge(inherited, value);
	return json_object_set(into, key, value) == 0;
}

/* Maps merge; all else replaces. */
static bool
merge(json_t *into, json_t *own)
{
	const char *key;
	json_t *value;

	json_object_foreach(own, key, value)
	{
		if (!merge_member(into, key, value))
			return false;
	}
	return true;
}

/* --- defaults ------------------------------------------------------------- */

/* Whoever adds to everything means something else. */
static bool
has_everything(const json_t *list)
{
	static const char *const all[] = {"*", "**", "/", NULL};
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		for (size_t k = 0; all[k] != NULL; k++) {
			if (json_is_string(item) &&
			    strcmp(json_string_value(item), all[k]) == 0)
				return true;
		}
	}
	return false;
}

/* The default of what key, "allow+", adds to, as a member of settings. */
static bool
put_default(json_t *settings, const struct filter *filter, const char *key)
{
	const struct setting *row = filter->settings;
	size_t len = strlen(key) - 1;
	json_auto_t *list = NULL;

	while (row != NULL && row->type != SETTING_T_END &&
	    (strlen(row->name) != len || strncmp(row->name, key, len) != 0))
		row++;
	if (row == NULL || row->preset == NULL)
		return true;
	list = json_read_own(row->preset);
	if (list == NULL)
		return false;
	return !json_is_array(list) || has_everything(list) ||
	    json_object_set(settings, row->name, list) == 0;
}

/* The defaults of one filter that own, its settings, adds to. */
static json_t *
defaults_of(const struct filter *filter, json_t *own)
{
	json_auto_t *defaults = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(own, key, value)
	{
		if (is_addition(key) && !put_default(defaults, filter, key))
			return NULL;
	}
	return json_incref(defaults);
}

/* What lies below both: the defaults of what own adds to. */
static json_t *
floor_of(const json_t *own)
{
	json_auto_t *filters = json_object();
	const char *name;
	json_t *settings;

	json_object_foreach(json_object_get(own, "filters"), name, settings)
	{
		const struct filter *filter = filter_by_name(name);

		if (filter != NULL &&
		    json_object_set_new(
			filters, name, defaults_of(filter, settings)) != 0)
			return NULL;
	}
	return json_pack("{s:O}", "filters", filters);
}

json_t *
merge_tiers(json_t *base, json_t *own)
{
	json_auto_t *whole = floor_of(own);

	if (whole == NULL || !merge(whole, base) || !merge(whole, own))
		return NULL;
	return json_incref(whole);
}
