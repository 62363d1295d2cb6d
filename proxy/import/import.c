/* SPDX-License-Identifier: Apache-2.0 */
#include "import/import.h"

#include <stdarg.h>
#include <string.h>

bool
import_init(struct import *import)
{
	memset(import, 0, sizeof(*import));
	import->tiers = json_array();
	import->identities = json_array();
	import->notes = json_array();
	import->kept = json_array();
	import->upstream = "unix:///var/run/docker.sock";
	return import->tiers != NULL && import->identities != NULL &&
	    import->notes != NULL && import->kept != NULL;
}

void
import_done(struct import *import)
{
	json_decref(import->tiers);
	json_decref(import->identities);
	json_decref(import->notes);
	json_decref(import->kept);
}

bool
import_note(struct import *import, const char *fmt, ...)
{
	va_list ap;
	json_t *note;

	va_start(ap, fmt);
	note = json_vsprintf(fmt, ap);
	va_end(ap);
	return json_array_append_new(import->notes, note) == 0;
}

bool
import_identity(
    struct import *import, json_t *match, const char *team, const char *tier)
{
	return json_array_append_new(import->identities,
		   json_pack("{s:o, s:s, s:s}", "match", match, "team", team,
		       "tier", tier)) == 0;
}

/* --- tiers ---------------------------------------------------------------- */

/* What the rows of one name say together. */
struct said {
	enum old_answer answer;
	struct errmsg cause;
	const struct call *yes, *no; /* a row of each answer */
};

/* HEAD is GET without the body, and a slash at the end another spelling. */
static bool
is_another_spelling(const struct call *call, const struct said *said)
{
	size_t len = strlen(call->path);

	return said->yes != NULL &&
	    (call->method == METHOD_HEAD ||
		(len > 1 && call->path[len - 1] == '/'));
}

static void
ask(const struct call *call, old_allows *allows, const void *old,
    struct said *said)
{
	struct errmsg cause = {""};
	enum old_answer answer;

	if (is_another_spelling(call, said))
		return;
	answer = allows(old, call, &cause);
	if (answer == OLD_NO)
		said->no = call;
	else
		said->yes = call;
	if (answer > said->answer) {
		said->answer = answer;
		said->cause = cause;
	}
}

static bool
note_partly(struct import *import, const char *tier, const struct said *said)
{
	if (said->no != NULL)
		return import_note(import,
		    "%s: %s: %s allows %s %s, but not %s %s, which is the same "
		    "call here: left out",
		    tier, said->yes->name, said->cause.text,
		    http_method_name(said->yes->method), said->yes->path,
		    http_method_name(said->no->method), said->no->path);
	return import_note(import,
	    "%s: %s: %s allows it for some names only, and a tier allows a "
	    "call for all: left out; whose things are whose says filter owner",
	    tier, said->yes->name, said->cause.text);
}

/* All rows of that name; true unless out of memory. */
static bool
judge_name(struct import *import, json_t *tier, const char *name,
    old_allows *allows, const void *old)
{
	struct said said = {OLD_NO, {""}, NULL, NULL};

	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		if (strcmp(call->name, name) == 0)
			ask(call, allows, old, &said);
	}
	if (said.answer == OLD_NO)
		return true;
	if (said.answer == OLD_PARTLY || said.no != NULL)
		return note_partly(import,
		    json_string_value(json_object_get(tier, "name")), &said);
	return json_array_append_new(json_object_get(tier, "allow"),
		   json_pack("{s:s, s:s}", "call", name, "cause",
		       said.cause.text)) == 0;
}

bool
import_tier(struct import *import, const char *name, const char *description,
    old_allows *allows, const void *old)
{
	json_t *tier = json_pack("{s:s, s:s, s:[]}", "name", name,
	    "description", description, "allow");

	if (json_array_append_new(import->tiers, tier) != 0)
		return false;
	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		if (call == call_by_name(call->name) &&
		    !judge_name(import, tier, call->name, allows, old))
			return false;
	}
	return true;
}
