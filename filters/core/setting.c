/* SPDX-License-Identifier: Apache-2.0 */
#include "setting.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/pattern_set.h"
#include "json_read.h"

#define PATH_LEN 512
#define ROWS_MAX 64

/* What one reading carries along. */
struct reading {
	setting_problem_fn *problem;
	void *arg;
	bool sound; /* no problem yet */
};

static void __attribute__((format(printf, 3, 4)))
complain(struct reading *reading, const char *path, const char *fmt, ...)
{
	struct errmsg err;
	char text[sizeof(err.text)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* What is quoted may be cut; errmsg keeps it UTF-8. */
	(void)errmsg_set(&err, "%s", text);
	reading->sound = false;
	reading->problem(reading->arg, path, err.text);
}

/* A number with a unit: "512m", "10s".  units is "k=1024" as a table. */
struct unit {
	const char *suffix;
	long long factor;
};

static const struct unit byte_units[] = {
    {"", 1},
    {"b", 1},
    {"k", 1LL << 10},
    {"kb", 1LL << 10},
    {"m", 1LL << 20},
    {"mb", 1LL << 20},
    {"g", 1LL << 30},
    {"gb", 1LL << 30},
    {"t", 1LL << 40},
    {"tb", 1LL << 40},
    {NULL, 0},
};

static const struct unit second_units[] = {
    {"ms", 1},
    {"", 1000},
    {"s", 1000},
    {"m", 60LL * 1000},
    {"h", 3600LL * 1000},
    {"d", 86400LL * 1000},
    {NULL, 0},
};

static bool
parse_units(const char *text, const struct unit *units, long long *value)
{
	char *end;
	long long number;

	if (!isdigit((unsigned char)*text))
		return false;
	number = strtoll(text, &end, 10);
	for (; units->suffix != NULL; units++) {
		if (strcasecmp(end, units->suffix) == 0)
			return !__builtin_mul_overflow(
			    number, units->factor, value);
	}
	return false;
}

static bool
read_number(const struct setting *row, const json_t *value, long long *number)
{
	const char *text = json_string_value(value);

	if (row->type == SETTING_T_INT) {
		*number = json_integer_value(value);
		return json_is_integer(value);
	}
	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return row->type == SETTING_T_BYTES ||
		    !__builtin_mul_overflow(*number, 1000LL, number);
	}
	if (text == NULL)
		return false;
	return parse_units(text,
	    row->type == SETTING_T_BYTES ? byte_units : second_units, number);
}

static void
take_number(const struct setting *row, const json_t *value, char *member,
    const char *path, struct reading *reading)
{
	long long number;
	char wanted[160];

	if (read_number(row, value, &number) && number >= row->min &&
	    number <= row->max) {
		memcpy(member, &number, sizeof(number));
		return;
	}
	setting_describe(row, wanted, sizeof(wanted));
	if (row->type == SETTING_T_INT || row->preset == NULL ||
	    row->preset[0] != '"')
		complain(reading, path, "want %s", wanted);
	else
		complain(
		    reading, path, "want %s, such as %s", wanted, row->preset);
}

#define QUOTED_LEN 72

/* Which item of a list it is, unless the message says so by itself. */
static const char *
quoted(const char *text, const struct errmsg *err, char name[QUOTED_LEN])
{
	(void)snprintf(name, QUOTED_LEN, "\"%.60s\"", text);
	if (*text == '\0' || strstr(err->text, name) != NULL)
		return "";
	(void)snprintf(name, QUOTED_LEN, "\"%.60s\": ", text);
	return name;
}

/* Of what is no string: itself in quotes, if that would do; else what the check
 * says of nothing, which is what it wants. */
static void
say_wanted_string(
    const struct setting *row, const json_t *value, struct errmsg *err)
{
	char number[32];

	(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(value));
	if (json_is_integer(value) &&
	    (row->valid == NULL || row->valid(number, err)))
		(void)errmsg_set(err, "want a string: \"%s\"", number);
	else if (row->valid == NULL || row->valid("", err))
		(void)errmsg_set(err, "want a string");
}

