/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"
#include "config/includes.h"
#include "config/listeners.h"
#include "config/origin.h"
#include "config/rules.h"
#include "config/settings.h"
#include "config/tiers.h"
#include "identity.h"

/* Of configurations in this process. */
static unsigned long long last_serial;

struct config {
	unsigned long long serial;
	int refs;
	json_t *tree; /* what everything below borrows from */
	struct config_members members;
	struct address upstream;
	struct config_listener *listeners;
	size_t nlisteners;
	struct tier **tiers;
	size_t ntiers;
	struct identity_index *index; /* of members.identities */
};

/* --- tiers ---------------------------------------------------------------- */

const struct tier *
config_tier(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->ntiers; i++) {
		if (strcmp(tier_name(config->tiers[i]), name) == 0)
			return config->tiers[i];
	}
	return NULL;
}

const struct tier *
config_tier_at(const struct config *config, size_t i)
{
	return i < config->ntiers ? config->tiers[i] : NULL;
}

/* Where a tier's problems go: to the places where they stand in the file. */
struct tier_problems {
	struct problems *problems;
	const json_t *tiers, *merged;
	const char *name, *path;
};

static void
on_tier_problem(void *arg, const char *path, const char *text)
{
	struct tier_problems *own = arg;
	size_t len = strlen(own->path);
	char where[512];

	if (strncmp(path, own->path, len) == 0 && path[len] == '.' &&
	    origin_find(own->tiers, own->name, own->merged, path + len + 1,
		where, sizeof(where)))
		path = where;
	problems_add(own->problems, path, text);
}

/* Make the tier of that name, unless it is made already. */
static void
add_tier(struct config *config, const char *name, struct problems *problems)
{
	struct tier_problems own;
	struct tier **more;
	struct tier *tier;
	json_t *tree;
	char path[128];

	if (config_tier(config, name) != NULL)
		return;
	(void)snprintf(path, sizeof(path), "tiers.%.100s", name);
	tree = tiers_resolve(config->members.tiers, name, problems);
	if (tree == NULL)
		return;
	own = (struct tier_problems){
	    problems, config->members.tiers, tree, name, path};
	tier = tier_new(name, json_incref(tree), path, on_tier_problem, &own);
	json_decref(tree);
	if (tier == NULL)
		return;
	more = realloc(
	    config->tiers, (config->ntiers + 1) * sizeof(*config->tiers));
	if (more == NULL) {
		problems_add(problems, path, "out of memory");
		tier_free(tier);
		return;
	}
	config->tiers = more;
	config->tiers[config->ntiers++] = tier;
}

static void
read_tiers(struct config *config, struct problems *problems)
{
	json_t *tiers = json_object_get(config->tree, "tiers");
	const char *name;
	json_t *tree;

	if (tiers != NULL && !json_is_object(tiers)) {
		problems_add(problems, "tiers",
		    "want a map from names to tiers, such as {web: {extends: "
		    "ci}}");
		config->members.tiers = NULL;
		return;
	}
	json_object_foreach(tiers, name, tree) add_tier(config, name, problems);
}

/* A tier that does not enforce is meant for a while: say so each time. */
static void
warn_of_modes(const struct config *config, struct problems *problems)
{
	for (size_t i = 0; i < config->ntiers; i++) {
		const struct tier *tier = config->tiers[i];
		char path[128], text[256];
		const char *owner = json_string_value(json_object_get(
		    json_object_get(
			json_object_get(tier_conf(tier), "filters"), "owner"),
		    "action"));

		if (tier_mode(tier) == TIER_ENFORCE)
			continue;
		(void)snprintf(
		    path, sizeof(path), "tiers.%.100s.mode", tier_name(tier));
		(void)snprintf(text, sizeof(text),
		    "this tier guards nothing: with \"%s\" every call is made "
		    "as it was asked for%s",
		    tier_mode_name(tier_mode(tier)),
		    owner != NULL && strcmp(owner, "off") == 0
			? ", on what is other teams', too"
			: ", but for those on what is another team's");
		problems_warn(problems, path, text);
	}
}

/* --- identities ----------------------------------------------------------- */

/* Rules name tiers of ours that no tier of the file is about. */
static void
read_identities(struct config *config, struct problems *problems)
{
	size_t i;
	json_t *rule;

	rules_check(config->members.identities, config->members.tiers,
	    config->listeners, config->nlisteners, problems);
	json_array_foreach(config->members.identities, i, rule)
	{
		const char *tier = json_string_value(
		    json_object_get(rule, "tier"));

		if (tier != NULL && tiers_exist(config->members.tiers, tier) &&
		    json_object_get(config->members.tiers, tier) == NULL)
			add_tier(config, tier, problems);
	}
}

bool
config_find_rule(
    const struct config *config, const json_t *identity, size_t *rule)
{
	return identity_index_find(config->index, identity, rule);
}

unsigned long long
config_serial(const struct config *config)
{
	return config->serial;
}

const struct tier *
config_identify(
    const struct config *config, const json_t *identity, const char **team)
{
	const json_t *rule;
	size_t i;

	*team = NULL;
	if (!config_find_rule(config, identity, &i))
		return NULL;
	rule = json_array_get(config->members.identities, i);
	*team = json_string_value(json_object_get(rule, "team"));
	return config_tier(
	    config, json_string_value(json_object_get(rule, "tier")));
}

