/* SPDX-License-Identifier: Apache-2.0 */
/* mount_rules -- what may be mounted: the one function that decides about every
 * way a path of the host, a volume or an image can enter a container. */
#ifndef MOUNT_RULES_H
#define MOUNT_RULES_H

#include "core/mount.h"
#include "request.h"
#include "setting.h"

enum mount_socket {
	MOUNT_SOCKET_REFUSE = 0,
	MOUNT_SOCKET_REPLACE,
};

enum mount_links {
	MOUNT_LINKS_REFUSE = 0,
	MOUNT_LINKS_FOLLOW,
};

struct mount_rules {
	const json_t *allow; /* [{source, to, read_only, relabel}] */
	struct prefix_index *rows; /* of it, by source and to */
	const json_t *sockets, *volume_drivers, *driver_options, *propagation,
	    *volumes_from;
	struct pattern_set *volume_names;
	int docker_socket, symlinks;
	long long tmpfs_size; /* bytes; 0: no limit of ours */
	bool unseen, create_missing, anonymous, cluster_volumes, tmpfs,
	    image_mounts;
};

/* Its settings, for the filters that have a struct mount_rules as conf; and
 * what these do when they are read, and over (struct filter). */
extern const struct setting mount_rules_settings[];
bool mount_rules_prepare(void *rules);
void mount_rules_done(void *rules);

/* Append the facts that judging the source of a bind needs. */
bool mount_rules_want(
    const struct mount_rules *rules, const char *source, json_t *wanted);

/* Judge the mount, and change it into what it may be. */
enum mount_answer mount_judge(const struct mount_rules *rules,
    const json_t *facts, struct mount *mount, struct errmsg *why);

#endif
