/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/write.h"

#include <stdlib.h>
#include <string.h>

#define COMMENT_COLUMN 48

static const char *
text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* --- the tree ------------------------------------------------------------- */

static bool
put(json_t *filters, const json_t *entry)
{
	const char *filter = text_at(entry, "filter");
	json_t *value = json_object_get(entry, "value");
	const char *key = text_at(entry, "setting");

	if (value == NULL)
		return true;
	if (json_object_get(filters, filter) == NULL &&
	    json_object_set_new(filters, filter, json_object()) != 0)
		return false;
	return json_object_set(json_object_get(filters, filter), key, value) ==
	    0;
}

json_t *
learn_tree(const char *name, const char *extends, const json_t *settled)
{
	json_auto_t *filters = json_object();
	size_t i;
	json_t *entry;

	json_array_foreach(settled, i, entry)
	{
		if (!put(filters, entry))
			return NULL;
	}
	return json_pack(
	    "{s:{s:s, s:O}}", name, "extends", extends, "filters", filters);
}

/* --- comments ------------------------------------------------------------- */

/* "2026-11-28 17:22" of a time as records have it. */
static void
put_day(FILE *out, const char *time)
{
	(void)fprintf(
	    out, "%.10s %.5s", time, strlen(time) > 16 ? time + 11 : "");
}

static void
put_use(FILE *out, long long times, const char *last)
{
	(void)fprintf(
	    out, "%lld %s, last ", times, times == 1 ? "time" : "times");
	put_day(out, last);
}

static void
put_teams(FILE *out, json_t *teams)
{
	const char *team, *comma = ", by ";
	json_t *value;

	json_object_foreach(teams, team, value)
	{
		(void)fprintf(out, "%s%s", comma, team);
		comma = ", ";
	}
}

/* "  # 3 times, last 2026-11-28 17:22, for 4 of them, by web". */
static void
put_comment(FILE *out, size_t column, const json_t *item)
{
	json_int_t merged = json_integer_value(json_object_get(item, "merged"));
	const char *danger = text_at(item, "danger");

	(void)fprintf(out, "%*s# ",
	    column < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - column) : 1, "");
	if (json_integer_value(json_object_get(item, "times")) == 0) {
		(void)fputs("as it was\n", out);
		return;
	}
	put_use(out, json_integer_value(json_object_get(item, "times")),
	    text_at(item, "last"));
	if (merged > 1)
		(void)fprintf(out, ", %lld different ones", (long long)merged);
	put_teams(out, json_object_get(item, "teams"));
	if (*danger != '\0')
		(void)fprintf(out, "; DANGER: %s", danger);
	(void)fputc('\n', out);
}

/* --- values --------------------------------------------------------------- */

/* What YAML takes for a string without quotes, among the words that we write. */
static bool
is_plain(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ/";
	static const char *const words[] = {
	    "true", "false", "null", "yes", "no", "on", "off", "y", "n", NULL};

	if (*text == '\0' || strchr(first, *text) == NULL ||
	    strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./-") != strlen(text))
		return false;
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcasecmp(words[i], text) == 0)
			return false;
	}
	return true;
}

/* JSON but for quotes and spaces: a YAML flow value.  How long it is. */
static size_t
put_value(FILE *out, const json_t *value)
{
	const char *text = json_string_value(value);
	char *json;
	size_t len;

	if (text != NULL && is_plain(text)) {
		(void)fputs(text, out);
		return strlen(text);
	}
	json = json_dumps(
	    value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
	len = json == NULL ? 0 : strlen(json);
	(void)fputs(json == NULL ? "" : json, out);
	free(json);
	return len;
}

/* A row of mounts without what is as it is anyway. */
static size_t
put_row(FILE *out, const json_t *row)
{
	size_t len = 0;

	len += (size_t)fprintf(out, "{source: ");
	len += put_value(out, json_object_get(row, "source"));
	len += (size_t)fprintf(out, ", read_only: %s",
	    json_is_true(json_object_get(row, "read_only")) ? "true" : "false");
	if (json_is_true(json_object_get(row, "relabel")))
		len += (size_t)fprintf(out, ", relabel: true");
	return len + (size_t)fprintf(out, "}");
}

static size_t
put_item(FILE *out, const json_t *value)
{
	return json_is_object(value) ? put_row(out, value)
				     : put_value(out, value);
}

/* --- settings ------------------------------------------------------------- */

/* All items as one, for a setting that is no list. */
static void
put_total(FILE *out, size_t column, const json_t *items)
{
	json_int_t times = 0;
	const char *last = "";
	json_auto_t *teams = json_object(), *all = NULL;
	const char *danger = "";
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		times += json_integer_value(json_object_get(item, "times"));
		if (strcmp(text_at(item, "last"), last) > 0)
			last = text_at(item, "last");
		if (*text_at(item, "danger") != '\0')
			danger = text_at(item, "danger");
		(void)json_object_update(teams, json_object_get(item, "teams"));
	}
	if (times == 0) {
		(void)fprintf(out, "%*s# never asked for\n",
		    column < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - column)
					    : 1,
		    "");
		return;
	}
	all = json_pack("{s:I, s:s, s:O, s:s}", "times", times, "last", last,
	    "teams", teams, "danger", danger);
	put_comment(out, column, all);
}

