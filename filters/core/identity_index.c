/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule stands in the index under the values of one key of its match: of those
 * that stand for themselves alone, the key whose values the fewest rules ask for.
 * One without such a key is compared with everybody.  What is found is compared
 * whole, so two values with one hash do no harm.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/fnv.h"
#include "core/identity_member.h"

struct entry {
	uint64_t hash;
	size_t rule;
};

/* In the order of their hashes, and then of the rules. */
struct entries {
	struct entry *at;
	size_t n, size;
	bool failed; /* out of memory */
};

struct identity_index {
	const json_t *rules;
	struct entries values;
	struct entries others; /* that have no value: by hash 0 */
};

static uint64_t
hash_of(size_t member, const char *text)
{
	uint64_t hash = fnv_more(FNV_BASIS, (unsigned char)member);

	for (; *text != '\0'; text++)
		hash = fnv_more(hash, (unsigned char)*text);
	return hash;
}

/* --- entries -------------------------------------------------------------- */

static void
add(struct entries *entries, uint64_t hash, size_t rule)
{
	size_t size = entries->size == 0 ? 64 : 2 * entries->size;
	struct entry *more;

	if (entries->n == entries->size) {
		more = realloc(entries->at, size * sizeof(*more));
		if (more == NULL) {
			entries->failed = true;
			return;
		}
		entries->at = more;
		entries->size = size;
	}
	entries->at[entries->n++] = (struct entry){hash, rule};
}

static int
compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if (one->hash != other->hash)
		return one->hash < other->hash ? -1 : 1;
	return (one->rule > other->rule) - (one->rule < other->rule);
}

static void
sort(struct entries *entries)
{
	if (entries->n > 0)
		qsort(entries->at, entries->n, sizeof(*entries->at), compare);
}

/* The first entry with that hash, or a greater one. */
static size_t
find(const struct entries *entries, uint64_t hash)
{
	size_t low = 0, high = entries->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries->at[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many have that hash; UINT64_MAX is nobody's, or found with it. */
static size_t
count(const struct entries *entries, uint64_t hash)
{
	return find(entries, hash + 1) - find(entries, hash);
}

/* --- making --------------------------------------------------------------- */

/* One value or several, to entries.  False if one stands for more than itself:
 * then some are there that are not needed. */
static bool
add_values(
    struct entries *entries, size_t member, const json_t *wanted, size_t rule)
{
	char text[IDENTITY_SPELLING_LEN];
	size_t i;
	json_t *item;

	json_array_foreach(wanted, i, item)
	{
		if (!add_values(entries, member, item, rule))
			return false;
	}
	if (json_is_array(wanted))
		return true;
	if (!identity_spell(member, wanted, text))
		return false;
	add(entries, hash_of(member, text), rule);
	return true;
}

static void
add_all_values(struct entries *entries, json_t *map, size_t rule)
{
	const char *key;
	json_t *wanted;

	json_object_foreach(map, key, wanted)(void) !add_values(
	    entries, identity_member(key), wanted, rule);
}

/* How many rules ask for one of these values; SIZE_MAX if that cannot be said. */
static size_t
demand(const struct entries *all, size_t member, const json_t *wanted)
{
	struct entries own = {NULL, 0, 0, false};
	size_t n = 0;
	bool sound = add_values(&own, member, wanted, 0) && !own.failed;

	for (size_t i = 0; i < own.n; i++)
		n += count(all, own.at[i].hash);
	free(own.at);
	return sound ? n : SIZE_MAX;
}

static void
index_map(struct identity_index *index, const struct entries *all, json_t *map,
    size_t rule)
{
	size_t least = SIZE_MAX;
	const char *key, *best = NULL;
	json_t *wanted;

	json_object_foreach(map, key, wanted)
	{
		size_t n = demand(all, identity_member(key), wanted);

		if (n < least) {
			least = n;
			best = key;
		}
	}
	if (best == NULL)
		add(&index->others, 0, rule);
	else
		(void)!add_values(&index->values, identity_member(best),
		    json_object_get(map, best), rule);
}

/* Do it with each map of each rule. */
static void
each_map(struct identity_index *index, struct entries *all, bool indexing)
{
	size_t rule, i;
	json_t *item, *map;

	json_array_foreach(index->rules, rule, item)
	{
		json_t *match = json_object_get(item, "match");
		bool many = json_is_array(match);
		size_t n = many ? json_array_size(match) : 1;

		for (i = 0; i < n; i++) {
			map = many ? json_array_get(match, i) : match;
			if (indexing)
				index_map(index, all, map, rule);
			else
				add_all_values(all, map, rule);
		}
	}
}

struct identity_index *
identity_index_new(const json_t *rules)
{
	struct identity_index *index = calloc(1, sizeof(*index));
	struct entries all = {NULL, 0, 0, false};

	if (index == NULL)
		return NULL;
	index->rules = rules;
	each_map(index, &all, false);
	sort(&all);
	each_map(index, &all, true);
	sort(&index->values);
	sort(&index->others);
	free(all.at);
	if (!all.failed && !index->values.failed && !index->others.failed)
		return index;
	identity_index_free(index);
	return NULL;
}

void
identity_index_free(struct identity_index *index)
{
	if (index == NULL)
		return;
	free(index->values.at);
	free(index->others.at);
	free(index);
}

/* --- finding -------------------------------------------------------------- */

/* Of the rules with that hash, the first that fits, if it comes before *first. */
static void
look(const struct identity_index *index, const struct entries *entries,
    uint64_t hash, const json_t *identity, size_t *first)
{
	for (size_t i = find(entries, hash); i < entries->n &&
	     entries->at[i].hash == hash && entries->at[i].rule < *first;
	     i++) {
		size_t rule = entries->at[i].rule;

		if (identity_matches(
			json_object_get(
			    json_array_get(index->rules, rule), "match"),
			identity))
			*first = rule;
	}
}

static void
look_up(const struct identity_index *index, size_t member, const json_t *value,
    const json_t *identity, size_t *first)
{
	char text[IDENTITY_SPELLING_LEN];
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	    look_up(index, member, item, identity, first);
	if (identity_spell(member, value, text))
		look(index, &index->values, hash_of(member, text), identity,
		    first);
}

bool
identity_index_find(
    const struct identity_index *index, const json_t *identity, size_t *rule)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; identity_key(i).name != NULL; i++)
		look_up(
		    index, i, identity_value(i, identity), identity, &first);
	look(index, &index->others, 0, identity, &first);
	*rule = first;
	return first != SIZE_MAX;
}
