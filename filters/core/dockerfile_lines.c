/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dockerfile_lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"

enum directive {
	SEEN_ESCAPE = 1,
	SEEN_SYNTAX = 2,
	SEEN_CHECK = 4, /* unknown to older builders, where it ends them all */
};

/* A line of the file, without its end. */
struct piece {
	const char *at;
	size_t len;
};

/* --- bytes ---------------------------------------------------------------- */

/* Control characters are blanks, line ends or nothing, by builder. */
static bool
are_plain(const char *text, size_t len, struct errmsg *why)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n')
			continue;
		if (c != '\r' || i + 1 >= len || text[i + 1] != '\n')
			return errmsg_set(
			    why, "the Dockerfile has control characters in it");
	}
	return true;
}

bool
dockerfile_lines_init(struct dockerfile_lines *lines, const char *text,
    size_t len, struct errmsg *why)
{
	memset(lines, 0, sizeof(*lines));
	lines->escape = '\\';
	lines->in_directives = true;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	lines->at = text;
	lines->end = text + len;
	lines->line = malloc(len + 1);
	if (lines->line == NULL)
		return errmsg_nomem(why);
	/* Tools that run it as a script look for directives below. */
	if (len >= 2 && memcmp(text, "#!", 2) == 0)
		return errmsg_set(why, "line 1: \"#!\" is not allowed");
	return are_plain(text, len, why);
}

void
dockerfile_lines_done(struct dockerfile_lines *lines)
{
	free(lines->line);
	lines->line = NULL;
}

static bool
next_piece(struct dockerfile_lines *lines, struct piece *piece)
{
	const char *end;

	if (lines->at == lines->end)
		return false;
	end = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
	piece->at = lines->at;
	piece->len = (size_t)((end == NULL ? lines->end : end) - lines->at);
	lines->at = end == NULL ? lines->end : end + 1;
	lines->number++;
	if (piece->len > 0 && piece->at[piece->len - 1] == '\r')
		piece->len--;
	return true;
}

static struct piece
without_indent(struct piece piece)
{
	while (piece.len > 0 && strchr(BLANKS, *piece.at) != NULL) {
		piece.at++;
		piece.len--;
	}
	return piece;
}

/* --- directives ----------------------------------------------------------- */

static struct piece
trimmed(struct piece piece)
{
	piece = without_indent(piece);
	while (piece.len > 0 && strchr(BLANKS, piece.at[piece.len - 1]) != NULL)
		piece.len--;
	return piece;
}

static unsigned
directive_of(struct piece name)
{
	static const struct {
		const char *name;
		unsigned bit;
	} known[] = {
	    {"escape", SEEN_ESCAPE},
	    {"syntax", SEEN_SYNTAX},
	    {"check", SEEN_CHECK},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strlen(known[i].name) == name.len &&
		    strncasecmp(known[i].name, name.at, name.len) == 0)
			return known[i].bit;
	}
	return 0;
}

static bool
take_escape(
    struct dockerfile_lines *lines, struct piece value, struct errmsg *why)
{
	if (value.len != 1 || (*value.at != '\\' && *value.at != '`'))
		return errmsg_set(why,
		    "line %zu: the escape character is a backslash or a "
		    "backtick",
		    lines->number);
	if ((lines->seen & SEEN_CHECK) != 0)
		return errmsg_set(why,
		    "line %zu: \"escape\" must stand before \"check\"",
		    lines->number);
	lines->escape = *value.at;
	return true;
}

/* A comment at the top: is it a directive?  The first line that is none ends
 * them. */
static bool
take_directive(
    struct dockerfile_lines *lines, struct piece comment, struct errmsg *why)
{
	const char *equals = memchr(comment.at, '=', comment.len);
	struct piece name, value;
	unsigned bit;

