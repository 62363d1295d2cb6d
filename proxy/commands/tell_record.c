/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/tell.h"

#include "docker_flag.h"

#include "commands/lines.h"

static void
put_flag(const json_t *record, const char *field, FILE *out)
{
	const char *name = lines_text(record, "call");
	char flag[96] = "";

	if (name != NULL)
		docker_flag_hint(call_by_name(name), field, flag, sizeof(flag));
	(void)fprintf(out, "%s%s", field, flag);
}

static void
tell_record_changes(const json_t *record, FILE *out)
{
	size_t i;
	json_t *change;

	json_array_foreach(json_object_get(record, "changes"), i, change)
	{
		lines_put_key("changed", out);
		put_flag(record, lines_text(change, "field"), out);
		(void)fputs(": ", out);
		lines_put_json(json_object_get(change, "before"), out);
		(void)fputs(" became ", out);
		lines_put_json(json_object_get(change, "after"), out);
		(void)fprintf(out, ": %s (filter %s)\n",
		    lines_text(change, "why"), lines_text(change, "filter"));
	}
}

static void
tell_who(const json_t *record, FILE *out)
{
	lines_put("record", lines_text(record, "id"), out);
	lines_put("time", lines_text(record, "time"), out);
	lines_put_key("caller", out);
	lines_put_json(json_object_get(record, "identity"), out);
	(void)fputc('\n', out);
	lines_put("team", lines_text(record, "team"), out);
	lines_put("tier", lines_text(record, "tier"), out);
	lines_put_key("asked", out);
	(void)fprintf(out, "%s %s\n", lines_text(record, "method"),
	    lines_text(record, "target"));
	lines_put("call", lines_text(record, "call"), out);
	if (json_object_size(json_object_get(record, "touches")) > 0) {
		lines_put_key("touches", out);
		lines_put_json(json_object_get(record, "touches"), out);
		(void)fputc('\n', out);
	}
}

static void
tell_verdict(const json_t *record, FILE *out)
{
	lines_put_verdict(record, out);
	lines_put("filter", lines_text(record, "filter"), out);
	if (lines_text(record, "field") != NULL) {
		lines_put_key("field", out);
		put_flag(record, lines_text(record, "field"), out);
		(void)fputc('\n', out);
	}
	lines_put("reason", lines_text(record, "reason"), out);
	tell_record_changes(record, out);
}

static void
tell_response(const json_t *response, FILE *out)
{
	lines_put_key("what happened", out);
	if (!json_is_object(response)) {
		(void)fputs("no end is on record: it is still under way, or "
			    "the program ended first\n",
		    out);
		return;
	}
	(void)fprintf(out,
	    "status %" JSON_INTEGER_FORMAT ", %s, after %" JSON_INTEGER_FORMAT
	    " ms\n",
	    json_integer_value(json_object_get(response, "status")),
	    lines_text(response, "end"),
	    json_integer_value(json_object_get(response, "ms")));
}

static void
tell_remedy(const json_t *remedy, FILE *out)
{
	size_t i;
	json_t *setting;

	lines_put("to allow it", lines_text(remedy, "advice"), out);
	json_array_foreach(json_object_get(remedy, "settings"), i, setting)
	{
		(void)fprintf(out, "  %s.%s: ", lines_text(setting, "filter"),
		    lines_text(setting, "key"));
		if (json_object_get(setting, "value") != NULL) {
			lines_put_json(json_object_get(setting, "value"), out);
			(void)fprintf(
			    out, "  # %s", lines_text(setting, "where"));
		}
		(void)fprintf(out, "\n      %s\n", lines_text(setting, "help"));
	}
	if (lines_text(remedy, "advice") != NULL)
		(void)fputs("sockwarden.yaml(5) tells of every setting; "
			    "`sockwarden explain` tries one.\n",
		    out);
}

void
tell_record(const json_t *told, FILE *out)
{
	const json_t *request = json_object_get(told, "request");
	const json_t *would = json_object_get(request, "would");

	tell_who(request, out);
	tell_verdict(request, out);
	if (json_is_object(would)) {
		lines_put("not enforced", lines_text(request, "mode"), out);
		tell_verdict(would, out);
	}
	tell_response(json_object_get(told, "response"), out);
	tell_remedy(json_object_get(told, "remedy"), out);
}
