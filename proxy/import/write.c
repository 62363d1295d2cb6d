/* SPDX-License-Identifier: Apache-2.0 */
/* write -- what was imported, as a configuration that explains itself. */
#include <stdlib.h>
#include <string.h>

#include "import/import.h"

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* A string that YAML reads as it stands; JSON is YAML. */
static void
put_string(const char *text, FILE *out)
{
	json_t *string = json_string(text);
	char *quoted = json_dumps(string, JSON_ENCODE_ANY);

	(void)fputs(quoted == NULL ? "\"\"" : quoted, out);
	free(quoted);
	json_decref(string);
}

/* Lines of comment of at most 78 columns; a word is never cut. */
static void
put_comment(const char *first, const char *rest, const char *text, FILE *out)
{
	size_t column = strlen(first), word;

	(void)fputs(first, out);
	while (*text != '\0') {
		word = strcspn(text, " ");
		if (column + 1 + word > 78 && column > strlen(rest)) {
			(void)fprintf(out, "\n%s", rest);
			column = strlen(rest);
		}
		(void)fprintf(out, " %.*s", (int)word, text);
		column += 1 + word;
		text += word;
		text += strspn(text, " ");
	}
	(void)fputs("\n", out);
}

static void
put_head(const struct import *import, const char *command, FILE *out)
{
	size_t i;
	json_t *note;

	(void)fprintf(out, "# What %s allowed; made by\n# `%s`.\n",
	    import->title, command);
	if (json_array_size(import->notes) > 0)
		(void)fputs(
		    "#\n# What is not as it was, or worth a look:\n", out);
	json_array_foreach(import->notes, i, note)
	    put_comment("# -", "#  ", json_string_value(note), out);
	(void)fputs("\n", out);
}

static void
put_listeners(const struct import *import, FILE *out)
{
	(void)fputs("upstream: ", out);
	put_string(import->upstream, out);
	(void)fputs("\nlisteners:\n", out);
	if (import->local)
		(void)fputs(
		    "  - name: callers\n"
		    "    address: unix:///run/sockwarden/docker.sock\n"
		    "    mode: \"0660\"   # whoever may write to it may "
		    "connect\n",
		    out);
	if (import->tls)
		(void)fputs("  - name: remote\n"
			    "    address: tcp://0.0.0.0:2376\n"
			    "    tls:\n"
			    "      certificate: /etc/sockwarden/server.pem\n"
			    "      key: /etc/sockwarden/server-key.pem\n"
			    "      client_ca: /etc/sockwarden/clients-ca.pem\n",
		    out);
}

static void
put_identities(const struct import *import, FILE *out)
{
	size_t i;
	json_t *rule;
	char *match;

	(void)fputs("identities:              # the first that matches\n", out);
	json_array_foreach(import->identities, i, rule)
	{
		match = json_dumps(json_object_get(rule, "match"), 0);
		(void)fprintf(
		    out, "  - match: %s\n", match == NULL ? "" : match);
		free(match);
		(void)fputs("    team: ", out);
		put_string(text_of(rule, "team"), out);
		(void)fprintf(out, "\n    tier: %s\n", text_of(rule, "tier"));
	}
}

/* --- tiers ---------------------------------------------------------------- */

static void
put_call(const struct call *call, FILE *out)
{
	(void)fprintf(out, "          - %-24s # ", call->name);
	if (call->danger != DANGER_SAFE_READ)
		(void)fprintf(out, "%s: ", danger_name(call->danger));
	(void)fprintf(out, "%s\n", call->why);
}

static void
put_calls(const json_t *allow, FILE *out)
{
	const char *cause = "";
	size_t i;
	json_t *item;

	if (json_array_size(allow) == 0)
		(void)fputs("          []\n", out);
	json_array_foreach(allow, i, item)
	{
		if (strcmp(cause, text_of(item, "cause")) != 0) {
			cause = text_of(item, "cause");
			put_comment("          #", "          #", cause, out);
		}
		put_call(call_by_name(text_of(item, "call")), out);
	}
}

static void
put_tiers(const struct import *import, FILE *out)
{
	size_t i;
	json_t *tier;

	(void)fputs("tiers:\n", out);
	json_array_foreach(import->tiers, i, tier)
	{
		(void)fprintf(
		    out, "  %s:\n    description: ", text_of(tier, "name"));
		put_string(text_of(tier, "description"), out);
		(void)fputs(
		    "\n"
		    "    # Calls, and nothing of what is in them, as before.  "
		    "With \"apply\" every\n"
		    "    # filter judges, too, by its defaults: `sockwarden "
		    "filters`.\n"
		    "    unlisted: \"off\"\n"
		    "    unknown_fields: drop\n"
		    "    filters:\n"
		    "      calls:\n"
		    "        allow:\n",
		    out);
		put_calls(json_object_get(tier, "allow"), out);
	}
}

void
import_write(const struct import *import, const char *command, FILE *out)
{
	put_head(import, command, out);
	put_listeners(import, out);
	put_identities(import, out);
	put_tiers(import, out);
	(void)fputs("audit: {path: /var/log/sockwarden/audit.jsonl}\n", out);
}
