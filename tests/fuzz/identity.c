/* SPDX-License-Identifier: Apache-2.0 */
/* Who is meant: {"match": .., "identity": ..}.  What is not sound matches
 * nobody; a match without members, and nobody, never do. */
#include "identity.h"

#include <string.h>

#include "fuzz/fuzz.h"

/* What is found by the index fits. */
static bool
is_found(const json_t *match, const json_t *identity)
{
	json_auto_t *rules = json_pack("[{s:O}]", "match", match);
	struct identity_index *index = identity_index_new(rules);
	size_t rule;
	bool found;

	HOLDS(index != NULL);
	found = identity_index_find(index, identity, &rule);
	identity_index_free(index);
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *input = json_loadb((const char *)data, size, 0, NULL);
	json_t *match = json_object_get(input, "match");
	json_t *identity = json_object_get(input, "identity");
	json_auto_t *nobody = json_object();
	struct errmsg err = {""};
	char where[64] = "";
	bool matches;

	if (!json_is_object(match))
		return 0;
	HOLDS(!identity_matches(nobody, identity));
	HOLDS(!identity_matches(match, nobody));
	HOLDS(!identity_matches(match, NULL));
	if (!identity_check(match, where, sizeof(where), &err)) {
		HOLDS(err.text[0] != '\0');
		HOLDS(memchr(where, '\0', sizeof(where)) != NULL);
		return 0;
	}
	matches = identity_matches(match, identity);
	HOLDS(is_found(match, identity) == matches);
	/* One more condition that does not hold, and it does not match. */
	HOLDS(json_object_set_new(
		  match, "listener", json_string("\001nobody")) == 0);
	HOLDS(!matches || !identity_matches(match, identity));
	return 0;
}
