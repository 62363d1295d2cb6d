/* SPDX-License-Identifier: Apache-2.0 */
/*
 * twistlock -- the policy of Twistlock's authorization plugin: a JSON object a
 * line with name, users, actions and readonly.
 *
 * The first policy that names a user decides about it.  An action is a regular
 * expression that is looked for anywhere in the plugin's name of a call; the
 * empty one fits every call, those without a name included.
 */
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "import/pattern.h"
#include "import/twistlock_actions.h"
#include "json_read.h"
#include "setting.h"

/* Of a policy: its actions, of which some are no regular expressions. */
struct policy {
	json_t *actions;
	struct pattern **patterns;
	bool readonly;
};

static enum old_answer
allows(const void *arg, const struct call *call, struct errmsg *cause)
{
	const struct policy *policy = arg;
	const char *name = twistlock_action(call);

	/* The plugin lets HEAD through no more than POST. */
	if (policy->readonly && call->method != METHOD_GET)
		return OLD_NO;
	for (size_t i = 0; i < json_array_size(policy->actions); i++) {
		if (policy->patterns[i] == NULL ||
		    !pattern_matches(policy->patterns[i], name))
			continue;
		(void)errmsg_set(cause, "action \"%s\"",
		    json_string_value(json_array_get(policy->actions, i)));
		return OLD_YES;
	}
	return OLD_NO;
}

/* --- reading --------------------------------------------------------------- */

struct reading {
	struct import *import;
	struct problems *problems;
	json_t *known; /* {"user": "tier"} */
	json_t *names; /* {"tier": null} */
	int line;
};

/* False, having said what is wrong with the line; without a text, that there is
 * no memory. */
static bool
complain(struct reading *reading, const char *text)
{
	problems_add_at(reading->problems,
	    (struct place){NULL, reading->line, 1}, "",
	    text == NULL ? "out of memory" : text);
	return false;
}

static bool
is_strings(const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (!json_is_string(item))
			return false;
	}
	return json_is_array(list);
}

static bool
has_shape(struct reading *reading, json_t *policy)
{
	static const char *const members[] = {
	    "actions", "name", "readonly", "users", NULL};
	struct errmsg err;
	const char *key;
	json_t *value;

	json_object_foreach(policy, key, value)
	{
		size_t i = 0;

		while (members[i] != NULL && strcmp(members[i], key) != 0)
			i++;
		if (members[i] == NULL) {
			(void)errmsg_set(&err, "unknown member \"%s\"", key);
			nearest_hint(key, members, err.text + strlen(err.text),
			    sizeof(err.text) - strlen(err.text));
			return complain(reading, err.text);
		}
	}
	value = json_object_get(policy, "readonly");
	if (!json_is_string(json_object_get(policy, "name")) ||
	    !is_strings(json_object_get(policy, "users")) ||
	    !is_strings(json_object_get(policy, "actions")) ||
	    (value != NULL && !json_is_boolean(value)))
		return complain(reading,
		    "want {\"name\": TEXT, \"users\": [TEXT], \"actions\": "
		    "[TEXT], \"readonly\": true or false}");
	return true;
}

/* A name for the tier, of small letters, that no other has. */
static bool
name_tier(struct reading *reading, const char *name, char tier[64])
{
	size_t len = 0;

	for (; *name != '\0' && len < 48; name++) {
		bool plain = (*name >= 'a' && *name <= 'z') ||
		    (*name >= '0' && *name <= '9') || *name == '_' ||
		    *name == '-';
		bool upper = *name >= 'A' && *name <= 'Z';

		tier[len++] = plain ? *name
		    : upper         ? (char)(*name - 'A' + 'a')
				    : '-';
	}
	(void)snprintf(tier + len, 64 - len, "%s", len == 0 ? "policy" : "");
	len = strlen(tier);
	for (int i = 2; json_object_get(reading->names, tier) != NULL; i++)
		(void)snprintf(tier + len, 64 - len, "-%d", i);
	return json_object_set_new(reading->names, tier, json_null()) == 0;
}