static void
put_list(FILE *out, const char *key, const json_t *items)
{
	size_t i;
	json_t *item;

	if (json_array_size(items) == 0) {
		put_total(
		    out, (size_t)fprintf(out, "        %s: []", key), items);
		return;
	}
	(void)fprintf(out, "        %s:\n", key);
	json_array_foreach(items, i, item)
	{
		size_t column = (size_t)fprintf(out, "          - ");

		column += put_item(out, json_object_get(item, "value"));
		put_comment(out, column, item);
	}
}

/* What was seen and is not in it. */
static void
put_left(FILE *out, const json_t *entry)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(entry, "left"), i, item)
	{
		(void)fprintf(out,
		    "        # not learned: %s.%s: ", text_at(entry, "filter"),
		    text_at(entry, "setting"));
		(void)put_item(out, json_object_get(item, "value"));
		(void)fputs("\n        #  ", out);
		put_comment(out, COMMENT_COLUMN, item);
	}
}

static void
put_setting(FILE *out, const json_t *entry)
{
	const json_t *value = json_object_get(entry, "value");
	const json_t *items = json_object_get(entry, "items");
	const char *key = text_at(entry, "setting");

	if (json_is_array(value)) {
		put_list(out, key, items);
	} else if (value != NULL) {
		size_t column = (size_t)fprintf(out, "        %s: ", key);

		column += put_value(out, value);
		put_total(out, column, items);
	}
	put_left(out, entry);
}

static bool
has_values(const json_t *settled, const char *filter)
{
	size_t i;
	json_t *entry;

	json_array_foreach(settled, i, entry)
	{
		if (strcmp(text_at(entry, "filter"), filter) == 0 &&
		    json_object_get(entry, "value") != NULL)
			return true;
	}
	return false;
}

static void
put_filters(FILE *out, const json_t *settled)
{
	const char *last = "";
	size_t i;
	json_t *entry;

	json_array_foreach(settled, i, entry)
	{
		const char *filter = text_at(entry, "filter");

		if (strcmp(filter, last) != 0 && has_values(settled, filter))
			(void)fprintf(out, "      %s:\n", filter);
		last = filter;
		put_setting(out, entry);
	}
}

/* --- what is left --------------------------------------------------------- */

static void
put_leftovers(FILE *out, const char *title, json_t *list)
{
	const char *text;
	json_t *entry;

	if (json_object_size(list) == 0)
		return;
	(void)fprintf(out, "\n# %s\n", title);
	json_object_foreach(list, text, entry)
	{
		(void)fprintf(out, "#   %s\n#     ", text);
		put_use(out,
		    json_integer_value(json_object_get(entry, "times")),
		    text_at(entry, "last"));
		(void)fprintf(out, ", team %s, record %s\n",
		    text_at(entry, "team"), text_at(entry, "id"));
	}
}

/* One paragraph for all that is added. */
static void
put_added(FILE *out, const char *extends, json_t *added)
{
	size_t column = 1;
	const char *field, *comma = " ";
	json_t *entry;

	if (json_object_size(added) == 0)
		return;
	(void)fprintf(out,
	    "\n# Nobody asked for these, tier %s sets them all the same; a "
	    "program that cannot\n# live with one needs another setting, or "
	    "--extends (how often):\n#",
	    extends);
	json_object_foreach(added, field, entry)
	{
		if (column > 60) {
			(void)fprintf(out, ",\n#");
			column = 1;
			comma = " ";
		}
		column += (size_t)fprintf(out, "%s%s (%lld)", comma, field,
		    (long long)json_integer_value(
			json_object_get(entry, "times")));
		comma = ", ";
	}
	(void)fputs("\n", out);
}

void
learn_write(FILE *out, const char *name, const char *extends,
    const json_t *settled, const struct leftovers *leftovers)
{
	(void)fprintf(out, "tiers:\n  %s:\n    extends: %s\n    filters:\n",
	    name, extends);
	put_filters(out, settled);
	put_leftovers(out, "Refused even so:", leftovers->refused);
	put_leftovers(out,
	    "Changed even so, though it was asked for:", leftovers->changed);
	put_leftovers(out,
	    "Not known: what a filter asks about these is not in the record:",
	    leftovers->undecided);
	put_added(out, extends, leftovers->added);
}
