/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log -- what the operator reads on stderr: one line an event.  Never the audit
 * record; see audit.h.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR = 0,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

extern const char *const log_level_words[]; /* in that order; ends with NULL */

void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);

/* Control and 8-bit bytes are escaped, long lines cut. */
void log_line(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Of lines that strangers can bring about at will, so many a second are said. */
#define LOG_RATION 10

/* Zero at first. */
struct log_ration {
	long long second;
	unsigned said, kept_back;
};

/* May one more be said, at this second of any clock?  *kept_back: how many were
 * not, since the last that was. */
bool log_ration_take(
    struct log_ration *ration, long long second, unsigned *kept_back);

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
/* Each call says several, which hardly anybody reads. */
#define log_debug(...)                                                         \
	(log_is_on(LOG_LEVEL_DEBUG) ? log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)   \
				    : (void)0)

#endif
