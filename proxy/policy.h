/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy -- by what a call is judged that nobody sends: a configuration, one of
 * its tiers, or a tier of ours.
 */
#ifndef POLICY_H
#define POLICY_H

#include "config/config.h"

/* The team of whoever has no identity, as `run --tier` has it. */
#define POLICY_TEAM "anyone"

struct policy {
	struct config *config; /* or NULL */
	const struct tier *tier; /* for whoever calls; NULL: identities say */
	struct tier *made; /* of ours: what tier is then */
	char *file; /* of the config, or NULL */
	struct yaml places; /* where what is in it stands */
};

/* How a caller is judged. */
struct standing {
	const struct tier *tier;
	const char *team;
	const json_t *rule; /* of identities, that matched; or NULL */
	size_t rule_at;
};

/*
 * file, or NULL; tier: the name of a tier of it or of ours, or NULL.  Not both
 * NULL.  False with problems; *unreadable: the file could not be opened.
 */
MUST_CHECK bool policy_load(struct policy *policy, const char *file,
    const char *tier, struct problems *problems, bool *unreadable);
void policy_done(struct policy *policy);

/* Who has that identity?  team (or NULL) is for a policy that is one tier.
 * False if no rule matches: nobody, who has no access. */
MUST_CHECK bool policy_stand(const struct policy *policy,
    const json_t *identity, const char *team, struct standing *standing);

/* Put into facts what the configuration says of the caller's listener, unless
 * they say it already.  False if out of memory. */
MUST_CHECK bool policy_facts(
    const struct policy *policy, const json_t *identity, json_t *facts);

/* Where what is at that dotted path of the configuration stands:
 * "sockwarden.yaml:12:5". */
void policy_where(
    const struct policy *policy, const char *path, char *text, size_t size);

/* The same of what is at a path below a tier of the policy, which may come from
 * elsewhere: "sockwarden.yaml:12:5", "preset ci, line 81", "default". */
void policy_origin(const struct policy *policy, const struct tier *tier,
    const char *path, char *text, size_t size);

#endif
