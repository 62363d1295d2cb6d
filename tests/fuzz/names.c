/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small texts that stand in bodies: lines of Binds, options of a tmpfs,
 * names of images, ranges of ports, addresses of registries.  What is taken is
 * written in one spelling, and that spelling is read as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/image_ref.h"
#include "core/mount.h"
#include "core/port_range.h"
#include "core/registry_name.h"
#include "fuzz/fuzz.h"

static void
same_mount(const struct mount *a, const struct mount *b)
{
	HOLDS(a->kind == b->kind && a->kind != MOUNT_NONE);
	HOLDS(strcmp(a->source, b->source) == 0);
	HOLDS(strcmp(a->target, b->target) == 0);
	HOLDS(a->read_only == b->read_only && a->relabel == b->relabel);
	HOLDS(strcmp(a->propagation, b->propagation) == 0);
	HOLDS(a->no_copy == b->no_copy);
	HOLDS(a->tmpfs_size == b->tmpfs_size);
	HOLDS(strcmp(a->tmpfs_options, b->tmpfs_options) == 0);
}

/* A path that is mounted is absolute and clean. */
static void
is_clean(const char *path)
{
	size_t len = strlen(path);

	HOLDS(*path == '/');
	HOLDS(strstr(path, "/../") == NULL);
	HOLDS(len < 3 || strcmp(path + len - 3, "/..") != 0);
}

static void
bind(const char *text)
{
	struct mount mount, again;
	struct errmsg why = {""};
	json_auto_t *line = json_string(text), *made = NULL;

	if (line == NULL)
		return;
	if (!mount_from_bind(line, &mount, &why)) {
		HOLDS(why.text[0] != '\0');
		return;
	}
	is_clean(mount.target);
	if (mount.kind == MOUNT_BIND)
		is_clean(mount.source);
	else
		HOLDS(strchr(mount.source, '/') == NULL);
	made = mount_to_bind(&mount);
	HOLDS(made != NULL && mount_from_bind(made, &again, &why));
	same_mount(&mount, &again);
}

static void
tmpfs(const char *text)
{
	struct mount mount, again;
	struct errmsg why;
	json_auto_t *options = json_string(text), *made = NULL;

	if (options == NULL || !mount_from_tmpfs("/tmp", options, &mount, &why))
		return;
	HOLDS(mount.kind == MOUNT_TMPFS);
	made = mount_to_tmpfs(&mount);
	HOLDS(made != NULL && mount_from_tmpfs("/tmp", made, &again, &why));
	same_mount(&mount, &again);
}

static void
image(const char *text)
{
	struct image_ref ref, again;
	struct registry_name registry;
	struct errmsg err = {""};
	char full[600];

	if (!image_ref_parse(text, &ref, &err)) {
		HOLDS(err.text[0] != '\0');
		return;
	}
	HOLDS(ref.kind == IMAGE_ID || ref.kind == IMAGE_NAME);
	if (ref.kind != IMAGE_NAME)
		return;
	/* The full name is a name of its own, and means the same. */
	(void)snprintf(full, sizeof(full), "%s%s%s%s%s", ref.name,
	    ref.tag[0] == '\0' ? "" : ":", ref.tag,
	    ref.digest[0] == '\0' ? "" : "@", ref.digest);
	HOLDS(image_ref_parse(full, &again, &err));
	HOLDS(again.kind == IMAGE_NAME);
	HOLDS(strcmp(again.name, ref.name) == 0);
	HOLDS(strcmp(again.tag, ref.tag) == 0);
	HOLDS(strcmp(again.digest, ref.digest) == 0);
	/* It may be stricter; and Docker Hub has several names. */
	if (registry_of_image(text, &registry, &err) &&
	    strcmp(registry.text, "docker.io") != 0)
		HOLDS(strncmp(ref.name, registry.text, strlen(registry.text)) ==
		    0);
}

static void
registry(const char *text)
{
	struct registry_name name, again;
	struct errmsg err = {""};

	if (!registry_of_address(text, &name, &err))
		HOLDS(err.text[0] != '\0');
	else {
		HOLDS(registry_of_address(name.text, &again, &err));
		HOLDS(strcmp(name.text, again.text) == 0);
	}
}

static void
ports(const char *text, size_t len)
{
	struct port_range range;

	if (port_range_parse(text, len, &range))
		HOLDS(range.first >= 1 && range.first <= range.last &&
		    range.last <= 65535);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > 4096)
		return 0;
	text = fuzz_text(data, size);
	bind(text);
	tmpfs(text);
	image(text);
	registry(text);
	ports(text, size);
	free(text);
	return 0;
}