static bool
string_valid(const struct setting *row, const json_t *value, const char *path,
    struct reading *reading)
{
	const char *text = json_string_value(value);
	char name[QUOTED_LEN];
	struct errmsg err;

	if (text == NULL) {
		/* What the check says of nothing is what it wants. */
		say_wanted_string(row, value, &err);
		complain(reading, path, "%s", err.text);
		return false;
	}
	if (row->valid == NULL || row->valid(text, &err))
		return true;
	if (row->type != SETTING_T_STRING)
		complain(
		    reading, path, "%s%s", quoted(text, &err, name), err.text);
	else
		complain(reading, path, "%s", err.text);
	return false;
}

static void
take_string(const struct setting *row, const json_t *value, char *member,
    const char *path, struct reading *reading)
{
	const char *text = json_string_value(value);

	if (string_valid(row, value, path, reading))
		memcpy(member, &text, sizeof(text));
}

static void
take_word(const struct setting *row, const json_t *value, char *member,
    const char *path, struct reading *reading)
{
	const char *text = json_string_value(value);
	char wanted[160];

	for (int i = 0; text != NULL && row->words[i] != NULL; i++) {
		if (strcmp(text, row->words[i]) == 0) {
			memcpy(member, &i, sizeof(i));
			return;
		}
	}
	setting_describe(row, wanted, sizeof(wanted));
	complain(reading, path, "want %s", wanted);
}

static bool
strings_valid(const struct setting *row, const json_t *value, const char *path,
    struct reading *reading)
{
	char item_path[PATH_LEN];
	bool valid = true;
	size_t i;
	json_t *item;

	if (json_is_string(value)) {
		complain(reading, path, "want a list of strings: [\"%.100s\"]",
		    json_string_value(value));
		return false;
	}
	if (!json_is_array(value)) {
		complain(reading, path,
		    "want a list of strings, or {file: NAME} for one in a file "
		    "of its own");
		return false;
	}
	json_array_foreach(value, i, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		if (!string_valid(row, item, item_path, reading))
			valid = false;
	}
	return valid;
}

static void
take_strings(const struct setting *row, const json_t *value, char *member,
    const char *path, struct reading *reading)
{
	if (strings_valid(row, value, path, reading))
		memcpy(member, &value, sizeof(value));
}

static void
take_patterns(const struct setting *row, const json_t *value, char *member,
    const char *path, struct reading *reading)
{
	struct pattern_set *set;

	if (!strings_valid(row, value, path, reading))
		return;
	set = pattern_set_new(value);
	if (set == NULL)
		complain(reading, path, "out of memory");
	memcpy(member, &set, sizeof(set));
}

static void
take_map(json_t *value, char *member, const char *path, struct reading *reading)
{
	char item_path[PATH_LEN];
	const char *key;
	json_t *item;

	if (!json_is_object(value)) {
		complain(reading, path, "want a map of strings");
		return;
	}
	json_object_foreach(value, key, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s.%s", path, key);
		if (!json_is_string(item))
			complain(reading, item_path, "want a string");
	}
	memcpy(member, &value, sizeof(value));
}

static void read_rows(const struct setting *rows, json_t *object, char *conf,
    const char *path, struct reading *reading);

static void
take_rows(const struct setting *row, json_t *value, char *member,
    const char *path, struct reading *reading)
{
	/* The rows of a list are read for their check and their defaults; the
	 * filter then looks into the JSON. */
	char scratch[ROWS_MAX * sizeof(long long)];
	char item_path[PATH_LEN];
	size_t i;
	json_t *item;

	if (!json_is_array(value)) {
		complain(
		    reading, path, "want a list of maps, each behind a \"- \"");
		return;
	}
	json_array_foreach(value, i, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		memset(scratch, 0, sizeof(scratch));
		if (json_is_object(item))
			read_rows(row->sub, item, scratch, item_path, reading);
		else
			complain(reading, item_path, "want a map");
	}
	memcpy(member, &value, sizeof(value));
}

static void
take(const struct setting *row, json_t *value, char *member, const char *path,
    struct reading *reading)
{
	bool yes = json_is_true(value);

