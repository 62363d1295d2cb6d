/* SPDX-License-Identifier: Apache-2.0 */
#include "config/rules.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/tiers.h"
#include "identity.h"

/* What a rule is checked against. */
struct checking {
	const json_t *tiers;
	const struct config_listener *listeners;
	size_t nlisteners;
	struct problems *problems;
};

static void
check_tier(const struct checking *checking, const char *tier, const char *path)
{
	char key_path[96], text[400];

	if (tier == NULL || *tier == '\0' || tiers_exist(checking->tiers, tier))
		return;
	(void)snprintf(key_path, sizeof(key_path), "%s.tier", path);
	tiers_missing(checking->tiers, tier, text, sizeof(text));
	problems_add(checking->problems, key_path, text);
}

/* --- listeners ------------------------------------------------------------ */

/* Is it one of those that the rule is about? */
static bool
is_meant(const struct config_listener *listener, const json_t *match)
{
	const json_t *wanted = json_object_get(match, "listener");

	return wanted == NULL ||
	    (json_is_string(wanted) && listener->socket.name != NULL &&
		fnmatch(json_string_value(wanted), listener->socket.name, 0) ==
		    0);
}

/* Can its callers have that? */
static bool
has(const struct config_listener *listener, enum identity_source source)
{
	const char *address = listener->socket.address;
	bool tcp = address != NULL && strncmp(address, "tcp:", 4) == 0;
	bool unix_socket = address != NULL && strncmp(address, "unix:", 5) == 0;

	switch (source) {
	case IDENTITY_ANYONE:
		break;
	case IDENTITY_UNIX:
		return !tcp && !listener->has_tls;
	case IDENTITY_NETWORK:
		return !unix_socket;
	case IDENTITY_CERTIFICATE:
		return listener->has_tls;
	}
	return true;
}

/* A listener that is not there: the rule was to give somebody access. */
static void
miss_listener(
    const struct checking *checking, const char *wanted, const char *path)
{
	const char **names = calloc(checking->nlisteners + 1, sizeof(*names));
	char key_path[96], hint[160] = "";
	size_t n = 0;
	struct errmsg err;

	for (size_t i = 0; names != NULL && i < checking->nlisteners; i++) {
		if (checking->listeners[i].socket.name != NULL)
			names[n++] = checking->listeners[i].socket.name;
	}
	if (names != NULL)
		nearest_hint(wanted, names, hint, sizeof(hint));
	(void)snprintf(key_path, sizeof(key_path), "%s.match.listener", path);
	(void)errmsg_set(
	    &err, "there is no listener \"%.100s\"%s", wanted, hint);
	problems_add(checking->problems, key_path, err.text);
	free(names);
}

/* A key that no caller of the rule's listeners can have. */
static void
check_source(const struct checking *checking, const json_t *match,
    const char *key, const char *path)
{
	static const char *const texts[] = {
	    [IDENTITY_ANYONE] = "",
	    [IDENTITY_UNIX] = "callers on TCP have no user or process, so this "
			      "rule never matches",
	    [IDENTITY_NETWORK] = "callers on a unix socket have no address, so "
				 "this rule never matches",
	    [IDENTITY_CERTIFICATE] = "no listener of this rule asks for "
				     "certificates, so it never matches",
	};
	enum identity_source source = identity_source(key);
	char key_path[160];

	for (size_t i = 0; i < checking->nlisteners; i++) {
		if (is_meant(&checking->listeners[i], match) &&
		    has(&checking->listeners[i], source))
			return;
	}
	(void)snprintf(key_path, sizeof(key_path), "%s.match.%s", path, key);
	problems_warn(checking->problems, key_path, texts[source]);
}

static void
check_listeners(
    const struct checking *checking, json_t *match, const char *path)
{
	const char *wanted = json_string_value(
	    json_object_get(match, "listener"));
	size_t meant = 0;
	const char *key;
	json_t *value;

	for (size_t i = 0; i < checking->nlisteners; i++)
		meant += is_meant(&checking->listeners[i], match);
	if (meant == 0) {
		if (wanted != NULL && checking->nlisteners > 0)
			miss_listener(checking, wanted, path);
		return;
	}
	json_object_foreach(match, key, value)
	    check_source(checking, match, key, path);
}

/* --- rules ---------------------------------------------------------------- */

static void
check_match(const struct checking *checking, json_t *match, const char *path)
{
	char key_path[160], where[64];
	struct errmsg err;
	const char *key;
	json_t *value;

	(void)snprintf(key_path, sizeof(key_path), "%s.match", path);
	if (json_object_size(match) == 0) {
		if (!identity_check(match, where, sizeof(where), &err))
			problems_add(checking->problems, key_path, err.text);
		return;
	}
	json_object_foreach(match, key, value)
	{
		if (identity_check_member(key, value, &err))
			continue;
		(void)snprintf(
		    key_path, sizeof(key_path), "%s.match.%s", path, key);
		problems_add(checking->problems, key_path, err.text);
	}
	check_listeners(checking, match, path);
}

void
rules_check(const json_t *rules, const json_t *tiers,
    const struct config_listener *listeners, size_t nlisteners,
    struct problems *problems)
{
	struct checking checking = {tiers, listeners, nlisteners, problems};
	char path[64];
	size_t i;
	json_t *rule;

	if (json_is_array(rules) && json_array_size(rules) == 0)
		problems_warn(problems, "identities",
		    "there are none, so nobody has access");
	json_array_foreach(rules, i, rule)
	{
		if (!json_is_object(rule))
			continue;
		(void)snprintf(path, sizeof(path), "identities[%zu]", i);
		check_match(&checking, json_object_get(rule, "match"), path);
		check_tier(&checking,
		    json_string_value(json_object_get(rule, "tier")), path);
	}
}
