/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of HostConfig.Tmpfs: a target, and options with commas as tmpfs(5)
 * has them.
 *
 * The daemon mounts a tmpfs nosuid, nodev and noexec unless an option says
 * otherwise (moby, oci_linux.go); "suid" and "dev" are let through never.
 * nr_blocks would be a second size, and the later one counts.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mount.h"

#define SIZE_DIGITS 15
#define SIZE_BYTES_MAX 999999999999999LL

/* A value is made of digits, and of a unit where it is a size. */
static const struct {
	const char *name;
	bool has_value;
} options[] = {
    {"exec", false},
    {"gid", true},
    {"mode", true},
    {"nodev", false},
    {"noexec", false},
    {"nosuid", false},
    {"nr_inodes", true},
    {"ro", false},
    {"rw", false},
    {"size", true},
    {"uid", true},
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

static bool
value_valid(const char *text, size_t len)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits <= SIZE_DIGITS &&
	    (digits == len ||
		(digits + 1 == len && strchr("kKmMgG%", text[digits]) != NULL));
}

/* Which option is it?  NOPTIONS for what it must not be. */
static size_t
find_option(const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals == NULL ? len : (size_t)(equals - text);

	for (size_t i = 0; i < NOPTIONS; i++) {
		if (strlen(options[i].name) != name_len ||
		    memcmp(options[i].name, text, name_len) != 0)
			continue;
		if (!options[i].has_value)
			return equals == NULL ? i : NOPTIONS;
		return equals != NULL &&
			value_valid(equals + 1, len - name_len - 1)
		    ? i
		    : NOPTIONS;
	}
	return NOPTIONS;
}

/* Bytes of "64m"; MOUNT_TMPFS_ENDLESS for a share of the host's memory, which
 * we do not know. */
static long long
size_bytes(const char *text)
{
	char *unit;
	long long bytes = strtoll(text, &unit, 10);
	int shift = 0;

	switch (tolower((unsigned char)*unit)) {
	case '%':
		return MOUNT_TMPFS_ENDLESS;
	case 'k':
		shift = 10;
		break;
	case 'm':
		shift = 20;
		break;
	case 'g':
		shift = 30;
		break;
	default:
		break;
	}
	/* Zero is what tmpfs(5) has for no limit; and so is what would not be
	 * read again in bytes. */
	if (bytes == 0 || __builtin_mul_overflow(bytes, 1LL << shift, &bytes) ||
	    bytes > SIZE_BYTES_MAX)
		return MOUNT_TMPFS_ENDLESS;
	return bytes;
}

/* There is room: all of them together are no longer. */
static void
add_option(struct mount *mount, const char *text, size_t len)
{
	char *to = mount->tmpfs_options;
	size_t at = strlen(to);

	if (at > 0)
		to[at++] = ',';
	memcpy(to + at, text, len);
	to[at + len] = '\0';
}

static bool
take_option(struct mount *mount, const char *text, size_t len, bool *seen,
    struct errmsg *why)
{
	size_t i = find_option(text, len);

	if (i == NOPTIONS || seen[i])
		return errmsg_set(why,
		    "the tmpfs option \"%.*s\" is not allowed, or given twice",
		    len > 60 ? 60 : (int)len, text);
	seen[i] = true;
	if (strcmp(options[i].name, "size") == 0)
		mount->tmpfs_size = size_bytes(text + strlen("size="));
	else
		add_option(mount, text, len);
	return true;
}

static bool
take_options(struct mount *mount, const char *text, struct errmsg *why)
{
	bool seen[NOPTIONS] = {false};

	if (*text == '\0')
		return true;
	for (;;) {
		size_t len = strcspn(text, ",");

		if (!take_option(mount, text, len, seen, why))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

bool
mount_from_tmpfs(const char *target, const json_t *value, struct mount *mount,
    struct errmsg *why)
{
	const char *text = json_string_value(value);

	mount_init(mount, MOUNT_TMPFS);
	if (!mount_target_take(mount, target, strlen(target), why))
		return false;
	if (text == NULL || strlen(text) != json_string_length(value) ||
	    strlen(text) >= sizeof(mount->tmpfs_options))
		return errmsg_set(why, "the tmpfs options are too long");
	return take_options(mount, text, why);
}

json_t *
mount_to_tmpfs(const struct mount *mount)
{
	const char *others = mount->tmpfs_options;

	if (mount->tmpfs_size == 0)
		return json_string(others);
	if (mount->tmpfs_size == MOUNT_TMPFS_ENDLESS)
		return json_sprintf(
		    "%s%ssize=0", others, *others == '\0' ? "" : ",");
	return json_sprintf("%s%ssize=%lld", others, *others == '\0' ? "" : ",",
	    mount->tmpfs_size);
}
