/* SPDX-License-Identifier: Apache-2.0 */
#include "policy.h"

#include <string.h>

#include "config/tiers.h"

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
