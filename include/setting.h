/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setting -- one row per thing that can be configured: name, type, limits,
 * default and help.  Reading, checking, `sockwarden filters` and the manual all
 * come from the row, so that they cannot disagree.
 */
#ifndef SETTING_H
#define SETTING_H

#include <stddef.h>

#include "errmsg.h"
#include "json.h"

enum setting_type {
	SETTING_T_END = 0,
	SETTING_T_BOOL, /* bool */
	SETTING_T_INT, /* long long, min..max */
	SETTING_T_BYTES, /* long long; a number or "512m", "2g" (1024s) */
	SETTING_T_SECONDS, /* long long, milliseconds; a number of seconds or
	                      "500ms", "10s", "5m", "1h" */
	SETTING_T_STRING, /* const char *, borrowed; NULL when not set */
	SETTING_T_ENUM, /* int: index into words */
	SETTING_T_STRINGS, /* const json_t *: array of strings, borrowed; never
	                      NULL after reading */
	SETTING_T_PATTERNS, /* struct pattern_set *: a list of patterns as
	                       STRINGS, made here; settings_done() frees it */
	SETTING_T_MAP, /* const json_t *: object of strings, borrowed */
	SETTING_T_ROWS, /* const json_t *: array of objects, each checked by
	                      sub; absent members filled with defaults */
	SETTING_T_SECTION, /* a struct inside, read by sub; absent: left zero
	                      unless preset is "{}" */
	SETTING_T_ANY, /* const json_t *: whatever it is, borrowed; for its
	                      owner to check */
};

struct pattern_set;

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;
	long long min, max;
	const char *preset; /* default, as JSON text: "true", "[\"a\"]"; NULL:
	                       false, 0, not set, empty */
	const char *const *words; /* ENUM; ends with NULL */
	const struct setting *sub; /* ROWS */
	/* A check of its own for one string (STRING, STRINGS items), or NULL.
	 * Sets err to what was wanted and returns false if it does not do. */
	bool (*valid)(const char *value, struct errmsg *err);
	bool needed; /* STRING: that it is absent is a problem */
	const char *help; /* one sentence or two, for the manual */
};

/* The member must have the C type of the row: this does not compile else. */
#define SETTING_CHECKED(conf, member, ctype)                                   \
	(offsetof(conf, member) +                                              \
	    0 * sizeof(char[_Generic((((conf *)0)->member), ctype : 1)]))

#define SETTING_BOOL(conf, member, dflt, text)                                 \
	{                                                                      \
		.name = #member, .type = SETTING_T_BOOL,                       \
		.offset = SETTING_CHECKED(conf, member, bool), .preset = dflt, \
		.help = text                                                   \
	}
#define SETTING_INT(conf, member, lo, hi, dflt, text)                          \
	{                                                                      \
		.name = #member, .type = SETTING_T_INT,                        \
		.offset = SETTING_CHECKED(conf, member, long long), .min = lo, \
		.max = hi, .preset = dflt, .help = text                        \
	}
#define SETTING_BYTES(conf, member, lo, hi, dflt, text)                        \
	{                                                                      \
		.name = #member, .type = SETTING_T_BYTES,                      \
		.offset = SETTING_CHECKED(conf, member, long long), .min = lo, \
		.max = hi, .preset = dflt, .help = text                        \
	}
#define SETTING_SECONDS(conf, member, lo, hi, dflt, text)                      \
	{                                                                      \
		.name = #member, .type = SETTING_T_SECONDS,                    \
		.offset = SETTING_CHECKED(conf, member, long long), .min = lo, \
		.max = hi, .preset = dflt, .help = text                        \
	}
#define SETTING_STRING(conf, member, dflt, check, text)                        \
	{                                                                      \
		.name = #member, .type = SETTING_T_STRING,                     \
		.offset = SETTING_CHECKED(conf, member, const char *),         \
		.preset = dflt, .valid = check, .help = text                   \
	}
#define SETTING_NEEDED(conf, member, check, text)                              \
	{                                                                      \
		.name = #member, .type = SETTING_T_STRING,                     \
		.offset = SETTING_CHECKED(conf, member, const char *),         \
		.valid = check, .needed = true, .help = text                   \
	}
#define SETTING_ENUM(conf, member, list, dflt, text)                           \
	{                                                                      \
		.name = #member, .type = SETTING_T_ENUM,                       \
		.offset = SETTING_CHECKED(conf, member, int), .words = list,   \
		.preset = dflt, .help = text                                   \
	}
#define SETTING_STRINGS(conf, member, dflt, check, text)                       \
	{                                                                      \
		.name = #member, .type = SETTING_T_STRINGS,                    \
		.offset = SETTING_CHECKED(conf, member, const json_t *),       \
		.preset = dflt, .valid = check, .help = text                   \
	}
#define SETTING_PATTERNS(conf, member, dflt, check, text)                      \
	{                                                                      \
		.name = #member, .type = SETTING_T_PATTERNS,                   \
		.offset = SETTING_CHECKED(conf, member, struct pattern_set *), \
		.preset = dflt, .valid = check, .help = text                   \
	}
#define SETTING_MAP(conf, member, dflt, text)                                  \
	{                                                                      \
		.name = #member, .type = SETTING_T_MAP,                        \
		.offset = SETTING_CHECKED(conf, member, const json_t *),       \
		.preset = dflt, .help = text                                   \
	}
#define SETTING_ROWS(conf, member, rows, text)                                 \
	{                                                                      \
		.name = #member, .type = SETTING_T_ROWS,                       \
		.offset = SETTING_CHECKED(conf, member, const json_t *),       \
		.sub = rows, .help = text                                      \
	}
#define SETTING_SECTION(conf, member, rows, dflt, text)                        \
	{                                                                      \
		.name = #member, .type = SETTING_T_SECTION,                    \
		.offset = offsetof(conf, member), .sub = rows, .preset = dflt, \
		.help = text                                                   \
	}
#define SETTING_ANY(conf, member, text)                                        \
	{                                                                      \
		.name = #member, .type = SETTING_T_ANY,                        \
		.offset = SETTING_CHECKED(conf, member, const json_t *),       \
		.help = text                                                   \
	}
#define SETTING_END                                                            \
	{                                                                      \
		.type = SETTING_T_END                                          \
	}

/*
 * Called for each problem found: path is dotted below what was read
 * ("mounts.allow[2].source"), text says what was wanted.  Reading goes on, so
 * that a user sees every error at once.
 */
typedef void setting_problem_fn(void *arg, const char *path, const char *text);

/*
 * Read object (may be NULL: all defaults) by rows into conf, which is of
 * zeroes.  path is what problems are reported under.  Members that no row
 * names are problems, with the nearest known name.  What conf borrows lives in
 * object, which is changed: defaults are put into it where they are absent, so
 * it is also the complete, printable configuration.  False if there was any
 * problem.
 */
MUST_CHECK bool settings_read(const struct setting *rows, json_t *object,
    void *conf, const char *path, setting_problem_fn *problem, void *arg);

/* Free what settings_read() has made for conf. */
void settings_done(const struct setting *rows, void *conf);

/* The row's type and limits as words for messages and manuals: "bytes,
 * 4m to 1t"; the default stands in preset. */
void setting_describe(const struct setting *row, char *text, size_t size);

/* The nearest of the names (Damerau-Levenshtein <= 1/3 of its length, whatever
 * the case), or NULL.  names ends with NULL. */
const char *nearest_name(const char *wrong, const char *const *names);

/* The same as the end of a message: "; did you mean \"x\"?", or "". */
void nearest_hint(
    const char *wrong, const char *const *names, char *text, size_t size);

#endif
