/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"
#include "config/tiers.h"
#include "identity.h"

#define FILE_MAX (4 * 1024 * 1024)

struct config {
	int refs;
	json_t *tree; /* what everything below borrows from */
	struct config_members members;
	struct address upstream;
	struct config_listener *listeners;
	size_t nlisteners;
	struct tier **tiers;
	size_t ntiers;
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

/* Make the tier of that name, unless it is made already. */
static void
add_tier(struct config *config, const char *name, struct problems *problems)
{
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
	tier = tier_new(name, tree, path, problems_add, problems);
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
		problems_add(problems, "tiers", "want a map");
		config->members.tiers = NULL;
		return;
	}
	json_object_foreach(tiers, name, tree) add_tier(config, name, problems);
}

/* --- identities ----------------------------------------------------------- */

static const char *const rule_keys[] = {"match", "team", "tier", NULL};

static void
find_unknown_keys(json_t *rule, const char *path, struct problems *problems)
{
	char key_path[160], text[160];
	const char *key, *near;
	json_t *value;

	json_object_foreach(rule, key, value)
	{
		size_t i = 0;

		while (rule_keys[i] != NULL && strcmp(rule_keys[i], key) != 0)
			i++;
		if (rule_keys[i] != NULL)
			continue;
		near = nearest_name(key, rule_keys);
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		(void)snprintf(text, sizeof(text), "unknown key%s%s%s",
		    near == NULL ? "" : "; did you mean \"",
		    near == NULL ? "" : near, near == NULL ? "" : "\"?");
		problems_add(problems, key_path, text);
	}
}

static void
read_rule(struct config *config, json_t *rule, const char *path,
    struct problems *problems)
{
	const char *tier = json_string_value(json_object_get(rule, "tier"));
	char key[64], key_path[160];
	struct errmsg err;

	find_unknown_keys(rule, path, problems);
	if (!identity_check(
		json_object_get(rule, "match"), key, sizeof(key), &err)) {
		(void)snprintf(key_path, sizeof(key_path), "%s.match%s%s", path,
		    *key == '\0' ? "" : ".", key);
		problems_add(problems, key_path, err.text);
	}
	if (!json_is_string(json_object_get(rule, "team"))) {
		(void)snprintf(key_path, sizeof(key_path), "%s.team", path);
		problems_add(problems, key_path, "want a team's name");
	}
	(void)snprintf(key_path, sizeof(key_path), "%s.tier", path);
	if (tier == NULL)
		problems_add(problems, key_path, "want a tier's name");
	else if (json_object_get(config->members.tiers, tier) == NULL)
		add_tier(config, tier, problems);
}

static void
read_identities(struct config *config, struct problems *problems)
{
	const json_t *rules = config->members.identities;
	char path[64];
	size_t i;
	json_t *rule;

	if (rules == NULL) {
		problems_warn(problems, "identities",
		    "there are none, so nobody has access");
		return;
	}
	if (!json_is_array(rules)) {
		problems_add(problems, "identities", "want a list");
		return;
	}
	json_array_foreach(rules, i, rule)
	{
		(void)snprintf(path, sizeof(path), "identities[%zu]", i);
		if (json_is_object(rule))
			read_rule(config, rule, path, problems);
		else
			problems_add(problems, path, "want a map");
	}
}

const struct tier *
config_identify(
    const struct config *config, const json_t *identity, const char **team)
{
	size_t i;
	json_t *rule;

	json_array_foreach(config->members.identities, i, rule)
	{
		if (!identity_matches(json_object_get(rule, "match"), identity))
			continue;
		*team = json_string_value(json_object_get(rule, "team"));
		return config_tier(
		    config, json_string_value(json_object_get(rule, "tier")));
	}
	*team = NULL;
	return NULL;
}

/* --- listeners ------------------------------------------------------------ */

