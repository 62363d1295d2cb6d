/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errmsg -- the one line that says why something did not work.
 *
 * It is the last argument of whatever can fail, holds its own storage (so that
 * saying "out of memory" needs none), and is made and returned in one line:
 *
 *	return errmsg_set(err, "want a list of strings");
 *
 * Texts are lower case, without a full stop, and hold no secrets.
 */
#ifndef ERRMSG_H
#define ERRMSG_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))

struct errmsg {
	char text[512]; /* cut, never overrun; always UTF-8, in one line */
};

/* Write the text.  Returns false, so that a failing function can return it. */
bool errmsg_set(struct errmsg *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "prefix: " before the text: where it was, on the way up.  Returns
 * false. */
bool errmsg_prefix(struct errmsg *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "out of memory", the same everywhere.  Returns false. */
bool errmsg_nomem(struct errmsg *err);

/* All three return false: said so that compilers know, and coverage counts no
 * branch that cannot be taken. */
#define errmsg_set(err, ...) (errmsg_set((err), __VA_ARGS__), false)
#define errmsg_prefix(err, ...) (errmsg_prefix((err), __VA_ARGS__), false)
#define errmsg_nomem(err) (errmsg_nomem(err), false)

#endif