	lines->in_directives = false;
	if (equals == NULL)
		return true;
	name = trimmed(
	    (struct piece){comment.at, (size_t)(equals - comment.at)});
	value = trimmed((struct piece){
	    equals + 1, comment.len - (size_t)(equals + 1 - comment.at)});
	bit = directive_of(name);
	if (bit == 0 || value.len == 0)
		return true;
	if ((lines->seen & bit) != 0)
		return errmsg_set(
		    why, "line %zu: the same directive twice", lines->number);
	lines->in_directives = true;
	if (bit == SEEN_ESCAPE && !take_escape(lines, value, why))
		return false;
	lines->seen |= bit;
	if (bit != SEEN_SYNTAX)
		return true;
	if (value.len >= sizeof(lines->syntax))
		return errmsg_set(
		    why, "line %zu: \"syntax\" is too long", lines->number);
	memcpy(lines->syntax, value.at, value.len);
	lines->syntax[value.len] = '\0';
	return true;
}

/* --- instructions --------------------------------------------------------- */

/* Put the piece behind what the line has already.  *more: it goes on. */
static bool
append(struct dockerfile_lines *lines, size_t *len, struct piece piece,
    bool *more, struct errmsg *why)
{
	struct piece bare = piece;

	while (bare.len > 0 && strchr(BLANKS, bare.at[bare.len - 1]) != NULL)
		bare.len--;
	*more = bare.len > 0 && bare.at[bare.len - 1] == lines->escape;
	if (*more) {
		piece = bare;
		piece.len--;
		if (piece.len > 0 && piece.at[piece.len - 1] == lines->escape)
			return errmsg_set(why,
			    "line %zu ends in two escape characters, which "
			    "builders take in two ways",
			    lines->number);
	}
	memcpy(lines->line + *len, piece.at, piece.len);
	*len += piece.len;
	return true;
}

/* Blanks beyond ASCII make a comment of a line to some. */
static bool
begins_plainly(const struct dockerfile_lines *lines, struct piece piece,
    struct errmsg *why)
{
	return (unsigned char)*piece.at < 0x80 ||
	    errmsg_set(why,
		"line %zu begins with a character that is not ASCII",
		lines->number);
}

/* The first line of the next instruction, without its indent. */
static bool
find_first(struct dockerfile_lines *lines, struct piece *piece, bool *more,
    struct errmsg *why)
{
	bool indented, directive;

	for (;;) {
		*more = next_piece(lines, piece);
		if (!*more)
			return true;
		indented = piece->len > 0 && strchr(BLANKS, *piece->at) != NULL;
		*piece = without_indent(*piece);
		if (piece->len > 0 && *piece->at != '#') {
			lines->in_directives = false;
			return begins_plainly(lines, *piece, why);
		}
		if (piece->len == 0)
			lines->in_directives = false;
		else if (lines->in_directives &&
		    !take_directive(lines,
			(struct piece){piece->at + 1, piece->len - 1}, why))
			return false;
		/* Not all that look for directives skip blanks. */
		directive = piece->len > 0 && lines->in_directives;
		if (directive && indented)
			return errmsg_set(why,
			    "line %zu: a directive must not be indented",
			    lines->number);
	}
}

/* Lines that continue it: comments and empty ones in between are left out. */
static bool
join_rest(struct dockerfile_lines *lines, size_t *len, struct errmsg *why)
{
	struct piece piece, bare;
	bool more = true;

	while (more && next_piece(lines, &piece)) {
		bare = without_indent(piece);
		if (bare.len == 0 || *bare.at == '#')
			continue;
		if (!begins_plainly(lines, bare, why) ||
		    !append(lines, len, piece, &more, why))
			return false;
	}
	return true;
}

bool
dockerfile_lines_next(
    struct dockerfile_lines *lines, bool *more, struct errmsg *why)
{
	struct piece piece, whole;
	bool goes_on;
	size_t len = 0;

	if (!find_first(lines, &piece, more, why))
		return false;
	if (!*more)
		return true;
	lines->first = lines->number;
	if (!append(lines, &len, piece, &goes_on, why) ||
	    (goes_on && !join_rest(lines, &len, why)))
		return false;
	whole = trimmed((struct piece){lines->line, len});
	memmove(lines->line, whole.at, whole.len);
	lines->line[whole.len] = '\0';
	return true;
}
