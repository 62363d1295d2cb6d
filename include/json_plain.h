/* SPDX-License-Identifier: Apache-2.0 */
/* json_plain -- what a string of JSON writes as it is, eight bytes at a time. */
#ifndef JSON_PLAIN_H
#define JSON_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_PLAIN_EACH(byte) (UINT64_MAX / 255 * (byte))

/* The high bit of a byte is set where it is zero, and maybe in bytes above. */
static inline uint64_t
json_plain_zero(uint64_t bytes)
{
	return (bytes - JSON_PLAIN_EACH(1)) & ~bytes;
}

/* Not zero if one of them is a control byte, a quote, a backslash, or no ASCII. */
static inline uint64_t
json_plain_other(uint64_t bytes)
{
	uint64_t control = (bytes - JSON_PLAIN_EACH(0x20)) & ~bytes;
	uint64_t quote = json_plain_zero(bytes ^ JSON_PLAIN_EACH('"'));
	uint64_t backslash = json_plain_zero(bytes ^ JSON_PLAIN_EACH('\\'));

	return (control | quote | backslash | bytes) & JSON_PLAIN_EACH(0x80);
}

/* How many bytes at the beginning are ASCII that JSON writes as it is: all of
 * them, or a few less than could be. */
static inline size_t
json_plain_len(const char *bytes, size_t len)
{
	size_t at = 0;
	uint64_t eight;

	for (; len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, bytes + at, sizeof(eight));
		if (json_plain_other(eight) != 0)
			break;
	}
	return at;
}

#endif
