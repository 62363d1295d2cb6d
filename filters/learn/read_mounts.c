/* SPDX-License-Identifier: Apache-2.0 */
/* What is mounted, however it is said. */
#include <stdio.h>
#include <string.h>

#include "core/mount.h"
#include "core/text.h"
#include "learn/danger.h"
#include "learn/read.h"

typedef void mount_fn(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount);

static void
each_item(struct learning *learning, const struct lesson *lesson,
    const struct request *req, mount_fn *fn)
{
	struct mount mount MOUNT_UNSET;
	struct errmsg err;
	size_t i;
	json_t *item;

	json_array_foreach(request_body_get(req, "HostConfig.Binds"), i, item)
	{
		if (mount_from_bind(item, &mount, &err))
			fn(learning, lesson, req, &mount);
	}
	json_array_foreach(request_body_get(req, "HostConfig.Mounts"), i, item)
	{
		if (mount_from_item(item, &mount, &err))
			fn(learning, lesson, req, &mount);
	}
}

/* --- binds ---------------------------------------------------------------- */

static void
add_bind(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind != MOUNT_BIND)
		return;
	learning_add(learning, lesson,
	    json_pack("{s:s, s:b, s:b}", "source", mount->source, "read_only",
		mount->read_only, "relabel", mount->relabel != 0),
	    mount->read_only ? danger_path_read(mount->source)
			     : danger_path_write(mount->source));
}

void
read_binds(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_item(learning, lesson, req, add_bind);
}

/* The engine makes what is absent, if that is how it was asked for. */
static void
add_missing(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	char name[MOUNT_PATH_LEN + 8];

	(void)snprintf(name, sizeof(name), "path:%s", mount->source);
	if (mount->kind == MOUNT_BIND &&
	    danger_path_write(mount->source) == NULL &&
	    strcmp(text_at(req->facts, name), "absent") == 0)
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_missing(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_item(learning, lesson, req, add_missing);
}

static void
add_propagation(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind == MOUNT_BIND && *mount->propagation != '\0')
		learning_add_text(learning, lesson, mount->propagation);
}

void
read_propagation(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_item(learning, lesson, req, add_propagation);
}

/* --- volumes, and what else there is -------------------------------------- */

static void
add_driver(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind == MOUNT_VOLUME && *mount->driver != '\0')
		learning_add_text(learning, lesson, mount->driver);
}

void
read_mount_drivers(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *driver = text_of(
	    request_body_get(req, "HostConfig.VolumeDriver"));

	if (*driver != '\0')
		learning_add_text(learning, lesson, driver);
	each_item(learning, lesson, req, add_driver);
}

static void
add_options(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind == MOUNT_VOLUME)
		learning_add_options(learning, lesson, mount->driver_options);
}

void
read_mount_options(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_item(learning, lesson, req, add_options);
}

static void
add_image(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind == MOUNT_IMAGE)
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_image_mounts(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	each_item(learning, lesson, req, add_image);
}

static void
add_tmpfs(struct learning *learning, const struct lesson *lesson,
    const struct request *req, const struct mount *mount)
{
	(void)req;
	if (mount->kind == MOUNT_TMPFS && mount->tmpfs_size > 0)
		learning_add(
		    learning, lesson, json_integer(mount->tmpfs_size), NULL);
}

void
read_tmpfs_sizes(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *target;
	struct mount mount MOUNT_UNSET;
	struct errmsg err;
	json_t *options;

	each_item(learning, lesson, req, add_tmpfs);
	json_object_foreach(
	    request_body_get(req, "HostConfig.Tmpfs"), target, options)
	{
		if (mount_from_tmpfs(target, options, &mount, &err))
			add_tmpfs(learning, lesson, req, &mount);
	}
}
