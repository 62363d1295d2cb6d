/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pattern_set.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/prefix_index.h"

#define WILDCARDS "*?["

struct pattern_set {
	json_t *list;
	struct prefix_index *begins, *ends; /* each pattern is in one of them */
};

/* Where a tag or digest begins, if this is an image: an "@", or a ":" without a
 * slash behind it.  To other texts these are characters like any other. */
static size_t
name_len(const char *pattern)
{
	const char *at = strchr(pattern, '@'), *slash, *colon;
	size_t len = at == NULL ? strlen(pattern) : (size_t)(at - pattern);

	slash = memrchr(pattern, '/', len);
	colon = memchr(slash == NULL ? pattern : slash, ':',
	    len - (slash == NULL ? 0 : (size_t)(slash - pattern)));
	return colon == NULL ? len : (size_t)(colon - pattern);
}

/* What every text ends with that the pattern matches.  A slash at its beginning
 * may belong to a "**" of nothing at all. */
static const char *
tail_of(const char *pattern)
{
	const char *tail = pattern + strlen(pattern);

	if (pattern[name_len(pattern)] != '\0' || strchr(pattern, '[') != NULL)
		return tail;
	while (strchr("*?", tail[-1]) == NULL)
		tail--;
	return tail + (*tail == '/');
}

static void
add(struct pattern_set *set, const char *pattern, size_t item)
{
	size_t len = strcspn(pattern, WILDCARDS), name = name_len(pattern);
	const char *tail;

	if (len > 0 || *pattern == '\0') {
		prefix_index_add(
		    set->begins, pattern, len < name ? len : name, item);
		return;
	}
	tail = tail_of(pattern);
	prefix_index_add(set->ends, tail, strlen(tail), item);
}

struct pattern_set *
pattern_set_new(const json_t *patterns)
{
	struct pattern_set *set = calloc(1, sizeof(*set));
	size_t n = json_array_size(patterns);

	if (set == NULL)
		return NULL;
	set->list = json_incref((json_t *)(uintptr_t)patterns);
	set->begins = prefix_index_new(n, false);
	set->ends = prefix_index_new(n, true);
	if (set->begins == NULL || set->ends == NULL) {
		pattern_set_free(set);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		add(set, json_string_value(json_array_get(patterns, i)), i);
	return set;
}

void
pattern_set_free(struct pattern_set *set)
{
	if (set == NULL)
		return;
	json_decref(set->list);
	prefix_index_free(set->begins);
	prefix_index_free(set->ends);
	free(set);
}

const json_t *
pattern_set_list(const struct pattern_set *set)
{
	return set == NULL ? NULL : set->list;
}

/* --- asking --------------------------------------------------------------- */

struct question {
	const json_t *list;
	pattern_set_fn *matches;
	const void *arg;
};

static bool
look(void *arg, size_t item)
{
	const struct question *question = arg;

	return question->matches(
	    json_string_value(json_array_get(question->list, item)),
	    question->arg);
}

bool
pattern_set_any(const struct pattern_set *set, const char *text,
    pattern_set_fn *matches, const void *arg)
{
	struct question question = {pattern_set_list(set), matches, arg};

	return set != NULL &&
	    (prefix_index_find(set->begins, text, look, &question) ||
		prefix_index_find(set->ends, text, look, &question));
}

static bool
matches_text(const char *pattern, const void *text)
{
	return fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

static bool
matches_caseless(const char *pattern, const void *text)
{
	return fnmatch(pattern, text, FNM_NOESCAPE | FNM_CASEFOLD) == 0;
}

static bool
is_text(const char *pattern, const void *text)
{
	return strcmp(pattern, text) == 0;
}

bool
pattern_set_match(const struct pattern_set *set, const char *text)
{
	return pattern_set_any(set, text, matches_text, text);
}

bool
pattern_set_match_caseless(const struct pattern_set *set, const char *text)
{
	return pattern_set_any(set, text, matches_caseless, text);
}

/* Every text begins, and ends, as it does itself. */
bool
pattern_set_has(const struct pattern_set *set, const char *text)
{
	return pattern_set_any(set, text, is_text, text);
}
