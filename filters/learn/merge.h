/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge -- many values that are alike, as one that means all of them: never more
 * than a step up (a repository for its tags, a directory for what is in it), and
 * never to what a danger is said of.
 */
#ifndef LEARN_MERGE_H
#define LEARN_MERGE_H

#include "learn/lesson.h"

/* How many there must be. */
#define MERGE_TAGS 3
#define MERGE_REPOSITORIES 4
#define MERGE_PATHS 4
#define MERGE_PORTS 8

lesson_merge_fn merge_calls, merge_images, merge_mounts, merge_ports;

/*
 * The frame of merging: items (taken) by groups; of name() is the group of an
 * item, NULL: it stays by itself.  A group of so many different values is one
 * item with what value() makes of its name (NULL: out of memory).
 */
typedef json_t *merge_name_fn(const json_t *item);
typedef json_t *merge_value_fn(const char *name);
json_t *merge_groups(
    json_t *items, size_t many, merge_name_fn *name, merge_value_fn *value);

/* The items (borrowed) in a new list, each before the first that it comes before:
 * not all need to have an order. */
typedef bool merge_before_fn(const json_t *item, const json_t *other);
json_t *merge_ordered(const json_t *items, merge_before_fn *is_before);

#endif
