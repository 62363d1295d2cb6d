/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tier_state -- what the files of a tier share: tier.c (its members and its
 * life), tier_bind.c (its filters, with their settings) and tier_judge.c.
 */
#ifndef CORE_TIER_STATE_H
#define CORE_TIER_STATE_H

#include "tier.h"

/* How a filter judges a call. */
enum way {
	WAY_NOT_AT_ALL = 0,
	WAY_ITSELF,
	WAY_VIEW, /* what it makes (core/service_view.h) */
};

/* A filter with the settings that this tier gives it. */
struct bound {
	const struct filter *filter;
	enum action action;
	void *conf;
	unsigned char *ways; /* enum way, of each call of the table */
};

/* The members of a tier object itself. */
struct tier_members {
	const char *description;
	int unlisted;
	int unknown_fields;
	int mode;
};

enum unlisted {
	UNLISTED_APPLY = 0,
	UNLISTED_OFF,
};

struct tier {
	char *name;
	json_t *conf;
	struct tier_members members;
	struct bound *bound; /* in the order of filter_list */
	size_t nbound;
	/* For each call of the table, the filters that judge it: their places in
	 * bound, from 1 on, and 0 behind the last. */
	unsigned char *judges;
	/* NULL where it enforces: by what it judges all the same, and what it
	 * asks for the record. */
	struct tier *held, *asking;
};

static inline enum way
tier_way(const struct bound *bound, const struct call *call)
{
	return bound->action == ACTION_OFF
	    ? WAY_NOT_AT_ALL
	    : (enum way)bound->ways[call - call_table()];
}

static inline const unsigned char *
tier_judges(const struct tier *tier, const struct call *call)
{
	return tier->judges +
	    (size_t)(call - call_table()) * (tier->nbound + 1);
}

/* Make tier->bound of "filters", which gets what it leaves to defaults.  False
 * after the problems were told. */
MUST_CHECK bool tier_bind(struct tier *tier, json_t *filters, const char *path,
    setting_problem_fn *problem, void *arg);
void tier_unbind(struct tier *tier);

#endif
