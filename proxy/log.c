/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const log_level_words[] = {
    "error", "warning", "info", "debug", NULL};

static enum log_level most = LOG_LEVEL_INFO;

void
log_set_level(enum log_level level)
{
	most = level;
}

bool
log_is_on(enum log_level level)
{
	return level <= most;
}

/* Copy text so that it cannot forge a line or drive a terminal. */
static void
escape(const char *text, char *to, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text != '\0' && n + 6 < size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c < 0x7f) {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = digits[c >> 4];
		to[n++] = digits[c & 15];
	}
	to[n] = '\0';
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char text[1024], safe[1200], line[1300], when[32];
	time_t now;
	struct tm tm;
	va_list ap;
	int n;

	if (!log_is_on(level))
		return;
	now = time(NULL);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	escape(text, safe, sizeof(safe));
	(void)strftime(
	    when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	n = snprintf(line, sizeof(line), "%s %s: %s\n", when,
	    log_level_words[level], safe);
	/* Where the log itself cannot be written, there is nobody to tell. */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

bool
log_ration_take(
    struct log_ration *ration, long long second, unsigned *kept_back)
{
	if (second != ration->second) {
		ration->second = second;
		ration->said = 0;
	}
	if (ration->said == LOG_RATION) {
		ration->kept_back++;
		return false;
	}
	ration->said++;
	*kept_back = ration->kept_back;
	ration->kept_back = 0;
	return true;
}
