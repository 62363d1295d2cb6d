/* SPDX-License-Identifier: Apache-2.0 */
/* What a caller is told of the changes to its container: all that makes a
 * difference to it; what it did not ask for in the first place takes one line
 * together. */
#include <string.h>

#include "docker_flag.h"
#include "filter.h"
#include "report.h"

#define VALUE_LEN 80
#define ADDED_LEN 1024

/* Members that mean nothing: clients send most of them, with these values. */
static bool
is_unset(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return json_object_size(value) == 0;
	case JSON_ARRAY:
		return json_array_size(value) == 0;
	case JSON_STRING:
		return *json_string_value(value) == '\0' ||
		    strcmp(json_string_value(value), "default") == 0;
	case JSON_INTEGER:
		return json_integer_value(value) == 0;
	case JSON_REAL:
		return json_real_value(value) == 0;
	case JSON_NULL:
	case JSON_FALSE:
		return true;
	case JSON_TRUE:
		break;
	}
	return false;
}

static const char *
member(const json_t *change, const char *name)
{
	return json_string_value(json_object_get(change, name));
}

/* "HostConfig.Memory" is Memory to whoever knows the command line. */
static const char *
short_name(const char *field)
{
	static const char prefix[] = "HostConfig.";
	size_t len = sizeof(prefix) - 1;

	return strncmp(field, prefix, len) == 0 ? field + len : field;
}

/* What a tier says that does not enforce it. */
static const char *
prefix(const struct report *report)
{
	return report->foreseen ? "sockwarden: not enforced: " : "sockwarden: ";
}

/* The one line.  Made of pieces by hand: every create has one, and printf took a
 * thirtieth of all that judging one takes. */
struct added {
	size_t len, heading;
	bool full;
	char text[ADDED_LEN];
};

static void
append(struct added *added, const char *text, size_t len)
{
	memcpy(added->text + added->len, text, len);
	added->len += len;
}

static void
append_text(struct added *added, const char *text)
{
	append(added, text, strlen(text));
}

static void
begin_added(struct added *added, const struct report *report)
{
	added->len = 0;
	added->full = false;
	append_text(added, prefix(report));
	append_text(added, "added by the tier: ");
	added->heading = added->len;
}

/* Append ", Memory=2147483648"; a value that is long is left out, and what has no
 * room at all is left to the record. */
static bool
describe(const json_t *change, struct added *added)
{
	const char *field = short_name(member(change, "field"));
	size_t field_len = strlen(field);
	char value[VALUE_LEN];
	size_t len = json_dumpb(json_object_get(change, "after"), value,
	    VALUE_LEN, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

	if (len == 0)
		return false;
	if (added->full)
		return true;
	if (added->len > added->heading)
		append(added, ", ", 2);
	added->full = added->len + field_len + VALUE_LEN + sizeof("=, ...") >
	    sizeof(added->text);
	if (added->full) {
		append(added, "...", 3);
		return true;
	}
	append(added, field, field_len);
	if (len <= VALUE_LEN) {
		append(added, "=", 1);
		append(added, value, len);
	}
	return true;
}

bool
report_change_is_quiet(const json_t *change)
{
	const struct filter *filter = filter_by_name(member(change, "filter"));

	return filter != NULL && filter->quiet;
}

/* Had the caller asked for something else?  The version is its library's. */
static bool
is_wish(const json_t *change)
{
	return !is_unset(json_object_get(change, "before")) &&
	    strcmp(member(change, "field"), "{version}") != 0;
}

bool
report_change_is_asked(const json_t *change)
{
	return !report_change_is_quiet(change) && is_wish(change);
}

/* The flag that the field comes from: only who creates a container is warned. */
static void
hint(const char *field, char *text, size_t size)
{
	docker_flag_hint(call_by_name("container.create"), field, text, size);
}

static bool
warn_of_change(const struct report *report, const json_t *change,
    json_t *warnings, struct added *added)
{
	char flag[96];

	if (report_change_is_quiet(change))
		return true;
	if (!is_wish(change))
		return describe(change, added);
	hint(member(change, "field"), flag, sizeof(flag));
	return json_array_append_new(warnings,
		   json_sprintf("%s%s%s: %s (%s)", prefix(report),
		       member(change, "field"), flag, member(change, "why"),
		       member(change, "filter"))) == 0;
}

/* The refusal that was not one. */
static bool
warn_of_refusal(const struct report *report, json_t *warnings)
{
	const char *colon = report->field[0] == '\0' ? "" : ": ";
	char flag[96];

	if (!report->foreseen || report->verdict > VERDICT_DENY)
		return true;
	hint(report->field, flag, sizeof(flag));
	return json_array_append_new(warnings,
		   json_sprintf("%sthis would be refused: %s%s%s%s (%s)",
		       prefix(report), report->field, flag, colon,
		       report->reason.text,
		       report->filter == NULL ? "" : report->filter)) == 0;
}

json_t *
report_warnings(const struct report *report)
{
	json_auto_t *warnings = json_array();
	struct added added;
	size_t i;
	json_t *change;

	begin_added(&added, report);
	json_array_foreach(report->changes, i, change)
	{
		if (!warn_of_change(report, change, warnings, &added))
			return NULL;
	}
	if (added.len > added.heading &&
	    json_array_append_new(
		warnings, json_stringn(added.text, added.len)) != 0)
		return NULL;
	return warn_of_refusal(report, warnings) ? json_incref(warnings) : NULL;
}
