/* SPDX-License-Identifier: Apache-2.0 */
#include "config/rules.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/tiers.h"
#include "identity.h"

#define EARLIER_MAX 64

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

static bool
is_named(const struct config_listener *listener, const json_t *pattern)
{
	return json_is_string(pattern) && listener->socket.name != NULL &&
	    fnmatch(json_string_value(pattern), listener->socket.name, 0) == 0;
}

/* Is it one of those that the rule is about? */
static bool
is_meant(const struct config_listener *listener, const json_t *match)
{
	const json_t *wanted = json_object_get(match, "listener");
	size_t i;
	json_t *item;

	json_array_foreach(wanted, i, item)
	{
		if (is_named(listener, item))
			return true;
	}
	return wanted == NULL || is_named(listener, wanted);
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
	for (size_t i = 0; i < n && (i > 0 || hint[0] == '\0'); i++)
		(void)snprintf(hint + strlen(hint), sizeof(hint) - strlen(hint),
		    "%s%.40s", i == 0 ? "; there are " : ", ", names[i]);
	(void)snprintf(key_path, sizeof(key_path), "%s.listener", path);
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
	(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
	problems_warn(checking->problems, key_path, texts[source]);
}

/* Is each listener that the rule names there? */
static void
check_named(
    const struct checking *checking, const json_t *wanted, const char *path)
{
	size_t i;
	json_t *item;

	json_array_foreach(wanted, i, item) check_named(checking, item, path);
	if (!json_is_string(wanted) || checking->nlisteners == 0)
		return;
	for (i = 0; i < checking->nlisteners; i++) {
		if (is_named(&checking->listeners[i], wanted))
			return;
	}
	miss_listener(checking, json_string_value(wanted), path);
}

static void
check_listeners(
    const struct checking *checking, json_t *match, const char *path)
{
	size_t meant = 0;
	const char *key;
	json_t *value;

	check_named(checking, json_object_get(match, "listener"), path);
	for (size_t i = 0; i < checking->nlisteners; i++)
		meant += is_meant(&checking->listeners[i], match);
	if (meant == 0)
		return;
	json_object_foreach(match, key, value)
	    check_source(checking, match, key, path);
}

/* --- rules ---------------------------------------------------------------- */

/* A member of a match; of a list, each item where it stands. */
static void
check_member(const struct checking *checking, const char *key,
    const json_t *wanted, const char *path)
{
	char item_path[160];
	struct errmsg err;
	size_t i;
	json_t *item;

	if (json_array_size(wanted) == 0) {
		if (!identity_check_member(key, wanted, &err))
			problems_add(checking->problems, path, err.text);
		return;
	}
	json_array_foreach(wanted, i, item)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		if (!identity_check_member(key, item, &err))
			problems_add(checking->problems, item_path, err.text);
	}
}

/* One map of what must hold, at that path. */
static void
check_map(const struct checking *checking, json_t *match, const char *path)
{
	char key_path[160], where[64];
	struct errmsg err;
	const char *key;
	json_t *value;

	if (json_object_size(match) == 0) {
		if (!identity_check(match, where, sizeof(where), &err))
			problems_add(checking->problems, path, err.text);
		return;
	}
	json_object_foreach(match, key, value)
	{
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		check_member(checking, key, value, key_path);
	}
	check_listeners(checking, match, path);
}

static void
check_match(const struct checking *checking, json_t *match, const char *path)
{
	char item_path[96];
	size_t i;
	json_t *map;

	json_array_foreach(match, i, map)
	{
		(void)snprintf(
		    item_path, sizeof(item_path), "%s[%zu]", path, i);
		check_map(checking, map, item_path);
	}
	if (json_array_size(match) == 0)
		check_map(checking, match, path);
}

/* The first match wins: is there an earlier one that takes them all?  Such rules
 * stand near the top, and of 100,000 not each can be held against all. */
static void
check_earlier(const struct checking *checking, const json_t *rules, size_t n)
{
	json_t *own = json_object_get(json_array_get(rules, n), "match");
	char path[64];
	struct errmsg err;

	for (size_t i = 0; i < n && i < EARLIER_MAX; i++) {
		json_t *earlier = json_object_get(
		    json_array_get(rules, i), "match");

		if (!identity_covers(earlier, own))
			continue;
		(void)snprintf(path, sizeof(path), "identities[%zu].match", n);
		(void)errmsg_set(&err,
		    "never matches, because rule %zu of the list takes "
		    "everybody whom it is about; put this one before it",
		    i + 1);
		problems_warn(checking->problems, path, err.text);
		return;
	}
}

/* A listener that no rule is about lets people connect for nothing. */
static void
check_used(const struct checking *checking, const json_t *rules, size_t n)
{
	const struct config_listener *listener = &checking->listeners[n];
	char path[64];
	size_t i, k;
	json_t *rule, *map;

	json_array_foreach(rules, i, rule)
	{
		const json_t *match = json_object_get(rule, "match");

		if (!json_is_array(match) && is_meant(listener, match))
			return;
		json_array_foreach(match, k, map)
		{
			if (is_meant(listener, map))
				return;
		}
	}
	(void)snprintf(path, sizeof(path), "listeners[%zu].name", n);
	problems_warn(checking->problems, path,
	    "no identity is about this listener, so whoever connects is "
	    "refused");
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

	if (!json_is_array(rules))
		return;
	if (json_array_size(rules) == 0) {
		problems_warn(problems, "identities",
		    "there are none, so nobody has access");
		return;
	}
	json_array_foreach(rules, i, rule)
	{
		if (!json_is_object(rule))
			continue;
		(void)snprintf(path, sizeof(path), "identities[%zu].match", i);
		check_match(&checking, json_object_get(rule, "match"), path);
		(void)snprintf(path, sizeof(path), "identities[%zu]", i);
		check_tier(&checking,
		    json_string_value(json_object_get(rule, "tier")), path);
		check_earlier(&checking, rules, i);
	}
	for (i = 0; i < nlisteners; i++)
		check_used(&checking, rules, i);
}
