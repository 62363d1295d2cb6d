/* SPDX-License-Identifier: Apache-2.0 */
#include "core/network_name.h"

#include <string.h>

#include "core/fold.h"
#include "core/reference.h"

bool
network_name_exact_only(const char *name)
{
	return reference_may_be_id(name) || fold_equal(name, "host") ||
	    strcmp(name, "container") == 0 || strcmp(name, "ingress") == 0 ||
	    strcmp(name, "docker_gwbridge") == 0;
}

bool
network_patterns_valid(const struct pattern_set *networks, struct errmsg *err)
{
	return !pattern_set_has(networks, "host") ||
	    errmsg_set(err,
		"networks: no pattern means the host's network; want "
		"\"host: true\"");
}

/* "" and "default" are the bridge network that is always there. */
static bool
is_default(const char *name)
{
	return *name == '\0' || strcmp(name, "default") == 0 ||
	    strcmp(name, "bridge") == 0;
}

static enum network_answer
replaced(const struct network_rules *rules, enum network_answer answer)
{
	return *rules->fallback == '\0' ? NETWORK_REFUSED : answer;
}

enum network_answer
network_name_judge(
    const struct network_rules *rules, const char *name, struct errmsg *why)
{
	if (strcmp(name, "host") == 0) {
		(void)errmsg_set(why, "the network of the host is not allowed");
		return rules->host ? NETWORK_ALLOWED
				   : replaced(rules, NETWORK_REPLACED);
	}
	if (is_default(name)) {
		(void)errmsg_set(
		    why, "the default network is not allowed; name one");
		return pattern_set_match(rules->networks, "default") ||
			pattern_set_match(rules->networks, "bridge")
		    ? NETWORK_ALLOWED
		    : replaced(rules, NETWORK_DEFAULTED);
	}
	if (strncmp(name, "container:", 10) == 0) {
		/* Not its name, which the caller may know by the id alone. */
		(void)errmsg_set(why,
		    "joining the network of that container is not allowed");
		return reference_container_allowed(rules->containers, name + 10)
		    ? NETWORK_ALLOWED
		    : NETWORK_REFUSED;
	}
	(void)errmsg_set(why, "the network \"%s\" is not allowed", name);
	if (reference_may_be_id(name))
		(void)errmsg_set(why,
		    "\"%s\" may be the id of any network; use a name", name);
	if (!reference_valid(name))
		return NETWORK_REFUSED;
	return (network_name_exact_only(name)
		       ? pattern_set_has(rules->networks, name)
		       : pattern_set_match(rules->networks, name))
	    ? NETWORK_ALLOWED
	    : NETWORK_REFUSED;
}
