/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefix_index -- which of many keys does a text begin with?  A hash table of
 * all keys, asked for each length that there is, so that it takes as long as
 * the text and not as the list.  Backwards: which does it end with?
 */
#ifndef PREFIX_INDEX_H
#define PREFIX_INDEX_H

#include <stdbool.h>
#include <stddef.h>

struct prefix_index;

/* Room for n keys.  NULL if out of memory. */
struct prefix_index *prefix_index_new(size_t n, bool backwards);
void prefix_index_free(struct prefix_index *index);

/* Add one of the n: the text's first len bytes, ASCII letters whatever their
 * case, mean this item.  Borrowed. */
void prefix_index_add(
    struct prefix_index *index, const char *text, size_t len, size_t item);

/* Ask look for every item that is found, until it says true, which is the
 * answer; shorter keys first, and items of one key as they were added. */
typedef bool prefix_index_fn(void *arg, size_t item);
bool prefix_index_find(const struct prefix_index *index, const char *text,
    prefix_index_fn *look, void *arg);

#endif