static void
problem_at(struct problems *problems, const char *path, const char *key,
    const char *text)
{
	char key_path[160];

	(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
	problems_add(problems, key_path, text);
}

/* Is a file named, and can it be read? */
static bool
check_file(struct problems *problems, const char *path, const char *key,
    const char *file)
{
	char text[64];

	if (file == NULL) {
		(void)snprintf(
		    text, sizeof(text), "%s is missing", strchr(key, '.') + 1);
		problem_at(problems, path, "tls", text);
	} else if (access(file, R_OK) != 0) {
		problem_at(problems, path, key, strerror(errno));
	} else {
		return true;
	}
	return false;
}

/* Loads all of it as a listener will: a key of another certificate or a file
 * that is no CRL shows here and not at the first connection. */
static void
check_tls(
    const struct tls_settings *tls, const char *path, struct problems *problems)
{
	bool certificate = check_file(
	    problems, path, "tls.certificate", tls->certificate);
	bool key = check_file(problems, path, "tls.key", tls->key);
	bool ca = check_file(problems, path, "tls.client_ca", tls->client_ca);
	struct tls_context *context;
	struct errmsg err;

	if (!certificate || !key || !ca)
		return;
	context = tls_context_new(tls, &err);
	if (context == NULL)
		problem_at(problems, path, "tls", err.text);
	tls_context_unref(context);
}

static void
check_listener(const struct listener_members *members, bool has_tls,
    const char *path, struct problems *problems)
{
	struct address address;
	struct errmsg err;

	if (members->name == NULL)
		problem_at(problems, path, "name", "want a name");
	if (members->address == NULL) {
		problem_at(problems, path, "address", "want an address");
		return;
	}
	if (has_tls)
		check_tls(&members->tls, path, problems);
	if (strncmp(members->address, "systemd:", 8) == 0 ||
	    !address_parse(members->address, &address, &err))
		return;
	if (address_is_unix(&address)) {
		if (has_tls)
			problem_at(
			    problems, path, "tls", "a unix socket has no TLS");
		return;
	}
	if (!has_tls && !address_is_loopback(&address) &&
	    members->plain_tcp == NULL)
		problem_at(problems, path, "tls",
		    "TCP beyond loopback needs TLS (or plain_tcp, in so many "
		    "words)");
}

static void
read_listener(struct config *config, json_t *row, const char *path,
    struct problems *problems)
{
	struct config_listener *listener =
	    &config->listeners[config->nlisteners];
	struct listener_members members = {0};
	struct address address;
	struct errmsg err;

	listener->has_tls = json_object_get(row, "tls") != NULL;
	/* Its problems were told when the whole file was read. */
	if (!settings_read(listener_settings_rows, row, &members, path,
		problems_add, problems))
		return;
	check_listener(&members, listener->has_tls, path, problems);
	for (size_t i = 0; i < config->nlisteners; i++) {
		if (members.name != NULL &&
		    config->listeners[i].socket.name != NULL &&
		    strcmp(config->listeners[i].socket.name, members.name) == 0)
			problem_at(problems, path, "name",
			    "another listener has this name");
	}
	listener->socket = (struct listener_settings){
	    .name = members.name,
	    .address = members.address,
	    .owner = members.owner,
	    .group = members.group,
	    .mode = (mode_t)strtoul(members.mode, NULL, 8),
	};
	listener->plain_tcp = members.plain_tcp;
	listener->tls = members.tls;
	listener->host_path = members.host_path;
	if (listener->host_path == NULL && members.address != NULL &&
	    address_parse(members.address, &address, &err) &&
	    address_is_unix(&address))
		listener->host_path = members.address + strlen("unix://");
	config->nlisteners++;
}

static void
read_listeners(struct config *config, struct problems *problems)
{
	const json_t *rows = config->members.listeners;
	char path[64];
	size_t i;
	json_t *row;

	if (json_array_size(rows) == 0) {
		problems_add(problems, "listeners", "want at least one");
		return;
	}
	config->listeners = calloc(
	    json_array_size(rows), sizeof(*config->listeners));
	if (config->listeners == NULL) {
		problems_add(problems, "listeners", "out of memory");
		return;
	}
	json_array_foreach(rows, i, row)
	{
		(void)snprintf(path, sizeof(path), "listeners[%zu]", i);
		if (json_is_object(row))
			read_listener(config, row, path, problems);
	}
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
	config->tree = tree;
	if (settings_read(config_settings, tree, &config->members, "",
		problems_add, problems))
		read_listeners(config, problems);
	if (config->members.upstream != NULL &&
	    !address_parse(config->members.upstream, &config->upstream, &err))
		problems_add(problems, "upstream", err.text);
	read_tiers(config, problems);
	read_identities(config, problems);
	if (problems->errors == 0)
		return config;
	config_unref(config);
	return NULL;
}

/* The file as text, new; NULL with the problem. */
static char *
read_file(const char *path, size_t *len, struct problems *problems)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	struct place nowhere = {0, 0};

	if (file == NULL || text == NULL) {
		problems_add_at(problems, nowhere, "",
		    file == NULL ? strerror(errno) : "out of memory");
		goto fail;
	}
	*len = fread(text, 1, FILE_MAX + 1, file);
	if (ferror(file) != 0 || *len > FILE_MAX) {
		problems_add_at(problems, nowhere, "",
		    ferror(file) != 0 ? strerror(errno) : "longer than 4 MiB");
		goto fail;
	}
	(void)fclose(file);
	return text;

fail:
	if (file != NULL)
		(void)fclose(file);
	free(text);
	return NULL;
}

struct config *
config_load(const char *path, struct problems *problems, bool *unreadable)
{
	struct config *config = NULL;
	struct yaml yaml;
	struct place place;
	struct errmsg err;
	size_t len;
	char *text = read_file(path, &len, problems);

	*unreadable = text == NULL;
	if (text == NULL)
		return NULL;
	if (yaml_read(text, len, &yaml, &place, &err)) {
		problems->yaml = &yaml;
		config = config_from_tree(json_incref(yaml.tree), problems);
		problems->yaml = NULL;
		yaml_done(&yaml);
	} else {
		problems_add_at(problems, place, "", err.text);
	}
	free(text);
	return config;
}

struct tier *
config_preset_tier(const char *name, struct problems *problems)
{
	json_t *tree = tiers_resolve(NULL, name, problems);

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
config_identities(const struct config *config)
{
	return config->members.identities;
}
