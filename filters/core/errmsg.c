/* SPDX-License-Identifier: Apache-2.0 */
#include "errmsg.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

#undef errmsg_set
#undef errmsg_prefix
#undef errmsg_nomem

bool
errmsg_set(struct errmsg *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	utf8_tidy(err->text);
	return false;
}

bool
errmsg_prefix(struct errmsg *err, const char *fmt, ...)
{
	char rest[sizeof(err->text)];
	size_t len;
	va_list ap;

	memcpy(rest, err->text, sizeof(rest));
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	(void)snprintf(err->text + len, sizeof(err->text) - len, ": %s", rest);
	utf8_tidy(err->text);
	return false;
}

bool
errmsg_nomem(struct errmsg *err)
{
	static const char text[] = "out of memory";

	/* Said beforehand in many places, just in case. */
	memcpy(err->text, text, sizeof(text));
	return false;
}