	if (json_is_null(value)) {
		complain(reading, path,
		    "nothing stands behind this key; give it a value, or "
		    "leave it out");
		return;
	}
	switch (row->type) {
	case SETTING_T_END:
		break;
	case SETTING_T_BOOL:
		if (json_is_boolean(value))
			memcpy(member, &yes, sizeof(yes));
		else
			complain(reading, path, "want true or false");
		break;
	case SETTING_T_INT:
	case SETTING_T_BYTES:
	case SETTING_T_SECONDS:
		take_number(row, value, member, path, reading);
		break;
	case SETTING_T_STRING:
		take_string(row, value, member, path, reading);
		break;
	case SETTING_T_ENUM:
		take_word(row, value, member, path, reading);
		break;
	case SETTING_T_STRINGS:
		take_strings(row, value, member, path, reading);
		break;
	case SETTING_T_PATTERNS:
		take_patterns(row, value, member, path, reading);
		break;
	case SETTING_T_MAP:
		take_map(value, member, path, reading);
		break;
	case SETTING_T_ROWS:
		take_rows(row, value, member, path, reading);
		break;
	case SETTING_T_SECTION:
		if (json_is_object(value))
			read_rows(row->sub, value, member, path, reading);
		else
			complain(reading, path, "want a map");
		break;
	case SETTING_T_ANY:
		memcpy(member, &value, sizeof(value));
		break;
	}
}

/* The default as JSON, new; NULL for "not set". */
static json_t *
default_value(const struct setting *row)
{
	if (row->preset != NULL)
		return json_read_own(row->preset);
	switch (row->type) {
	case SETTING_T_BOOL:
		return json_false();
	case SETTING_T_INT:
	case SETTING_T_BYTES:
	case SETTING_T_SECONDS:
		return json_integer(0);
	case SETTING_T_ENUM:
		return json_string(row->words[0]);
	case SETTING_T_STRINGS:
	case SETTING_T_PATTERNS:
	case SETTING_T_ROWS:
		return json_array();
	case SETTING_T_MAP:
		return json_object();
	case SETTING_T_STRING:
	case SETTING_T_SECTION:
	case SETTING_T_ANY:
	case SETTING_T_END:
		break;
	}
	return NULL;
}

/* Of these, NULL or zeroes say that they are not set. */
static bool
may_be_absent(const struct setting *row)
{
	return row->preset == NULL &&
	    (row->type == SETTING_T_STRING || row->type == SETTING_T_SECTION ||
		row->type == SETTING_T_ANY);
}

/* A row whose lower limit keeps 0 out may still be "not set". */
static bool
is_unset_zero(const struct setting *row, const json_t *value)
{
	return row->preset == NULL && json_is_integer(value) &&
	    json_integer_value(value) == 0 &&
	    (row->type == SETTING_T_INT || row->type == SETTING_T_BYTES ||
		row->type == SETTING_T_SECONDS);
}

static void
read_row(const struct setting *row, json_t *object, char *conf,
    const char *path, struct reading *reading)
{
	json_t *value = json_object_get(object, row->name);
	char row_path[PATH_LEN];

	(void)snprintf(row_path, sizeof(row_path), "%s%s%s", path,
	    *path == '\0' ? "" : ".", row->name);
	if (value == NULL && row->needed) {
		complain(reading, row_path, "is missing");
		return;
	}
	if (value == NULL) {
		value = default_value(row);
		if (value == NULL && may_be_absent(row))
			return;
		if (json_object_set_new(object, row->name, value) != 0) {
			complain(reading, row_path, "out of memory");
			return;
		}
	}
	if (!is_unset_zero(row, value))
		take(row, value, conf + row->offset, row_path, reading);
}

/* "; there are a, b, c", if they are few. */
static void
list_names(const char *const *names, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; names[i] != NULL && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    i > 0                  ? ", "
			: names[1] == NULL ? "; there is "
					   : "; there are ",
		    names[i]);
	if (len >= size)
		text[0] = '\0';
}

