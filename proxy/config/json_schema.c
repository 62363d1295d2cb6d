/* SPDX-License-Identifier: Apache-2.0 */
#include "config/json_schema.h"

#include <stdio.h>
#include <string.h>

#include "config/presets.h"
#include "config/settings.h"
#include "filter.h"
#include "identity.h"
#include "json_read.h"
#include "tier.h"

/* json_pack()'s "o" and jansson's _new functions take NULL for failure and
 * pass it on, so that only the end has to look. */

static json_t *
reference(const char *name)
{
	return json_pack(
	    "{s:o}", "$ref", json_sprintf("#/definitions/%s", name));
}

static json_t *
type(const char *name)
{
	return json_pack("{s:s}", "type", name);
}

static json_t *
either(json_t *one, json_t *other)
{
	return json_pack("{s:[o, o]}", "anyOf", one, other);
}

/* An object of these properties and no other. */
static json_t *
object_of(json_t *properties)
{
	return json_pack("{s:s, s:b, s:o}", "type", "object",
	    "additionalProperties", 0, "properties", properties);
}

/* --- values ------------------------------------------------------------------ */

/* Zero may say "not set" where no default is. */
static json_int_t
least(const struct setting *row)
{
	return row->preset == NULL && row->min > 0 ? 0 : row->min;
}

static json_t *
integer(long long min, long long max)
{
	return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
	    (json_int_t)min, "maximum", (json_int_t)max);
}

/* A number, or a number with a unit. */
static json_t *
quantity(long long min, long long max, const char *pattern)
{
	return either(integer(min, max),
	    json_pack("{s:s, s:s}", "type", "string", "pattern", pattern));
}

static json_t *
words(const char *const *list)
{
	json_t *array = json_array();

	for (; *list != NULL; list++)
		(void)json_array_append_new(array, json_string(*list));
	return json_pack("{s:o}", "enum", array);
}

static json_t *rows_schema(const struct setting *rows, bool whole);

static json_t *
value_schema(const struct setting *row)
{
	switch (row->type) {
	case SETTING_T_BOOL:
		return type("boolean");
	case SETTING_T_INT:
		return integer(least(row), row->max);
	case SETTING_T_BYTES:
		return quantity(
		    least(row), row->max, "^[0-9]+([kKmMgGtT]?[bB]?)$");
	case SETTING_T_SECONDS:
		return quantity((least(row) + 999) / 1000, row->max / 1000,
		    "^[0-9]+([mM]?[sS]|[mMhHdD])?$");
	case SETTING_T_STRING:
		return type("string");
	case SETTING_T_ENUM:
		return words(row->words);
	case SETTING_T_STRINGS:
	case SETTING_T_PATTERNS:
		return reference("strings");
	case SETTING_T_MAP:
		return json_pack("{s:s, s:{s:s}}", "type", "object",
		    "additionalProperties", "type", "string");
	case SETTING_T_ROWS:
		return json_pack("{s:s, s:o}", "type", "array", "items",
		    rows_schema(row->sub, true));
	case SETTING_T_SECTION:
		return rows_schema(row->sub, true);
	case SETTING_T_ANY:
		return strcmp(row->name, "match") == 0 ? reference("match")
		    : strcmp(row->name, "tiers") == 0  ? reference("tiers")
						       : json_object();
	case SETTING_T_END:
		break;
	}
	return json_object();
}

/* What an editor shows beside it.  Whoever reads draft 7 ignores what stands
 * beside "$ref", so that goes into an "allOf". */
static json_t *
row_schema(const struct setting *row)
{
	json_t *schema = value_schema(row);

	if (json_object_get(schema, "$ref") != NULL)
		schema = json_pack("{s:[o]}", "allOf", schema);
	(void)json_object_set_new(
	    schema, "description", json_string(row->help));
	if (row->preset != NULL && row->type != SETTING_T_SECTION)
		(void)json_object_set_new(
		    schema, "default", json_read_own(row->preset));
	return schema;
}

/* --- objects ----------------------------------------------------------------- */

static json_t *
needed(const struct setting *rows)
{
	json_t *names = json_array();

	for (; rows->type != SETTING_T_END; rows++) {
		if (rows->needed)
			(void)json_array_append_new(
			    names, json_string(rows->name));
	}
	return names;
}

/* whole: what is needed stands here; else it may be inherited, and lists may be
 * added to. */
static json_t *
rows_schema(const struct setting *rows, bool whole)
{
	json_t *properties = json_object(), *schema, *names;
	char plus[80];

	for (const struct setting *row = rows; row->type != SETTING_T_END;
	     row++) {
		(void)json_object_set_new(
		    properties, row->name, row_schema(row));
		(void)snprintf(plus, sizeof(plus), "%.70s+", row->name);
		if (!whole &&
		    (row->type == SETTING_T_STRINGS ||
			row->type == SETTING_T_PATTERNS ||
			row->type == SETTING_T_ROWS))
			(void)json_object_set_new(
			    properties, plus, row_schema(row));
	}
	schema = object_of(properties);
	names = whole ? needed(rows) : json_array();
	if (json_array_size(names) > 0)
		(void)json_object_set(schema, "required", names);
	json_decref(names);
	return schema;
}