/* Who gets the tier. */
static bool
add_user(struct reading *reading, const char *user, const char *tier)
{
	const json_t *before = json_object_get(reading->known, user);
	json_t *match;

	if (before != NULL)
		return import_note(reading->import,
		    "user \"%s\" has tier %s; the plugin, too, looks only at "
		    "the first policy with a user, so %s is not for it",
		    user, json_string_value(before), tier);
	if (json_object_set_new(reading->known, user, json_string(tier)) != 0)
		return false;
	if (strpbrk(user, "*?[\\") != NULL)
		return import_note(reading->import,
		    "user \"%s\" is left out: names here are patterns, and it "
		    "would be one for others, too",
		    user);
	if (*user == '\0') {
		reading->import->local = true;
		return import_identity(reading->import,
		    json_pack("{s:s}", "listener", "callers"), "local", tier);
	}
	reading->import->tls = true;
	match = json_pack("{s:s, s:s}", "listener", "remote", "CN", user);
	return import_identity(reading->import, match, user, tier);
}

static bool
compile(struct reading *reading, struct policy *policy, const char *tier)
{
	struct errmsg err;
	const char *text;

	for (size_t i = 0; i < json_array_size(policy->actions); i++) {
		text = json_string_value(json_array_get(policy->actions, i));
		policy->patterns[i] = pattern_new(text, &err);
		if (policy->patterns[i] == NULL &&
		    !import_note(reading->import,
			"%s: action \"%s\" is left out, as by the plugin: %s",
			tier, text, err.text))
			return false;
	}
	return true;
}

static bool
add_tier(struct reading *reading, const json_t *object, const char *tier)
{
	struct policy policy = {.actions = json_object_get(object, "actions"),
	    .readonly = json_is_true(json_object_get(object, "readonly"))};
	const char *name = json_string_value(json_object_get(object, "name"));
	size_t n = json_array_size(policy.actions);
	bool done;

	policy.patterns = calloc(n + 1, sizeof(*policy.patterns));
	done = policy.patterns != NULL && compile(reading, &policy, tier) &&
	    import_tier(reading->import, tier, name, allows, &policy);
	for (size_t i = 0; policy.patterns != NULL && i < n; i++)
		pattern_free(policy.patterns[i]);
	free(policy.patterns);
	return done;
}

static bool
read_policy(struct reading *reading, const char *text, size_t len)
{
	struct errmsg err;
	json_auto_t *object = json_read(text, len, &json_limits_default, &err);
	json_t *users, *user;
	char tier[64];
	size_t i;

	if (!json_is_object(object)) {
		(void)errmsg_set(&err,
		    "want one JSON object in the line, not \"%.*s\"",
		    (int)(len < 80 ? len : 80), text);
		return complain(reading, err.text);
	}
	if (!has_shape(reading, object))
		return false;
	users = json_object_get(object, "users");
	if (!name_tier(reading,
		json_string_value(json_object_get(object, "name")), tier) ||
	    !add_tier(reading, object, tier))
		return complain(reading, NULL);
	json_array_foreach(users, i, user)
	{
		if (!add_user(reading, json_string_value(user), tier))
			return complain(reading, NULL);
	}
	return true;
}

static bool
read_lines(struct reading *reading, const char *text)
{
	bool sound = true;
	size_t len;

	for (reading->line = 1; *text != '\0'; reading->line++) {
		len = strcspn(text, "\n");
		if (strspn(text, " \t\r") < len &&
		    !read_policy(reading, text, len))
			sound = false;
		text += len + (text[len] == '\n');
	}
	return sound;
}

static bool
note_all(struct import *import)
{
	if (json_array_size(import->tiers) == 0 &&
	    !import_note(import, "there is no policy: nobody may do anything"))
		return false;
	if (import->tls &&
	    !import_note(import,
		"users are known by the CN of their certificate, as with "
		"dockerd --tlsverify: move its certificates to the paths of "
		"the listener, and the engine from TCP to its socket"))
		return false;
	if (import->local &&
	    !import_note(import,
		"user \"\" is whoever came by the engine's own socket, without "
		"a certificate"))
		return false;
	return import_note(import,
	    "system.events and container.export are allowed only by actions "
	    "that fit the empty name, because the plugin looked for them "
	    "under POST");
}

static bool
read_twistlock(const struct import_source *source, struct import *import,
    struct problems *problems)
{
	struct reading reading = {.import = import, .problems = problems};
	bool done;

	import->title = "the policy of Twistlock's authorization plugin";
	reading.known = json_object();
	reading.names = json_object();
	done = read_lines(&reading, source->text);
	/* Nobody came from anywhere: there must be a listener all the same. */
	import->local = import->local || !import->tls;
	if (done && !note_all(import))
		done = complain(&reading, NULL);
	json_decref(reading.known);
	json_decref(reading.names);
	return done;
}

const struct importer twistlock_importer = {
    .name = "twistlock-authz",
    .needs_file = true,
    .read = read_twistlock,
};
