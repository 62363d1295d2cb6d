/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/tell.h"

#include <stdlib.h>
#include <string.h>

#include "commands/diff.h"
#include "commands/lines.h"
#include "commands/style.h"

/* --- the caller ---------------------------------------------------------------- */

static void
tell_tier(const json_t *account, FILE *out)
{
	size_t i;
	json_t *name;

	if (lines_text(account, "tier") == NULL)
		return;
	lines_put_key("tier", out);
	(void)fputs(lines_text(account, "tier"), out);
	json_array_foreach(json_object_get(account, "extends"), i, name)(void)
	    fprintf(out, ", which extends %s", json_string_value(name));
	(void)fputc('\n', out);
	if (lines_text(account, "mode") != NULL)
		(void)fprintf(out,
		    "      its mode is \"%s\": what follows is only said, not "
		    "enforced\n",
		    lines_text(account, "mode"));
}

static void
tell_caller(const json_t *account, FILE *out)
{
	const json_t *rule = json_object_get(account, "rule");

	if (json_object_size(json_object_get(account, "caller")) > 0) {
		lines_put_key("caller", out);
		lines_put_json(json_object_get(account, "caller"), out);
		(void)fputc('\n', out);
	}
	if (json_is_object(rule)) {
		lines_put_key("rule", out);
		(void)fprintf(out, "%" JSON_INTEGER_FORMAT " (%s): ",
		    json_integer_value(json_object_get(rule, "number")),
		    lines_text(rule, "where"));
		lines_put_json(json_object_get(rule, "match"), out);
		(void)fputc('\n', out);
	}
	lines_put("team", lines_text(account, "team"), out);
	tell_tier(account, out);
}

/* --- filters --------------------------------------------------------------------- */

static void
tell_settings(const json_t *filter, FILE *out)
{
	size_t i;
	json_t *setting;

	json_array_foreach(json_object_get(filter, "settings"), i, setting)
	{
		if (strcmp(lines_text(setting, "where"), "default") == 0)
			continue;
		(void)fprintf(out, "    %s: ", lines_text(setting, "key"));
		lines_put_json(json_object_get(setting, "value"), out);
		(void)fprintf(out, "  # %s\n", lines_text(setting, "where"));
	}
}

/* Those that had something to say, with their settings unless they are the
 * defaults; the rest in a line. */
static void
tell_filters(const json_t *call, FILE *out)
{
	const json_t *filters = json_object_get(call, "filters");
	const char *comma = "";
	size_t i;
	json_t *filter;

	if (filters == NULL)
		return;
	lines_put_key("filters", out);
	(void)fputc('\n', out);
	json_array_foreach(filters, i, filter)
	{
		const char *word = lines_text(filter, "verdict");

		if (strcmp(word, "pass") == 0)
			continue;
		(void)fprintf(out, "  %s: %s%s%s\n", lines_text(filter, "name"),
		    style_begin(style_of_verdict(word), out), word,
		    style_end(out));
		tell_settings(filter, out);
	}
	json_array_foreach(filters, i, filter)
	{
		if (strcmp(lines_text(filter, "verdict"), "pass") != 0)
			continue;
		(void)fprintf(out, "%s%s", *comma == '\0' ? "  pass: " : comma,
		    lines_text(filter, "name"));
		comma = ", ";
	}
	if (*comma != '\0')
		(void)fputc('\n', out);
}

/* --- changes --------------------------------------------------------------------- */

static void
tell_changes(const json_t *call, FILE *out)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(call, "dropped"), i, item)
	{
		lines_put_key("dropped", out);
		(void)fprintf(out, "%s (no known API version has it)\n",
		    json_string_value(item));
	}
	json_array_foreach(json_object_get(call, "changes"), i, item)
	{
		const char *flag = lines_text(item, "flag");

		lines_put_key("changed", out);
		(void)fprintf(out, "%s%s%s%s: %s (filter %s)\n",
		    lines_text(item, "field"), flag == NULL ? "" : " (",
		    flag == NULL ? "" : flag, flag == NULL ? "" : ")",
		    lines_text(item, "why"), lines_text(item, "filter"));
	}
}