static void
find_unknown(const struct setting *rows, json_t *object, const char *path,
    struct reading *reading)
{
	const char *names[ROWS_MAX + 1] = {NULL};
	char key_path[PATH_LEN], hint[160];
	size_t n = 0;
	const char *key;
	json_t *value;

	for (; rows[n].type != SETTING_T_END && n < ROWS_MAX; n++)
		names[n] = rows[n].name;
	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (i < n && strcmp(names[i], key) != 0)
			i++;
		if (i < n)
			continue;
		(void)snprintf(key_path, sizeof(key_path), "%s%s%s", path,
		    *path == '\0' ? "" : ".", key);
		nearest_hint(key, names, hint, sizeof(hint));
		if (hint[0] == '\0')
			list_names(names, hint, sizeof(hint));
		complain(reading, key_path, "unknown key%s", hint);
	}
}

static void
read_rows(const struct setting *rows, json_t *object, char *conf,
    const char *path, struct reading *reading)
{
	find_unknown(rows, object, path, reading);
	for (; rows->type != SETTING_T_END; rows++)
		read_row(rows, object, conf, path, reading);
}

bool
settings_read(const struct setting *rows, json_t *object, void *conf,
    const char *path, setting_problem_fn *problem, void *arg)
{
	struct reading reading = {problem, arg, true};

	if (json_is_object(object))
		read_rows(rows, object, conf, path, &reading);
	else
		complain(&reading, path, "want a map");
	return reading.sound;
}

void
settings_done(const struct setting *rows, void *conf)
{
	for (; rows->type != SETTING_T_END; rows++) {
		char *member = (char *)conf + rows->offset;
		struct pattern_set *set;

		if (rows->type == SETTING_T_SECTION)
			settings_done(rows->sub, member);
		if (rows->type != SETTING_T_PATTERNS)
			continue;
		memcpy(&set, member, sizeof(set));
		pattern_set_free(set);
	}
}

static void
describe_words(const struct setting *row, char *text, size_t size)
{
	size_t len = 0;

	for (int i = 0; row->words[i] != NULL && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    i == 0                          ? ""
			: row->words[i + 1] == NULL ? " or "
						    : ", ",
		    row->words[i]);
}

static void
format_number(
    const struct setting *row, long long number, char *text, size_t size)
{
	const struct unit *units = row->type == SETTING_T_BYTES ? byte_units
								: second_units;
	const struct unit *best = NULL;

	for (; row->type != SETTING_T_INT && units->suffix != NULL; units++) {
		if (number != 0 && units->suffix[0] != '\0' &&
		    number % units->factor == 0 &&
		    (best == NULL || units->factor > best->factor))
			best = units;
	}
	if (best == NULL)
		(void)snprintf(text, size, "%lld", number);
	else
		(void)snprintf(
		    text, size, "%lld%s", number / best->factor, best->suffix);
}

void
setting_describe(const struct setting *row, char *text, size_t size)
{
	static const char *const words[] = {
	    [SETTING_T_END] = "",
	    [SETTING_T_BOOL] = "true or false",
	    [SETTING_T_INT] = "a number",
	    [SETTING_T_BYTES] = "bytes",
	    [SETTING_T_SECONDS] = "a time",
	    [SETTING_T_STRING] = "a string",
	    [SETTING_T_ENUM] = "",
	    [SETTING_T_STRINGS] = "a list of strings",
	    [SETTING_T_PATTERNS] = "a list of strings",
	    [SETTING_T_MAP] = "a map of strings",
	    [SETTING_T_ROWS] = "a list of maps",
	    [SETTING_T_SECTION] = "a map",
	    [SETTING_T_ANY] = "a map",
	};
	char min[32], max[32];

	if (row->type == SETTING_T_ENUM) {
		describe_words(row, text, size);
		return;
	}
	(void)snprintf(text, size, "%s", words[row->type]);
	if (row->type != SETTING_T_INT && row->type != SETTING_T_BYTES &&
	    row->type != SETTING_T_SECONDS)
		return;
	format_number(row, row->min, min, sizeof(min));
	format_number(row, row->max, max, sizeof(max));
	(void)snprintf(
	    text + strlen(text), size - strlen(text), ", %s to %s", min, max);
}
