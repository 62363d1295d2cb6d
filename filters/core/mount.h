/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount -- one thing that a container gets to see, however it was asked for:
 * as a line of HostConfig.Binds, an item of Mounts, a key of Volumes.
 *
 * Whatever spells a mount makes one of these of it, one function judges it
 * (mount_judge), and the spelling is made anew from what was judged.
 */
#ifndef MOUNT_H
#define MOUNT_H

#include "core/mount_path.h"
#include "json.h"

enum mount_kind {
	MOUNT_NONE = 0,
	MOUNT_BIND,
	MOUNT_VOLUME, /* source "" : anonymous */
	MOUNT_TMPFS,
	MOUNT_IMAGE,
};

#define MOUNT_TMPFS_LEN 256
#define MOUNT_TMPFS_ENDLESS (-1LL)

struct mount {
	enum mount_kind kind;
	bool read_only;
	bool said_writable; /* asked for in words, not by default */
	char relabel; /* 'z', 'Z' or 0 (SELinux) */
	const char *propagation; /* "" where none is asked for */
	const char *consistency; /* a word for macOS, or "" */
	bool no_copy;
	bool create_source; /* make a directory of root where source is absent;
	                       Binds always do */
	bool always_creates;
	bool hide_submounts; /* NonRecursive: bind without what is mounted
	                        below */
	bool submounts_writable; /* ReadOnlyNonRecursive */
	bool read_only_below; /* judged: so is all that is mounted below it */
	const char *subpath, *driver;
	const json_t *driver_options;
	long long tmpfs_size; /* bytes; 0 where none is asked for */
	/* Long, and only their beginnings are ever set. */
	char tmpfs_options[MOUNT_TMPFS_LEN]; /* all but the size */
	char source[MOUNT_PATH_LEN]; /* path, volume name or image */
	char target[MOUNT_PATH_LEN];
};

/* Of its 8 KiB mount_init() sets what counts: where the compiler would zero all
 * of a variable first (-ftrivial-auto-var-init), not this one. */
#ifdef __has_attribute
#if __has_attribute(uninitialized)
#define MOUNT_UNSET __attribute__((uninitialized))
#endif
#endif
#ifndef MOUNT_UNSET
#define MOUNT_UNSET
#endif

/* Nothing asked for but the kind. */
void mount_init(struct mount *mount, enum mount_kind kind);

/* Zero is the refusing one, and a worse one is smaller. */
enum mount_answer {
	MOUNT_UNDECIDED = 0, /* our fault: fail */
	MOUNT_DENIED, /* refuse the call whatever the action */
	MOUNT_REFUSED, /* leave it out, or refuse the call */
	MOUNT_CHANGED, /* it is now as it may be, the caller asked otherwise */
	MOUNT_DEFAULTED, /* the same, where the caller had no wish */
	MOUNT_ALLOWED,
};

static inline enum mount_answer
mount_worse(enum mount_answer a, enum mount_answer b)
{
	return a < b ? a : b;
}

/* Is target one that may be mounted on at all, by its spelling? */
MUST_CHECK bool mount_target_take(
    struct mount *mount, const char *text, size_t len, struct errmsg *why);

/* Is word how the kernel spells a propagation ("rshared")? */
bool mount_is_propagation(const char *word);

/* A line of Binds: [source:]target[:options].  False, with the reason, for what
 * the daemon refuses and what it reads in another way than it looks.  mount
 * borrows nothing of it. */
MUST_CHECK bool mount_from_bind(
    const json_t *line, struct mount *mount, struct errmsg *why);
/* The line again, in one canonical spelling; new, NULL if out of memory. */
MUST_CHECK json_t *mount_to_bind(const struct mount *mount);

/* An item of HostConfig.Mounts or of a service's ContainerSpec.Mounts; mount
 * borrows from it. */
MUST_CHECK bool mount_from_item(
    const json_t *item, struct mount *mount, struct errmsg *why);
/* item with what was judged in place of what was asked; item may be NULL (a
 * Bind that becomes an item).  New, NULL if out of memory. */
MUST_CHECK json_t *mount_to_item(const struct mount *mount, const json_t *item);

/* A member of HostConfig.Tmpfs; mount borrows nothing of it. */
MUST_CHECK bool mount_from_tmpfs(const char *target, const json_t *options,
    struct mount *mount, struct errmsg *why);
/* Its options again, new, NULL if out of memory. */
MUST_CHECK json_t *mount_to_tmpfs(const struct mount *mount);

#endif