static void
tell_body(const json_t *call, FILE *out)
{
	const json_t *asked = json_object_get(call, "asked");
	const json_t *sent = json_object_get(call, "sent");
	char *before, *after;

	if (sent == NULL)
		return;
	before = asked == NULL ? strdup("") : json_dumps(asked, JSON_INDENT(2));
	after = json_dumps(sent, JSON_INDENT(2));
	lines_put_key("body", out);
	(void)fputc('\n', out);
	if (before == NULL || after == NULL || !diff_print(before, after, out))
		(void)fputs("sockwarden: out of memory\n", stderr);
	free(before);
	free(after);
}

static void
tell_reads(const json_t *call, FILE *out)
{
	const json_t *reads = json_object_get(call, "reads");
	const char *error = lines_text(reads, "error");
	size_t i;
	json_t *warning;

	if (reads == NULL)
		return;
	lines_put_key("the caller reads", out);
	(void)fputc('\n', out);
	if (error != NULL)
		(void)fprintf(out, "  Error response from daemon: %s\n", error);
	json_array_foreach(json_object_get(reads, "warnings"), i, warning)(void)
	    fprintf(out, "  WARNING: %s\n", json_string_value(warning));
}

/* --- calls ------------------------------------------------------------------------ */

static void
tell_call(const json_t *call, FILE *out)
{
	size_t i;
	json_t *fact;

	lines_put_verdict(call, out);
	lines_put("call", lines_text(call, "call"), out);
	lines_put("filter", lines_text(call, "filter"), out);
	lines_put("field", lines_text(call, "field"), out);
	lines_put("reason", lines_text(call, "reason"), out);
	json_array_foreach(json_object_get(call, "assumed"), i, fact)
	{
		lines_put_key("assumed", out);
		(void)fprintf(out,
		    "%s is absent; --fact says what it is otherwise\n",
		    json_string_value(fact));
	}
	tell_filters(call, out);
	tell_changes(call, out);
	lines_put("sent to the engine", lines_text(call, "sent_target"), out);
	if (json_is_true(json_object_get(call, "streams")))
		lines_put("the archive",
		    "is judged entry by entry while it streams", out);
	tell_body(call, out);
	tell_reads(call, out);
}

/* --- docker ------------------------------------------------------------------------ */

/* One line for what passed as it was; all of it for the rest. */
static void
tell_session_call(const json_t *call, FILE *out)
{
	const char *word = lines_text(call, "verdict");
	const char *method = lines_text(call, "method");

	(void)fprintf(out, "\n%s%s%s %s %s\n",
	    style_begin(style_of_verdict(word), out), word, style_end(out),
	    method == NULL ? "?" : method,
	    method == NULL ? "" : lines_text(call, "target"));
	if (strcmp(word, "pass") != 0)
		tell_call(call, out);
}

static void
tell_docker(const json_t *account, const json_t *docker, FILE *out)
{
	size_t i;
	json_t *item;

	lines_put_key("command", out);
	(void)fputs("docker", out);
	json_array_foreach(json_object_get(docker, "words"), i, item)(void)
	    fprintf(out, " %s", json_string_value(item));
	(void)fputc('\n', out);
	json_array_foreach(json_object_get(account, "calls"), i, item)
	    tell_session_call(item, out);
	(void)fputc('\n', out);
	lines_put_verdict(account, out);
	lines_put_key("docker says", out);
	(void)fprintf(out, "(exit status %" JSON_INTEGER_FORMAT ")\n%s",
	    json_integer_value(json_object_get(docker, "exit_status")),
	    lines_text(docker, "output"));
	if (json_is_true(json_object_get(docker, "timed_out")))
		lines_put("note",
		    "docker waited for something that never comes, and was "
		    "ended",
		    out);
}

void
tell_account(const json_t *account, FILE *out)
{
	const json_t *docker = json_object_get(account, "docker");
	size_t i;
	json_t *call;

	tell_caller(account, out);
	if (docker != NULL) {
		tell_docker(account, docker, out);
		return;
	}
	if (json_array_size(json_object_get(account, "calls")) == 0) {
		lines_put_verdict(account, out);
		lines_put("reason", lines_text(account, "reason"), out);
	}
	json_array_foreach(json_object_get(account, "calls"), i, call)
	    tell_call(call, out);
}
