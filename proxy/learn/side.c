/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/side.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
is_file(const char *name)
{
	return strpbrk(name, "/.") != NULL || access(name, F_OK) == 0;
}

bool
side_open(
    struct side *side, const char *name, const char *only, const json_t *as)
{
	bool file = is_file(name), unreadable, opened;
	struct problems problems;

	*side = (struct side){
	    .name = name, .as = json_object_size(as) > 0 ? as : NULL};
	problems_init(&problems, file ? name : "sockwarden: diff");
	opened = policy_load(&side->policy, file ? name : NULL,
	    file ? only : name, &problems, &unreadable);
	if (!opened)
		problems_print(&problems, stderr);
	problems_done(&problems);
	return opened;
}

void
side_close(struct side *side)
{
	policy_done(&side->policy);
}

const struct tier *
side_tier(const struct side *side, const json_t *identity, const char **team)
{
	struct standing standing;

	if (!policy_stand(&side->policy, side->as != NULL ? side->as : identity,
		*team, &standing))
		return NULL;
	*team = standing.team;
	return standing.tier;
}

const struct tier *
side_tier_at(const struct side *side, size_t i)
{
	const char *team = NULL;

	if (side->policy.tier == NULL && side->as == NULL)
		return config_tier_at(side->policy.config, i);
	return i > 0 ? NULL : side_tier(side, NULL, &team);
}

const struct tier *
side_tier_by_name(const struct side *side, const char *name)
{
	const struct tier *tier;

	for (size_t i = 0; (tier = side_tier_at(side, i)) != NULL; i++) {
		if (strcmp(tier_name(tier), name) == 0)
			return tier;
	}
	return NULL;
}
