/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/setting_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One difference: {"tier", "setting", "a", "b"}; null where it is not there. */
static bool
add(json_t *list, const char *tier, const char *setting, json_t *a, json_t *b)
{
	return json_array_append_new(list,
		   json_pack("{s:s, s:s, s:O?, s:O?}", "tier", tier, "setting",
		       setting, "a", a, "b", b)) == 0;
}

/* Members that both or one of them have, under prefix. */
static bool
compare_members(
    json_t *list, const char *tier, const char *prefix, json_t *a, json_t *b)
{
	const char *key;
	json_t *value;
	char name[256];
	bool sound = true;

	json_object_foreach(a, key, value)
	{
		json_t *other = json_object_get(b, key);

		(void)snprintf(name, sizeof(name), "%s%s", prefix, key);
		if (strcmp(key, "filters") != 0 && !json_equal(value, other))
			sound = sound && add(list, tier, name, value, other);
	}
	json_object_foreach(b, key, value)
	{
		(void)snprintf(name, sizeof(name), "%s%s", prefix, key);
		if (strcmp(key, "filters") != 0 &&
		    json_object_get(a, key) == NULL)
			sound = sound && add(list, tier, name, NULL, value);
	}
	return sound;
}

static bool
compare_tiers(json_t *list, const struct tier *a, const struct tier *b)
{
	json_auto_t *one = json_deep_copy(tier_conf(a));
	json_auto_t *two = json_deep_copy(tier_conf(b));
	json_t *mine = json_object_get(one, "filters");
	json_t *theirs = json_object_get(two, "filters");
	bool sound;

	(void)json_object_del(one, "description");
	(void)json_object_del(two, "description");
	sound = compare_members(list, tier_name(a), "", one, two);
	for (size_t i = 0; filter_list[i] != NULL; i++) {
		const char *name = filter_list[i]->name;
		char prefix[128];

		(void)snprintf(prefix, sizeof(prefix), "%s.", name);
		sound = sound &&
		    compare_members(list, tier_name(a), prefix,
			json_object_get(mine, name),
			json_object_get(theirs, name));
	}
	return sound;
}

/* Presets, and whoever is named by --tier or --as, are compared whatever their
 * names. */
static const struct tier *
counterpart(
    const struct side *side, const struct side *other, const struct tier *tier)
{
	if (side_tier_at(side, 1) == NULL && side_tier_at(other, 1) == NULL)
		return side_tier_at(side, 0);
	return side_tier_by_name(side, tier_name(tier));
}

/* {"tier", "setting": null}: there is none of that name. */
static bool
compare(json_t *list, const struct side *a, const struct side *b)
{
	const struct tier *tier, *other;
	bool sound = true;

	for (size_t i = 0; (tier = side_tier_at(a, i)) != NULL && sound; i++) {
		other = counterpart(b, a, tier);
		sound = other == NULL
		    ? add(list, tier_name(tier), "", json_true(), NULL)
		    : compare_tiers(list, tier, other);
	}
	for (size_t i = 0; (tier = side_tier_at(b, i)) != NULL && sound; i++) {
		if (counterpart(a, b, tier) == NULL)
			sound = add(
			    list, tier_name(tier), "", NULL, json_true());
	}
	return sound;
}

/* --- telling -------------------------------------------------------------- */

static bool
holds(const json_t *list, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (json_equal(item, value))
			return true;
	}
	return false;
}

static void
print_value(const char *mark, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	(void)printf("    %s %s\n", mark, text == NULL ? "?" : text);
	free(text);
}

/* What is in the one list and not in the other. */
static void
print_items(const char *mark, const json_t *list, const json_t *other)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (!holds(other, item))
			print_value(mark, item);
	}
}

static void
print(const struct side *a, const struct side *b, const json_t *list)
{
	const char *last = "";
	size_t i;
	json_t *entry;

	if (json_array_size(list) > 0)
		(void)printf("- %s\n+ %s\n", a->name, b->name);
	json_array_foreach(list, i, entry)
	{
		const char *tier = json_string_value(
		    json_object_get(entry, "tier"));
		const char *setting = json_string_value(
		    json_object_get(entry, "setting"));
		const json_t *one = json_object_get(entry, "a");
		const json_t *two = json_object_get(entry, "b");

		if (*setting == '\0') {
			(void)printf("tier %s: only in %s\n", tier,
			    json_is_null(one) ? b->name : a->name);
			continue;
		}
		if (strcmp(last, tier) != 0)
			(void)printf("tier %s:\n", tier);
		last = tier;
		(void)printf("  %s\n", setting);
		if (json_is_array(one) && json_is_array(two)) {
			print_items("-", one, two);
			print_items("+", two, one);
		} else {
			print_value("-", one);
			print_value("+", two);
		}
	}
}

bool
setting_diff(const struct side *a, const struct side *b, bool json)
{
	json_auto_t *list = json_array();
	char *text;

	if (!compare(list, a, b))
		(void)fputs("sockwarden: diff: out of memory\n", stderr);
	if (!json) {
		print(a, b, list);
		return json_array_size(list) > 0;
	}
	text = json_dumps(list, JSON_INDENT(2));
	(void)puts(text == NULL ? "[]" : text);
	free(text);
	return json_array_size(list) > 0;
}
