/* SPDX-License-Identifier: Apache-2.0 */
#include "core/prefix_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fnv.h"

#define KEY_MAX 255 /* longer ones are cut to that */

struct entry {
	const char *text;
	size_t len, item;
	uint64_t hash;
	struct entry *next; /* of the same slot, in the order of adding */
};

struct prefix_index {
	bool backwards;
	bool lengths[KEY_MAX + 1];
	size_t longest;
	size_t nentries, nslots; /* a power of two */
	struct entry *entries;
	struct entry **slots;
};

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* The i-th byte of a text of len bytes, from where the index looks. */
static unsigned char
byte_at(
    const struct prefix_index *index, const char *text, size_t len, size_t i)
{
	return fold(text[index->backwards ? len - 1 - i : i]);
}

struct prefix_index *
prefix_index_new(size_t n, bool backwards)
{
	struct prefix_index *index = calloc(1, sizeof(*index));

	if (index == NULL)
		return NULL;
	index->backwards = backwards;
	index->nslots = 1;
	while (index->nslots < 2 * n)
		index->nslots *= 2;
	index->entries = calloc(n + 1, sizeof(*index->entries));
	index->slots = calloc(index->nslots, sizeof(struct entry *));
	if (index->entries != NULL && index->slots != NULL)
		return index;
	prefix_index_free(index);
	return NULL;
}

void
prefix_index_free(struct prefix_index *index)
{
	if (index == NULL)
		return;
	free(index->entries);
	free(index->slots);
	free(index);
}

static struct entry **
slot_of(const struct prefix_index *index, uint64_t hash)
{
	return &index->slots[(hash >> 20 ^ hash) & (index->nslots - 1)];
}

void
prefix_index_add(
    struct prefix_index *index, const char *text, size_t len, size_t item)
{
	struct entry *entry = &index->entries[index->nentries++];
	struct entry **slot;
	size_t cut = len < KEY_MAX ? len : KEY_MAX;

	entry->text = index->backwards ? text + len - cut : text;
	entry->len = cut;
	entry->item = item;
	entry->hash = FNV_BASIS;
	for (size_t i = 0; i < cut; i++)
		entry->hash = fnv_more(
		    entry->hash, byte_at(index, entry->text, cut, i));
	index->lengths[cut] = true;
	if (cut > index->longest)
		index->longest = cut;
	slot = slot_of(index, entry->hash);
	while (*slot != NULL)
		slot = &(*slot)->next;
	*slot = entry;
}

static bool
is_key(const struct prefix_index *index, const struct entry *entry,
    const char *text, size_t len)
{
	for (size_t i = 0; i < entry->len; i++) {
		if (byte_at(index, entry->text, entry->len, i) !=
		    byte_at(index, text, len, i))
			return false;
	}
	return true;
}

bool
prefix_index_find(const struct prefix_index *index, const char *text,
    prefix_index_fn *look, void *arg)
{
	size_t len = strlen(text);
	uint64_t hash = FNV_BASIS;

	for (size_t n = 0; n <= len && n <= index->longest; n++) {
		const struct entry *entry = index->lengths[n]
		    ? *slot_of(index, hash)
		    : NULL;

		for (; entry != NULL; entry = entry->next) {
			if (entry->hash == hash && entry->len == n &&
			    is_key(index, entry, text, len) &&
			    look(arg, entry->item))
				return true;
		}
		if (n < len)
			hash = fnv_more(hash, byte_at(index, text, len, n));
	}
	return false;
}