static json_t *
described(json_t *schema, const char *text)
{
	(void)json_object_set_new(schema, "description", json_string(text));
	return schema;
}

static json_t *
property(const json_t *schema, const char *name)
{
	return json_object_get(json_object_get(schema, "properties"), name);
}

/* Completion of the names of calls; groups and classes are text. */
static void
name_calls(json_t *schema)
{
	static const char *const keys[] = {"allow", "allow+", "deny", "deny+"};
	json_t *names = json_array(), *items;

	for (const struct call *call = call_table(); call->name != NULL; call++)
		(void)json_array_append_new(names, json_string(call->name));
	items = json_pack("{s:[{s:O}, {s:s}, o]}", "anyOf", "enum", names,
	    "type", "string", reference("file"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *value = property(schema, keys[i]);

		(void)json_object_del(value, "allOf");
		(void)json_object_set_new(value, "anyOf",
		    json_pack("[{s:s, s:O}, o]", "type", "array", "items",
			items, reference("file")));
	}
	json_decref(items);
	json_decref(names);
}

static json_t *
filter_schema(const struct filter *filter)
{
	static const struct setting none[] = {SETTING_END};
	static const char *const actions[] = {"reject", "rewrite", "off", NULL};
	json_t *schema = rows_schema(
	    filter->settings == NULL ? none : filter->settings, false);
	json_t *action = described(words(actions),
	    "What to do with what the filter does not accept: refuse the call, "
	    "make it acceptable, or do not look.");

	(void)json_object_set_new(
	    action, "default", json_string(actions[filter->action]));
	(void)json_object_set_new(
	    json_object_get(schema, "properties"), "action", action);
	if (strcmp(filter->name, "calls") == 0)
		name_calls(schema);
	return described(schema, filter->summary);
}

static json_t *
tier_schema(void)
{
	json_t *schema = rows_schema(tier_settings, true);
	json_t *filters = json_object();
	json_t *properties = json_object_get(schema, "properties");

	for (size_t i = 0; filter_list[i] != NULL; i++)
		(void)json_object_set_new(filters, filter_list[i]->name,
		    filter_schema(filter_list[i]));
	(void)json_object_set_new(properties, "filters",
	    described(object_of(filters),
		"Filters and their settings; `sockwarden filters` lists "
		"them."));
	(void)json_object_set_new(properties, "extends",
	    json_pack("{s:[o], s:s}", "allOf", reference("tier-name"),
		"description",
		"The tier that this one begins with, of this file or of the "
		"program."));
	return schema;
}

/* --- definitions --------------------------------------------------------------- */

/* One of ours, for completion, or one of the file. */
static json_t *
tier_name_schema(void)
{
	json_t *names = json_array();

	for (const struct preset *preset = presets; preset->name != NULL;
	     preset++)
		(void)json_array_append_new(names, json_string(preset->name));
	return either(json_pack("{s:o}", "enum", names),
	    json_pack("{s:s, s:i}", "type", "string", "minLength", 1));
}

static json_t *
list_of(json_t *item)
{
	return either(json_pack("{s:s, s:o}", "type", "array", "items",
			  either(item, reference("file"))),
	    reference("file"));
}

static json_t *
match_schema(void)
{
	json_t *properties = json_object(), *map;
	struct identity_key key;

	for (size_t i = 0; (key = identity_key(i)).name != NULL; i++) {
		const char *name = key.number ? "integer" : "string";

		(void)json_object_set_new(properties, key.name,
		    described(
			either(type(name), list_of(type(name))), key.help));
	}
	map = object_of(properties);
	(void)json_object_set_new(map, "minProperties", json_integer(1));
	return either(map,
	    json_pack("{s:s, s:i, s:O}", "type", "array", "minItems", 1,
		"items", map));
}

static json_t *
file_schema(void)
{
	json_t *schema = object_of(json_pack("{s:o}", "file", type("string")));

	(void)json_object_set_new(schema, "required", json_pack("[s]", "file"));
	return described(schema,
	    "A list in a file of its own: one entry a line, # for comments; "
	    "the path is relative to this file.");
}

json_t *
json_schema(void)
{
	json_t *schema = rows_schema(config_settings, true);
	json_t *listeners = property(schema, "listeners");
	json_t *rule = json_object_get(property(schema, "identities"), "items");

	(void)json_object_set_new(listeners, "minItems", json_integer(1));
	(void)json_object_set_new(json_object_get(rule, "properties"), "tier",
	    json_pack("{s:[o]}", "allOf", reference("tier-name")));
	(void)json_array_append_new(
	    json_object_get(rule, "required"), json_string("match"));
	(void)json_object_set_new(
	    schema, "required", json_pack("[s]", "listeners"));
	(void)json_object_set_new(schema, "definitions",
	    json_pack("{s:o, s:o, s:o, s:o, s:{s:s, s:o}}", "file",
		file_schema(), "strings", list_of(type("string")), "match",
		match_schema(), "tier-name", tier_name_schema(), "tiers",
		"type", "object", "additionalProperties", tier_schema()));
	(void)json_object_set_new(schema, "$schema",
	    json_string("http://json-schema.org/draft-07/schema#"));
	(void)json_object_set_new(
	    schema, "title", json_string("sockwarden.yaml"));
	return schema;
}