/* --- the record ------------------------------------------------------------- */

static void
check_audit(const struct config_audit *audit, struct problems *problems)
{
	if (audit->durability == AUDIT_FSYNC && audit->path != NULL &&
	    strcmp(audit->path, "-") == 0)
		problems_add(problems, "audit.durability",
		    "standard output is not a disk: fsync needs a path");
}

/* --- the host --------------------------------------------------------------- */

/* What may be there by the time that it is needed. */
static void
check_host(const struct config_members *members, struct problems *problems)
{
	const char *path = members->audit.path, *slash;
	char folder[512], text[600];
	struct stat st;

	listeners_check_user(members->user, "user", problems);
	slash = path == NULL ? NULL : strrchr(path, '/');
	if (slash == NULL || slash == path)
		return;
	(void)snprintf(
	    folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	if (stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
		return;
	(void)snprintf(text, sizeof(text), "there is no directory %s", folder);
	problems_warn(problems, "audit.path", text);
}

/* --- the whole ------------------------------------------------------------ */

struct config *
config_from_tree(json_t *tree, struct problems *problems)
{
	struct config *config = calloc(1, sizeof(*config));
	struct errmsg err;

	if (config == NULL) {
		problems_add(problems, "", "out of memory");
		json_decref(tree);
		return NULL;
	}
	config->refs = 1;
	config->serial = ++last_serial;
	config->tree = tree;
	/* What is wrong is told and left out; the rest is looked at. */
	(void)!settings_read(config_settings, tree, &config->members, "",
	    problems_add, problems);
	if (config->members.upstream != NULL &&
	    !address_parse(config->members.upstream, &config->upstream, &err))
		problems_add(problems, "upstream", err.text);
	config->listeners = listeners_read(
	    config->members.listeners, &config->nlisteners, problems);
	check_audit(&config->members.audit, problems);
	check_host(&config->members, problems);
	read_tiers(config, problems);
	warn_of_modes(config, problems);
	read_identities(config, problems);
	if (problems->errors == 0) {
		config->index = identity_index_new(config->members.identities);
		if (config->index != NULL)
			return config;
		problems_add(problems, "", "out of memory");
	}
	config_unref(config);
	return NULL;
}

struct config *
config_load(const char *path, struct problems *problems, bool *unreadable)
{
	struct config *config;
	struct yaml yaml;

	if (!file_read(path, &yaml, problems, unreadable))
		return NULL;
	problems->yaml = &yaml;
	includes_expand(&yaml, path, problems);
	config = config_from_tree(json_incref(yaml.tree), problems);
	problems->yaml = NULL;
	yaml_done(&yaml);
	return config;
}

struct tier *
config_preset_tier(const char *name, struct problems *problems)
{
	char names[256], text[300];
	json_t *tree;

	if (!tiers_exist(NULL, name)) {
		tiers_ours(names, sizeof(names));
		(void)snprintf(
		    text, sizeof(text), "no such tier; there are %s", names);
		problems_add(problems, "", text);
		return NULL;
	}
	tree = tiers_resolve(NULL, name, problems);
	return tree == NULL
	    ? NULL
	    : tier_new(name, tree, name, problems_add, problems);
}

struct config *
config_ref(struct config *config)
{
	config->refs++;
	return config;
}

void
config_unref(struct config *config)
{
	if (config == NULL || --config->refs > 0)
		return;
	for (size_t i = 0; i < config->ntiers; i++)
		tier_free(config->tiers[i]);
	free(config->tiers);
	free(config->listeners);
	identity_index_free(config->index);
	json_decref(config->tree);
	free(config);
}

/* --- questions ------------------------------------------------------------ */

const struct address *
config_upstream(const struct config *config)
{
	return &config->upstream;
}

const struct timeouts *
config_timeouts(const struct config *config)
{
	return &config->members.timeouts;
}

const struct config_limits *
config_limits(const struct config *config)
{
	return &config->members.limits;
}

const struct config_audit *
config_audit(const struct config *config)
{
	return &config->members.audit;
}

bool
config_audit_is_same(const struct config *a, const struct config *b)
{
	return strcmp(a->members.audit.path, b->members.audit.path) == 0 &&
	    a->members.audit.durability == b->members.audit.durability;
}

const char *
config_user(const struct config *config)
{
	return config->members.user;
}

int
config_log_level(const struct config *config)
{
	return config->members.log.level;
}

unsigned
config_workers(const struct config *config)
{
	return (unsigned)config->members.workers;
}

int
config_confine(const struct config *config)
{
	return config->members.confine;
}

const json_t *
config_tree(const struct config *config)
{
	return config->tree;
}

size_t
config_nlisteners(const struct config *config)
{
	return config->nlisteners;
}

const struct config_listener *
config_listener(const struct config *config, size_t i)
{
	return &config->listeners[i];
}

const json_t *
config_tiers(const struct config *config)
{
	return config->members.tiers;
}

const json_t *
config_identities(const struct config *config)
{
	return config->members.identities;
}
