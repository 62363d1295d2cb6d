/* SPDX-License-Identifier: Apache-2.0 */
/*
 * made_names -- the names that a call gives to an image: ?repo and ?tag of tag,
 * import and commit, every ?t of build.  (Those of a load are in its tar.)
 */
#ifndef MADE_NAMES_H
#define MADE_NAMES_H

#include "request.h"

/* The calls, for a filter's list. */
#define MADE_NAMES_CALLS                                                       \
	"image.tag", "image.import", "container.commit", "build"

struct made_name {
	const char *repo, *tag; /* tag: NULL where none is given */
	char field[16]; /* "?repo", "?t[1]" */
};

/* The i-th of them, from 0; false where there are no more.  One that is empty,
 * which makes no name, is left out where the call may do without. */
bool made_name_at(const struct request *req, size_t i, struct made_name *name);

#endif
