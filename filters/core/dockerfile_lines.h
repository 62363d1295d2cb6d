/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile_lines -- a Dockerfile as instructions, each in one line: directives
 * read, comments gone, continued lines joined.
 */
#ifndef DOCKERFILE_LINES_H
#define DOCKERFILE_LINES_H

#include <stddef.h>

#include "errmsg.h"

struct dockerfile_lines {
	const char *at, *end; /* what is still to be read */
	size_t number; /* of the line that was read last, from 1 */
	char escape;
	bool in_directives; /* still at the top */
	unsigned seen; /* directives that were there */
	char *line; /* the instruction at hand, and room for all text */
	size_t first; /* the number of its first line */
	char syntax[256]; /* what "# syntax=" names, or "" */
};

/* Begin.  False with the reason if there are bytes that builders take in several
 * ways.  text is kept until dockerfile_lines_done(), to be called in any case. */
MUST_CHECK bool dockerfile_lines_init(struct dockerfile_lines *lines,
    const char *text, size_t len, struct errmsg *why);
void dockerfile_lines_done(struct dockerfile_lines *lines);

/* Read the next instruction into line, trimmed; *more: there was one.  False with
 * the reason. */
MUST_CHECK bool dockerfile_lines_next(
    struct dockerfile_lines *lines, bool *more, struct errmsg *why);

#endif
