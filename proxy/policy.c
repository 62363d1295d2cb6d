/* SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "config/origin.h"
#include "config/presets.h"
#include "config/tiers.h"

/* Tiers that extend each other are fewer. */
#define DEPTH_MAX 16

static void
miss_tier(
    const struct policy *policy, const char *name, struct problems *problems)
{
	char text[400];

	tiers_missing(config_tiers(policy->config), name, text, sizeof(text));
	problems_add(problems, "", text);
}

static bool
choose_tier(struct policy *policy, const char *name, struct problems *problems)
{
	if (policy->config != NULL) {
		policy->tier = config_tier(policy->config, name);
		if (policy->tier != NULL)
			return true;
		if (!tiers_exist(NULL, name)) {
			miss_tier(policy, name, problems);
			return false;
		}
	}
	policy->tier = policy->made = config_preset_tier(name, problems);
	return policy->tier != NULL;
}

/* A configuration does not remember places, which only commands ask for. */
static void
read_places(struct policy *policy, const char *file)
{
	struct problems ignored;
	bool unreadable;

	problems_init(&ignored, file);
	policy->file = strdup(file);
	if (!file_read(file, &policy->places, &ignored, &unreadable))
		memset(&policy->places, 0, sizeof(policy->places));
	problems_done(&ignored);
}

bool
policy_load(struct policy *policy, const char *file, const char *tier,
    struct problems *problems, bool *unreadable)
{
	memset(policy, 0, sizeof(*policy));
	*unreadable = false;
	if (file != NULL) {
		policy->config = config_load(file, problems, unreadable);
		if (policy->config == NULL)
			return false;
		read_places(policy, file);
	}
	if (tier == NULL || choose_tier(policy, tier, problems))
		return true;
	policy_done(policy);
	return false;
}

void
policy_done(struct policy *policy)
{
	config_unref(policy->config);
	tier_free(policy->made);
	free(policy->file);
	yaml_done(&policy->places);
	memset(policy, 0, sizeof(*policy));
}

bool
policy_stand(const struct policy *policy, const json_t *identity,
    const char *team, struct standing *standing)
{
	memset(standing, 0, sizeof(*standing));
	if (policy->tier != NULL) {
		standing->tier = policy->tier;
		standing->team = team == NULL ? POLICY_TEAM : team;
		return true;
	}
	if (!config_find_rule(policy->config, identity, &standing->rule_at))
		return false;
	standing->rule = json_array_get(
	    config_identities(policy->config), standing->rule_at);
	standing->tier = config_identify(
	    policy->config, identity, &standing->team);
	return standing->tier != NULL;
}

bool
policy_facts(const struct policy *policy, const json_t *identity, json_t *facts)
{
	const char *name = json_string_value(
	    json_object_get(identity, "listener"));
	const struct config_listener *listener;

	if (name == NULL || policy->config == NULL ||
	    json_object_get(facts, "listener.socket") != NULL)
		return true;
	for (size_t i = 0; i < config_nlisteners(policy->config); i++) {
		listener = config_listener(policy->config, i);
		if (strcmp(listener->socket.name, name) == 0 &&
		    listener->host_path != NULL)
			return json_object_set_new(facts, "listener.socket",
				   json_string(listener->host_path)) == 0;
	}
	return true;
}

/* --- where it comes from ----------------------------------------------------- */

/* The one of ours that the tier is, or comes from; NULL if none. */
static const char *
preset_below(const json_t *tiers, const char *name)
{
	bool preset = false;

	for (int i = 0; i < DEPTH_MAX && name != NULL && !preset; i++) {
		if (json_object_get(tiers, name) == NULL)
			return name;
		name = tiers_parent(tiers, name, &preset);
	}
	return name;
}

/* The line of a preset's text on which path stands, or 0. */
static int
preset_line(const char *name, const char *path)
{
	const struct preset *preset = presets;
	struct yaml yaml;
	struct place place;
	struct errmsg err;
	int line = 0;

	while (preset->name != NULL && strcmp(preset->name, name) != 0)
		preset++;
	if (preset->name == NULL ||
	    !yaml_read(preset->yaml, strlen(preset->yaml), &yaml, &place, &err))
		return 0;
	if (json_object_get(yaml.places, path) != NULL)
		line = yaml_place(&yaml, path).line;
	yaml_done(&yaml);
	return line;
}

void
policy_where(
    const struct policy *policy, const char *path, char *text, size_t size)
{
	struct place place = yaml_place(&policy->places, path);

	(void)snprintf(text, size, "%.300s:%d:%d",
	    policy->file == NULL ? "" : policy->file, place.line, place.column);
}

void
policy_origin(const struct policy *policy, const struct tier *tier,
    const char *path, char *text, size_t size)
{
	const json_t *tiers = policy->config == NULL
	    ? NULL
	    : config_tiers(policy->config);
	const char *preset = preset_below(tiers, tier_name(tier));
	char where[512];
	int line;

	if (origin_find(tiers, tier_name(tier), tier_conf(tier), path, where,
		sizeof(where))) {
		policy_where(policy, where, text, size);
		return;
	}
	line = preset == NULL ? 0 : preset_line(preset, path);
	if (line > 0)
		(void)snprintf(
		    text, size, "preset %.60s, line %d", preset, line);
	else
		(void)snprintf(text, size, "default");
}
